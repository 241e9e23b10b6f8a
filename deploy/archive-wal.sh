#!/usr/bin/env bash
# Keeps one file of PostgreSQL's log of writes, for a restore to any moment. In postgresql.conf:
#   archive_mode = on
#   archive_timeout = 60s            # what may be lost with the machine: the last minute
#   archive_command = '/opt/usher/deploy/archive-wal.sh "%p" "%f" /var/backups/usher/wal'
# PostgreSQL repeats it until it ends with 0, so it ends so only when the file is on the disk, whole and once.
set -euo pipefail
path=${1:?usage: archive-wal.sh PATH NAME FOLDER} name=${2:?} folder=${3:?}

if [ -e "$folder/$name" ]; then
  # Archived before, and PostgreSQL died before it noted that. Another file of that name is another cluster's.
  cmp -s "$path" "$folder/$name" && exit 0
  echo "archive-wal: $folder/$name is there already, and is another file" >&2
  exit 1
fi
cp "$path" "$folder/.$name"
sync "$folder/.$name"
mv -n "$folder/.$name" "$folder/$name"
sync "$folder"
