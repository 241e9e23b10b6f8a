#!/usr/bin/env bash
# Creates the secrets: deploy/secrets.sh [FOLDER [HOST]]. Existing files stay unchanged.
# HOST is the host of PostgreSQL and RabbitMQ; by default, the services of compose.yaml.
set -euo pipefail

folder=${1:-$(dirname "${BASH_SOURCE[0]}")/secrets}
mkdir -p "$folder"
# Other users of this machine cannot enter the folder. The files in it are readable, because a container reads them as another user.
chmod 700 "$folder"

# secret NAME TEXT
secret() {
  [ -e "$folder/$1" ] && return
  printf '%s\n' "$2" >"$folder/$1"
  chmod 644 "$folder/$1"
  echo "made $folder/$1"
}

made=$(openssl rand -hex 24)
secret postgres-password.txt "$made"
password=$(cat "$folder/postgres-password.txt")
secret ConnectionStrings__Database "Host=${2:-postgres};Database=usher;Username=usher;Password=$password"

# The password of the broker, and the same password in Usher's connection address.
made=$(openssl rand -hex 24)
secret rabbitmq.conf "default_user = usher
default_pass = $made"
password=$(sed -n 's/^default_pass = //p' "$folder/rabbitmq.conf")
secret ConnectionStrings__RabbitMq "amqp://usher:$password@${2:-rabbitmq}:5672/"

# Empty until a real mail server requires one.
secret Mail__Smtp__Password ""

made=$(openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256)
secret signing-key.pem "$made"
