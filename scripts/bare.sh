#!/usr/bin/env bash
# The README's two commands where there is nothing but Node and npm: in a fresh clone that its owner
# alone may open, with an empty HOME, nothing of this shell's environment and no browser on PATH.
#
#   scripts/bare.sh [root|plain] [start|test]      PORT=3000
#
# When run by root, `plain` becomes a user without rights (and without a name: Postgres wants one).
set -euo pipefail
who=${1:-plain}
what=${2:-start}
port=${PORT:-3000}

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mkdir "$folder"/{bin,home,tmp}
git clone -q "$(dirname "$0")/.." "$folder/hub"
for program in env id node npm setpriv sh unshare; do
  if path=$(command -v "$program"); then ln -s "$path" "$folder/bin/"; fi
done

bare=(env -i -C "$folder/hub" PATH="$folder/bin" HOME="$folder/home" TMPDIR="$folder/tmp")
# what this machine needs to reach the registry is part of its network, not of its programs
for name in NODE_EXTRA_CA_CERTS HTTPS_PROXY npm_config_registry; do
  if [ -n "${!name:-}" ]; then bare+=("$name=${!name}"); fi
done
if [ "$who" = plain ] && [ "$(id -u)" = 0 ]; then
  chown -R 12345:12345 "$folder"
  bare=(setpriv --reuid=12345 --regid=12345 --clear-groups "${bare[@]}")
fi

if [ "$what" = test ]; then
  "${bare[@]}" npm test
  exit
fi

start() { # until it says so, or ends
  local began=$SECONDS
  "${bare[@]}" npm start -- --port "$port" --no-open >"$folder/log" 2>&1 &
  until grep -q "Ctrl-C stops it" "$folder/log"; do
    if ! kill -0 $! 2>/dev/null; then cat "$folder/log" && exit 1; fi
    sleep 0.2
  done
  grep http "$folder/log"
  node -e 'fetch(process.argv[1]).then(({ status }) => console.log(`it answers ${status}`))' \
    "$(sed -n 's/.*a feature: *//p' "$folder/log" | tail -n 1)"
  echo "$1: $((SECONDS - began)) s"
  kill -TERM $! && wait $! || true
}
start "first start, installation and training included"
start "second start"
