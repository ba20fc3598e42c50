#!/usr/bin/env bash
# Runs argoplan in the places where it will be used: in its image, under act and
# against Gitea. make e2e calls it. It starts a Docker engine if none runs, which
# needs root, and stops it at the end; the images stay.
#
#   test/e2e/run.sh [ARGUMENT...]   arguments go to go test, such as -run TestAct
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
tmp=$(mktemp -d)
trap 'stop_engine; rm -rf "$tmp"' EXIT
PATH=$PATH:/usr/sbin:/sbin # dockerd and debootstrap
started=$SECONDS
say() { printf 'e2e: %4d s: %s\n' "$((SECONDS - started))" "$*"; }
. test/e2e/docker.sh

start_engine
base_images
make image VERSION=e2e IMAGE=argoplan:e2e BUILD_FLAGS='--network host'
say 'the images are built'
go run ./test/imagesize -most 170 argoplan:e2e
go run ./test/imagesize -most 60 argoplan:e2e-slim

# Gitea has SQLite built in, which is C.
command -v gcc >/dev/null || install gcc libc6-dev
tools/build.sh --pinned --dir .bin act gitea

say 'go test -tags e2e ./test/e2e'
ARGOPLAN_IMAGE=argoplan:e2e ARGOPLAN_SLIM_IMAGE=argoplan:e2e-slim PATH=$PWD/.bin:$PATH \
  go test -tags e2e -count=1 -timeout 20m "$@" ./test/e2e
say 'passed'
