#!/usr/bin/env bash
# ical.js 2.2.1 (npm) and libical 3.0 (Debian's libical-dev, needs gcc): which instant is a local time that happens twice?
#
# Guess: the first one. RFC 5545, 3.3.5: "If the local time described occurs more than once (when changing from daylight to
#   standard time), the DATE-TIME value refers to the first occurrence of the referenced time."
# Instead: with the VTIMEZONE in the file, both take the second, for the whole hour; the hour before and the hour after are right.
# Why it matters: doors that open at 02:30 in the night of the change are an hour late in Thunderbird and GNOME's calendar, and
#   the file was right by its standard. Only DTSTART in UTC is read alike by all; but then the entry does not name its place's zone.
# Seen: November 2026.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

npm install --no-audit --no-fund --loglevel=error ical.js@2.2.1 >/dev/null
cat >read.mjs <<'JS'
import ICAL from "ical.js";
import { readFileSync } from "node:fs";
const calendar = new ICAL.Component(ICAL.parse(readFileSync(process.argv[2], "utf8")));
console.log(new ICAL.Event(calendar.getFirstSubcomponent("vevent")).startDate.toUnixTime());
JS
cat >read.c <<'C'
#include <libical/ical.h>
#include <stdio.h>
int main(int count, char **words) {
    static char text[10000];
    FILE *file = fopen(words[1], "r");
    text[fread(text, 1, sizeof text - 1, file)] = 0;
    icalcomponent *calendar = icalparser_parse_string(text);
    struct icaltimetype start = icalcomponent_get_dtstart(icalcomponent_get_first_component(calendar, ICAL_VEVENT_COMPONENT));
    printf("%ld\n", (long)icaltime_as_timet_with_zone(start, start.zone));
    return 0;
}
C
gcc -o read read.c -lical

# Vienna, 25 October 2026: 03:00 summer time is 02:00 again.
file() {
  printf '%s\r\n' BEGIN:VCALENDAR VERSION:2.0 PRODID:-//finding//EN BEGIN:VTIMEZONE TZID:Europe/Vienna \
    BEGIN:DAYLIGHT DTSTART:20260329T020000 TZOFFSETFROM:+0100 TZOFFSETTO:+0200 END:DAYLIGHT \
    BEGIN:STANDARD DTSTART:20261025T030000 TZOFFSETFROM:+0200 TZOFFSETTO:+0100 END:STANDARD END:VTIMEZONE \
    BEGIN:VEVENT UID:1@finding DTSTAMP:20260101T000000Z "DTSTART;TZID=Europe/Vienna:20261025T$1" SUMMARY:Doors END:VEVENT END:VCALENDAR >"$1.ics"
}

unchanged=0
# local time, the first instant that it is, the instant that readers take
while read -r local first taken; do
  file "$local"
  a=$(date -u -d "@$(node read.mjs "$local.ics")" +%H:%M) b=$(date -u -d "@$(./read "$local.ics")" +%H:%M)
  echo "$local in Vienna is $first UTC; ical.js reads $a, libical $b"
  [ "$a" = "$taken" ] && [ "$b" = "$taken" ] || unchanged=1
done <<'TIMES'
013000 23:30 23:30
020000 00:00 01:00
023000 00:30 01:30
025959 00:59 01:59
030000 02:00 02:00
TIMES
exit $unchanged
