#!/usr/bin/env bash
# A base backup of the whole PostgreSQL cluster, while it runs and sells:
#   backup.sh FOLDER               makes FOLDER/base/<when>, checks it, and removes what is older than KEEP base backups
# With the log that archive-wal.sh keeps in FOLDER/wal it can be brought to any moment after it: see restore.sh.
#
# Whom to ask: PGHOST, PGPORT, PGUSER and PGPASSFILE, as for psql; the role needs REPLICATION. KEEP is 7 unless told.
# For SQLite:  usher backup FILE
set -euo pipefail
folder=${1:?usage: backup.sh FOLDER}
keep=${KEEP:-7}
[ -z "${PG_BIN:-}" ] || PATH=$PG_BIN:$PATH

mkdir -p "$folder/base" "$folder/wal"
half=$(mktemp -d "$folder/base/.half-XXXXXX")
trap 'rm -rf "$half"' EXIT

# The log of the time that the copy takes comes along, so that it is good even without the archive.
pg_basebackup --pgdata="$half" --format=plain --wal-method=stream --checkpoint=fast --manifest-checksums=SHA256 --no-password
pg_verifybackup --quiet "$half"
# Its name is when it was whole: any moment from then on can be restored from it.
when=$(date -u +%Y%m%dT%H%M%S.%3NZ)
mv "$half" "$folder/base/$when"
sync "$folder/base"

# Only whole ones count, and the log that the oldest of them needs stays.
mapfile -t all < <(find "$folder/base" -mindepth 1 -maxdepth 1 -type d -not -name '.*' | sort)
while [ ${#all[@]} -gt "$keep" ]; do
  rm -rf "${all[0]}"
  all=("${all[@]:1}")
done
oldest=$(sed -nE 's/^START WAL LOCATION: .*\(file ([0-9A-F]{24})\).*/\1/p' "${all[0]}/backup_label")
pg_archivecleanup "$folder/wal" "$oldest"
echo "$folder/base/$when"
