#!/usr/bin/env bash
# Follows the README to the letter on a fresh clone of what is committed: every block of bash, in its order.
#   tests/readme.sh          all but those behind <!-- takes long -->
#   tests/readme.sh --all    those too
set -euo pipefail
repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
work=$(mktemp -d)
server=
leave() {
  [ -z "$server" ] || { kill -TERM -- "-$server" 2>/dev/null; wait "$server" 2>/dev/null; } || true
  rm -rf "$work"
}
trap leave EXIT

if (exec 3<>/dev/tcp/127.0.0.1/5080) 2>/dev/null; then
  echo "readme: something listens on 127.0.0.1:5080 already" >&2
  exit 1
fi
git clone --quiet "$repository" "$work/usher"
cd "$work/usher"

# One file a block; those that take long have another ending.
awk -v to="$work" '
  /^<!-- takes long -->$/ { long = 1; next }
  /^```bash$/ { on = 1; n++; file = sprintf("%s/%02d.%s", to, n, long ? "long" : "sh"); long = 0; next }
  /^```$/ { on = 0 }
  on { print > file }' README.md

ran=0
for block in "$work"/[0-9][0-9].*; do
  if [[ $block = *.long ]] && [ "${1:-}" != --all ]; then
    echo "readme: left out: $(tr '\n' ';' < "$block")"
    continue
  fi
  echo "readme: $(head -1 "$block") …"
  if grep -q '^dotnet run --project src/Usher.Server$' "$block"; then
    # A second terminal, says the README.
    setsid bash -eu "$block" > "$work/server.log" 2>&1 &
    server=$!
    for _ in $(seq 600); do
      curl -sf http://127.0.0.1:5080/health/ready >/dev/null && break
      kill -0 "$server" 2>/dev/null || break
      sleep 0.5
    done
    curl -sf http://127.0.0.1:5080/health/ready >/dev/null || { cat "$work/server.log" >&2; exit 1; }
  else
    bash -euo pipefail "$block" > "$work/said" 2>&1 || { cat "$work/said" >&2; echo "readme: that failed" >&2; exit 1; }
    # What a shell lets pass: an answer that is a refusal.
    if grep -q '"traceId"' "$work/said"; then cat "$work/said" >&2; echo "readme: something was refused" >&2; exit 1; fi
  fi
  ran=$((ran + 1))
done
[ "$ran" -ge 2 ] || { echo "readme: only $ran blocks were found" >&2; exit 1; }
if ! curl -sf "http://127.0.0.1:5080/api/events?q=strings" | grep -q '"quantitySold":2'; then
  echo "readme: no ticket was sold" >&2
  exit 1
fi
echo "readme: $ran blocks ran, and two tickets are sold"
