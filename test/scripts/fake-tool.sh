#!/usr/bin/env bash
# Stands in for docker, ctlptl, helm, kubectl and the rest: writes down how it was called and keeps, in
# files of the current state, just as much of a cluster as scripts/dev-cluster looks at.
set -euo pipefail

call="$(basename "$0") $*"
echo "$call" >>"$FAKE/calls"

case $call in
  'ctlptl get '*) if [ -f "$FAKE/$3" ]; then echo "$3"; fi ;;
  'ctlptl apply '*) sed -n 's/^name: \([^ ]*\).*/\1/p' | while read -r name; do touch "$FAKE/$name"; done ;;
  'ctlptl delete '*) rm "$FAKE/$3" ;;
  'docker build '*) echo sha256:0123456789abcdef ;;
  *local-registry-hosting*) printf 'host: localhost:5005\nhostFromContainerRuntime: "ctlptl-registry:5000"\n' ;;
  'kubectl kustomize '*) echo 'image: localhost:5005/license-scaler:dev' ;;
  *' apply -f -') sed 's/^/  /' >>"$FAKE/calls" ;;
  *'get configmap license-scaler-overrides '*) printf 'overrides: {}\n# "as it was"\n' ;;
  *'get deployment scaled-service '*tenant-[abc]' '*)
    tenant=$(grep -o 'tenant-[abc]' <<<"$call")
    cat "$FAKE/$tenant"
    ;;
  *'licensed: false'*) echo 0 >"$FAKE/tenant-a" ;;
  *'licensed: true'*) echo 2 >"$FAKE/tenant-b" ;;
  *'overrides: {}'*)
    echo 2 >"$FAKE/tenant-a"
    echo 0 >"$FAKE/tenant-b"
    ;;
esac
