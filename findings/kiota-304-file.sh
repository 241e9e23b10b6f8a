#!/usr/bin/env bash
# Microsoft.OpenApi.Kiota 1.38.0 (dotnet tool), C#. Needs: dotnet (SDK 10), NuGet.
#
# Guess: a GET that answers with a file (`text/calendar`, `format: binary`) gives a stream, whatever other statuses are described.
# Instead: as soon as the operation also describes 304 (it has an ETag, and takes If-None-Match), the method returns nothing at
#   all: `Task` for `Task<Stream?>`. The file cannot be read with the generated client. A JSON answer beside the same 304 is
#   returned as ever, so a document full of ETags looks right until somebody asks for the one file. The other statuses that
#   may have no body (202, 204) do the same; 404 does not.
# Why it matters: calendar entries, tables of bookings and charts are the files of a ticket office, and all of them have ETags.
# Seen since: 1.38.0, November 2026.
set -euo pipefail
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 KIOTA_OFFLINE_ENABLED=true
cd "$(mktemp -d)"
trap 'rm -rf "$PWD"' EXIT
dotnet tool install Microsoft.OpenApi.Kiota --version 1.38.0 --tool-path tool >/dev/null

# document NAME STATUS: a file, and something in JSON, each beside that status.
document() {
  cat >"$1.json" <<JSON
{ "openapi": "3.1.0", "info": { "title": "t", "version": "1" }, "servers": [{ "url": "https://example.org" }], "paths": {
  "/calendar": { "get": { "operationId": "Calendar", "responses": {
    "200": { "description": "A file", "content": { "text/calendar": { "schema": { "type": "string", "format": "binary" } } } },
    "$2": { "description": "Something else" } } } },
  "/event": { "get": { "operationId": "Event", "responses": {
    "200": { "description": "JSON", "content": { "application/json": { "schema": { "\$ref": "#/components/schemas/Event" } } } },
    "$2": { "description": "Something else" } } } } },
  "components": { "schemas": { "Event": { "type": "object", "properties": { "name": { "type": "string" } } } } } }
JSON
  tool/kiota generate -l CSharp -d "$1.json" -c Client -n Generated -o "$1" --ll Error >/dev/null 2>&1
}

returns() { grep -ohE "public async Task(<[A-Za-z.:]*\??>)? GetAsync" "$1/$2/"*.cs | head -1 | sed -E 's/public async (.*) GetAsync/\1/'; }

tool/kiota --version
seen=
for status in 404 304 202; do
  document "with$status" "$status"
  line="beside $status: calendar $(returns "with$status" Calendar), event $(returns "with$status" Event)"
  echo "$line"
  seen+="$line;"
done
case $seen in
  "beside 404: calendar Task<Stream?>, event Task<global::Generated.Models.Event?>;beside 304: calendar Task, event Task<global::Generated.Models.Event?>;beside 202: calendar Task, event Task<global::Generated.Models.Event?>;")
    echo "As described: a status without a body takes the file away." ;;
  *) echo "CHANGED: $seen"; exit 1 ;;
esac
