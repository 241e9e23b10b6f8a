#!/usr/bin/env bash
# Upgrades a machine that runs compose.yaml to another image, one server after the other: deploy/deploy.sh IMAGE
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

image=${1:?usage: deploy/deploy.sh IMAGE}
if grep -q '^USHER_IMAGE=' .env 2>/dev/null; then
  sed -i "s#^USHER_IMAGE=.*#USHER_IMAGE=$image#" .env
else
  echo "USHER_IMAGE=$image" >>.env
fi
docker pull "$image"
docker compose run --rm migrate
for service in serve-1 serve-2 work; do
  docker compose up --detach --no-build --no-deps --wait --wait-timeout 120 "$service"
done
