#!/usr/bin/env bash
# KAFKA_LOG_DIRS becomes log.dirs (`_` a dot, `__` an underscore, `___` a dash); storage is formatted on first use.
set -euo pipefail
properties=/tmp/server.properties
env | sed -nE '/^KAFKA_(HEAP_OPTS|OPTS|JVM_PERFORMANCE_OPTS)=/d; s/^KAFKA_([A-Z_]+)=/\1=/p' | while IFS='=' read -r name value; do
  name=$(sed -e 's/___/-/g; s/__/\x01/g; s/_/./g; s/\x01/_/g' <<<"${name,,}")
  printf '%s=%s\n' "$name" "$value"
done >"$properties"
java=(java "-Xmx512m" -XX:+UseSerialGC -XX:+ExitOnOutOfMemoryError -Dlog4j2.configurationFile=/opt/kafka/config/log4j2.properties)
read -ra heap <<<"${KAFKA_HEAP_OPTS:-}"
java+=("${heap[@]}" -cp '/opt/kafka/libs/*')
"${java[@]}" kafka.tools.StorageTool format --ignore-formatted \
  --cluster-id="${CLUSTER_ID:-5L6g3nShT-eMCtK--X86sw}" -c "$properties"
exec "${java[@]}" kafka.Kafka "$properties"
