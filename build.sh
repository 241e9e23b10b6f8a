#!/usr/bin/env bash
# The one script: run | test | bench | migration NAME | format
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

server=src/Usher.Server

case "${1:-}" in
  run)
    shift
    exec dotnet run --project $server -- "$@"
    ;;
  migration)
    name=${2:?usage: ./build.sh migration NAME}
    dotnet tool restore >/dev/null
    for engine in Sqlite Postgres; do
      dotnet ef migrations add "$name" --project $server --context "${engine}Db" --output-dir "Platform/Persistence/$engine/Migrations"
    done
    ;;
  format)
    exec dotnet format Usher.slnx
    ;;
  *)
    echo "usage: ./build.sh run | test | bench | migration NAME | format" >&2
    exit 2
    ;;
esac
