#!/usr/bin/env bash
# Archives one file of PostgreSQL's write-ahead log, for a restore to any moment. In postgresql.conf:
#   archive_mode = on
#   archive_timeout = 60s            # the loss of the machine loses at most the last minute
#   archive_command = '/opt/usher/deploy/archive-wal.sh "%p" "%f" /var/backups/usher/wal'
# PostgreSQL repeats the command until it exits with 0, so it does so only when the complete file is on the disk.
set -euo pipefail
path=${1:?usage: archive-wal.sh PATH NAME FOLDER} name=${2:?} folder=${3:?}

if [ -e "$folder/$name" ]; then
  # Archived before, but PostgreSQL died before it recorded that. A different file of that name belongs to another cluster.
  cmp -s "$path" "$folder/$name" && exit 0
  echo "archive-wal: $folder/$name is there already, and is another file" >&2
  exit 1
fi
cp "$path" "$folder/.$name"
sync "$folder/.$name"
mv -n "$folder/.$name" "$folder/$name"
sync "$folder"
