#!/usr/bin/env bash
# A Docker engine with compose on a bare Debian machine, from Debian alone: `engine.sh start`, later `engine.sh stop`.
# It listens on a socket of its own, so that nothing uses it by accident: `export DOCKER_HOST=$(engine.sh address)`.
# Needs root.
set -euo pipefail
STATE=${ENGINE_STATE:-/run/flowline-engine}
PLUGINS=/usr/local/lib/docker/cli-plugins
NEXT=trixie # Debian 12 has no compose v2; this release's plugins run on it, they need nothing but libc
ADDRESS=unix://$STATE/docker.sock
export DOCKER_HOST=$ADDRESS

install_engine() {
  command -v dockerd debootstrap iptables >/dev/null && return
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends docker.io debootstrap iptables >/dev/null
}

install_plugins() {
  docker compose version >/dev/null 2>&1 && docker buildx version >/dev/null 2>&1 && return
  local place mirror
  place=$(mktemp -d)
  mirror=$(sed -n 's/^URIs: *//p' /etc/apt/sources.list.d/debian.sources | head -1)
  mkdir -p "$place/lists/partial" "$place/cache/archives/partial" "$PLUGINS"
  echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror $NEXT main" >"$place/sources.list"
  (
    cd "$place"
    local own=(-o "Dir::Etc::sourcelist=$place/sources.list" -o Dir::Etc::sourceparts=/dev/null
      -o "Dir::State::lists=$place/lists" -o "Dir::Cache=$place/cache" -o Dir::State::status=/dev/null
      -o APT::Sandbox::User=root)
    apt-get "${own[@]}" update -qq
    apt-get "${own[@]}" download -qq docker-compose docker-buildx
    for package in *.deb; do dpkg-deb -x "$package" unpacked; done
    install unpacked/usr/libexec/docker/cli-plugins/* "$PLUGINS/"
  )
  rm -rf "$place"
}

start() {
  install_engine
  install_plugins
  docker info >/dev/null 2>&1 && return
  mkdir -p "$STATE"
  nohup dockerd --host "$ADDRESS" --pidfile "$STATE/dockerd.pid" >"$STATE/log" 2>&1 &
  echo $! >"$STATE/pid"
  for _ in $(seq 120); do docker info >/dev/null 2>&1 && return; sleep 0.5; done
  tail -20 "$STATE/log" >&2
  return 1
}

stop() {
  [ -f "$STATE/pid" ] || return 0
  local pid
  pid=$(cat "$STATE/pid")
  kill "$pid" 2>/dev/null || true
  while kill -0 "$pid" 2>/dev/null; do sleep 0.2; done
  rm -rf "$STATE"
}

case ${1:-} in
  start | stop) "$1" ;;
  address) echo "$ADDRESS" ;;
  *) echo "usage: $0 start | stop | address" >&2; exit 2 ;;
esac
