#!/usr/bin/env bash
# What the official image's entrypoint does, as far as Flowline and testcontainers use it: POSTGRES_PASSWORD (or _FILE),
# POSTGRES_USER, POSTGRES_DB, POSTGRES_INITDB_ARGS.
set -euo pipefail
[ "${1:0:1}" != - ] || set -- postgres "$@"
if [ "$1" = postgres ] && [ "$(id -u)" = 0 ]; then
  [ -z "${POSTGRES_PASSWORD_FILE:-}" ] || { POSTGRES_PASSWORD=$(<"$POSTGRES_PASSWORD_FILE"); export POSTGRES_PASSWORD; }
  mkdir -p "$PGDATA"
  chown -R postgres:postgres "$PGDATA"
  chmod 700 "$PGDATA"
  exec setpriv --reuid=postgres --regid=postgres --init-groups env HOME=/var/lib/postgresql "$0" "$@"
fi
if [ "$1" = postgres ] && [ ! -s "$PGDATA/PG_VERSION" ]; then
  user=${POSTGRES_USER:-postgres}
  words=$(mktemp)
  printf '%s' "${POSTGRES_PASSWORD:?a new cluster needs POSTGRES_PASSWORD}" >"$words"
  # shellcheck disable=SC2086 # several options in one variable, as in the official image
  initdb --username="$user" --pwfile="$words" ${POSTGRES_INITDB_ARGS:-}
  rm "$words"
  echo 'host all all all scram-sha-256' >>"$PGDATA/pg_hba.conf"
  if [ "${POSTGRES_DB:-$user}" != postgres ]; then
    echo "CREATE DATABASE \"${POSTGRES_DB:-$user}\"" | postgres --single -D "$PGDATA" postgres
  fi
fi
if [ "$1" = postgres ]; then
  shift
  set -- postgres -c 'listen_addresses=*' -c unix_socket_directories=/tmp "$@"
fi
exec "$@"
