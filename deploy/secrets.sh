#!/usr/bin/env bash
# Makes the secrets: deploy/secrets.sh [FOLDER [HOST]]. What is there already stays as it is.
# HOST is where PostgreSQL and RabbitMQ are; without it they are the services of compose.yaml.
set -euo pipefail

folder=${1:-$(dirname "${BASH_SOURCE[0]}")/secrets}
mkdir -p "$folder"
# Others on this machine do not get past the folder. The files in it are readable: a container reads them as another user.
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

# The broker's own, and the same in the address that Usher asks it at.
made=$(openssl rand -hex 24)
secret rabbitmq.conf "default_user = usher
default_pass = $made"
password=$(sed -n 's/^default_pass = //p' "$folder/rabbitmq.conf")
secret ConnectionStrings__RabbitMq "amqp://usher:$password@${2:-rabbitmq}:5672/"

# Nobody's, until a real mail server asks for one.
secret Mail__Smtp__Password ""

made=$(openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256)
secret signing-key.pem "$made"
