#!/usr/bin/env bash
# Sells a ticket through the API: deploy/smoke.sh ADDRESS [MAILPIT]. With the address of the mail catcher, it also expects the mail.
set -euo pipefail

host=${1:?usage: deploy/smoke.sh ADDRESS [MAILPIT]}
run=$(date +%s%N)

# call METHOD PATH [TOKEN [BODY]]
call() {
  curl --silent --show-error --fail-with-body --max-time 20 --request "$1" "$host$2" --header 'content-type: application/json' \
    ${3:+--header "authorization: Bearer $3"} ${4:+--data "$4"}
}
member() { sed -E "s/.*\"$1\":\"([^\"]+)\".*/\1/"; }
first() { sed -E "s/^[^\"]*\"$1\":\"([^\"]+)\".*/\1/"; }

organizer=$(call POST /api/auth/register '' "{\"username\":\"club-$run\",\"email\":\"club-$run@example.org\",\"password\":\"seven green bottles\",\"role\":\"organizer\"}" | member accessToken)
event=$(call POST /api/events "$organizer" "{\"name\":\"Smoke $run\",\"date\":\"2035-03-15T20:00:00Z\",\"location\":\"Here\",\"totalCapacity\":10,\"ticketTypes\":[{\"name\":\"Seat\",\"price\":18.5,\"quantityAvailable\":10}]}")
id=$(first id <<<"$event")
type=$(sed -E 's/.*"ticketTypes":\[\{"id":"([^"]+)".*/\1/' <<<"$event")

buyer=$(call POST /api/auth/register '' "{\"username\":\"ada-$run\",\"email\":\"ada-$run@example.org\",\"password\":\"correct horse battery\"}" | member accessToken)
call GET "/api/events?q=$run" | grep --quiet "$id"
code=$(call POST /api/bookings "$buyer" "{\"eventId\":\"$id\",\"ticketTypeId\":\"$type\",\"quantity\":2}" | member code)
call GET "/api/bookings/$code" "$buyer" | grep --quiet '"status":"confirmed"'
call GET "/api/events/$id" | grep --quiet '"quantityAvailable":8'
echo "Sold: booking $code."

if [ -n "${2:-}" ]; then
  for _ in $(seq 60); do
    if curl --silent --get "$2/api/v1/search" --data-urlencode "query=to:ada-$run@example.org $code" | grep --quiet "\"messages_count\":[1-9]"; then
      echo "The mail came."
      exit 0
    fi
    sleep 0.5
  done
  echo "No mail came within 30 seconds." >&2
  exit 1
fi
