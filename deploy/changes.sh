#!/usr/bin/env bash
# Prints the section of CHANGELOG.md for one version: deploy/changes.sh v1.2.0. A version without a section must not be released.
set -euo pipefail

version=${1:?usage: deploy/changes.sh VERSION}
version=${version#v}
text=$(awk -v heading="## [$version]" '
  index($0, heading) == 1 { found = 1; next }
  found && /^## / { exit }
  found { print }
' "$(dirname "${BASH_SOURCE[0]}")/../CHANGELOG.md")
if [ -z "${text//[[:space:]]/}" ]; then
  echo "CHANGELOG.md says nothing of $version." >&2
  exit 1
fi
printf '%s\n' "$text"
