#!/usr/bin/env bash
# Restores a PostgreSQL cluster to a moment:
#   restore.sh FOLDER DATA [TIME]
# FOLDER is the folder of backup.sh and archive-wal.sh, DATA an empty directory for the new cluster, TIME for example
# '2026-11-25 20:15:00+01'; without TIME, everything that was archived. The script starts nothing: start PostgreSQL on DATA, wait
# until it accepts writes, then run  usher verify.
set -euo pipefail
folder=$(cd "${1:?usage: restore.sh FOLDER DATA [TIME]}" && pwd) data=${2:?} time=${3:-}

if [ -e "$data" ] && [ -n "$(ls -A "$data")" ]; then
  echo "restore: $data is not empty. Move away what is there: it may be all you have." >&2
  exit 1
fi

# The newest base backup that was complete before that moment.
moment=$(date -u -d "${time:-now}" +%Y%m%dT%H%M%S.%3NZ)
base=
while read -r whole; do
  if [[ ! "$whole" > "$moment" ]]; then base=$folder/base/$whole; fi
done < <(find "$folder/base" -mindepth 1 -maxdepth 1 -type d -not -name '.*' -printf '%f\n' | sort)
if [ -z "$base" ]; then
  echo "restore: no base backup in $folder/base is from before ${time:-now}" >&2
  exit 1
fi

mkdir -p "$data"
chmod 700 "$data"
cp -a "$base/." "$data/"
{
  echo "restore_command = 'cp \"$folder/wal/%f\" \"%p\"'"
  echo "recovery_target_timeline = 'latest'"
  if [ -n "$time" ]; then
    echo "recovery_target_time = '$time'"
    # The log has the transactions in commit order: everything acknowledged by then is restored.
    echo "recovery_target_inclusive = on"
    echo "recovery_target_action = 'promote'"
  fi
} >> "$data/postgresql.auto.conf"
touch "$data/recovery.signal"
echo "restore: $base, to ${time:-the end of the archive}. Now start PostgreSQL on $data." >&2
