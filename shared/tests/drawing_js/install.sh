#!/bin/sh
# Brings what tests open drawings with: Node's programs from the lock, and as root Chromium and Node where they are missing.
# It never fails: without them the tests of drawings say what is missing, and all others run.
cd "$(dirname "$0")" || exit 1
missing=''
command -v "${CHROMIUM:-chromium}" >/dev/null || missing="$missing chromium"
command -v node >/dev/null || missing="$missing nodejs"
command -v npm >/dev/null || missing="$missing npm"
if [ -n "$missing" ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  # shellcheck disable=SC2086  the names are words
  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends $missing >/dev/null; } ||
    echo "could not install$missing"
elif [ -n "$missing" ]; then
  echo "install$missing to let tests open drawings in a browser"
fi
if [ node_modules/.package-lock.json -ot package-lock.json ] || [ ! -d node_modules ]; then
  npm ci --ignore-scripts --no-audit --no-fund --silent && touch node_modules/.package-lock.json
fi
exit 0
