#!/usr/bin/env bash
# Makes a base backup of the whole PostgreSQL cluster during sales:
#   backup.sh FOLDER               creates FOLDER/base/<time>, checks it, and removes all but the newest KEEP base backups
# With the log that archive-wal.sh stores in FOLDER/wal, restore.sh can restore any later moment.
#
# Connection: PGHOST, PGPORT, PGUSER and PGPASSFILE, as for psql; the role needs REPLICATION. KEEP is 7 by default.
# For SQLite:  usher backup FILE
set -euo pipefail
folder=${1:?usage: backup.sh FOLDER}
keep=${KEEP:-7}
[ -z "${PG_BIN:-}" ] || PATH=$PG_BIN:$PATH

mkdir -p "$folder/base" "$folder/wal"
half=$(mktemp -d "$folder/base/.half-XXXXXX")
trap 'rm -rf "$half"' EXIT

# Includes the log of the time of the copy, so that the backup is usable without the archive.
pg_basebackup --pgdata="$half" --format=plain --wal-method=stream --checkpoint=fast --manifest-checksums=SHA256 --no-password
pg_verifybackup --quiet "$half"
# Its name is the time at which it was complete: any later moment can be restored from it.
when=$(date -u +%Y%m%dT%H%M%S.%3NZ)
mv "$half" "$folder/base/$when"
sync "$folder/base"

# Only complete backups count. The log that the oldest of them needs stays.
mapfile -t all < <(find "$folder/base" -mindepth 1 -maxdepth 1 -type d -not -name '.*' | sort)
while [ ${#all[@]} -gt "$keep" ]; do
  rm -rf "${all[0]}"
  all=("${all[@]:1}")
done
oldest=$(sed -nE 's/^START WAL LOCATION: .*\(file ([0-9A-F]{24})\).*/\1/p' "${all[0]}/backup_label")
pg_archivecleanup "$folder/wal" "$oldest"
echo "$folder/base/$when"
