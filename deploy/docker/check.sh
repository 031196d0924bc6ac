#!/usr/bin/env bash
# Brings Flowline up from its images for real, checks it, and takes everything down again: `make compose`.
# Needs root on Debian; images that cannot be pulled are built as stand-ins. On the way it prints what it counted.
set -euo pipefail
cd "$(dirname "$0")/../.."
DOCKER_HOST=$(deploy/docker/engine.sh address)
FLOWLINE_PORT=$(.venv/bin/python -c 'from deploy.local.processes import free_port; print(free_port())')
FLOWLINE_KAFKA_PORT=$(.venv/bin/python -c 'from deploy.local.processes import free_port; print(free_port())')
export DOCKER_HOST FLOWLINE_PORT FLOWLINE_KAFKA_PORT COMPOSE_PROJECT_NAME=flowline-check
export TESTCONTAINERS_RYUK_DISABLED=true TESTCONTAINERS_CONNECTION_MODE=docker_host
SERVICES=(customer pipeline analytics notify)

step() {
  local began=$SECONDS name=$1
  shift
  "$@" >/tmp/flowline-check.log 2>&1 || { tail -40 /tmp/flowline-check.log; echo "$name FAILED"; return 1; }
  echo "$name: $((SECONDS - began)) s"
}

take_down() {
  docker compose down --volumes --remove-orphans --timeout 60 >/dev/null 2>&1 || true
  deploy/docker/engine.sh stop
}

flowline() { docker compose run --rm -T flowline "$@"; }

container() { docker compose ps --all --quiet "$1" | head -1; }

is_hardened() { # nobody in particular, on a file system that cannot be written
  [ "$(docker compose exec -T "$1" id -u)" = 10001 ] && ! docker compose exec -T "$1" touch /app/written 2>/dev/null
}

ends_well() { # told to stop, it ends by itself with code 0; then it comes back
  local first
  first=$(container "$1")
  docker compose stop "$1"
  [ "$(docker inspect --format '{{.State.ExitCode}}' "$first")" = 0 ] || return 1
  docker compose up --wait "$1"
}

two_and_back() { # a second replica joins without migrating anything, and leaves
  docker compose up --wait --no-recreate --scale "$1=2" "$1"
  [ "$(docker compose ps --quiet "$1" | wc -l)" = 2 ] || return 1
  docker compose up --wait --no-recreate --scale "$1=1" "$1"
}

trap take_down EXIT
step "engine" deploy/docker/engine.sh start
step "stand-ins" deploy/docker/standins/build.sh
step "images" docker compose build
docker images --format '{{.Repository}} {{.Size}}' --filter 'reference=flowline/*' | sort
step "compose up --wait" docker compose up --wait
step "verify" flowline verify
tail -1 /tmp/flowline-check.log
flowline report overview 2>/dev/null | grep -E '^(positions|deals_total)'
for service in "${SERVICES[@]}"; do
  step "$service is hardened" is_hardened "$service"
  step "$service stops with code 0 and comes back" ends_well "$service"
  step "$service scaled to two and back" two_and_back "$service"
done
step "verify" flowline verify
tail -1 /tmp/flowline-check.log
step "tests in containers" .venv/bin/pytest -q shared/tests/test_testing.py shared/tests/test_relay.py
tail -1 /tmp/flowline-check.log
echo "everything holds"
