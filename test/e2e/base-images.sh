#!/usr/bin/env bash
# Offline mode: makes the Dockerfile's base images out of Debian's packages and
# this machine's Go, under the very names that the Dockerfile uses, for machines
# that can reach no image registry. The Dockerfile itself stays as anybody would
# build it. Needs root, debootstrap and a running Docker engine.
#
#   test/e2e/base-images.sh
set -euo pipefail
docker=${DOCKER:-docker}
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

# has NAME says whether an image is there already.
has() { "$docker" image inspect "$1" >/dev/null 2>&1; }

# debian makes a minimal root file system, with the certificates that this
# machine trusts: behind a proxy they differ from Debian's own.
debian() {
  debootstrap --variant=minbase --include=ca-certificates bookworm "$tmp/debian" >"$tmp/log" 2>&1 ||
    { tail -20 "$tmp/log" >&2; exit 1; }
  rm -rf "$tmp/debian/etc/ssl/certs"
  cp -aL /etc/ssl/certs "$tmp/debian/etc/ssl/certs"
  cp /etc/apt/sources.list "$tmp/debian/etc/apt/" 2>/dev/null || true
  cp -r /etc/apt/sources.list.d /etc/apt/apt.conf.d "$tmp/debian/etc/apt/" 2>/dev/null || true
}

has debian:bookworm-slim || {
  echo "base-images: debian:bookworm-slim"
  debian
  tar -C "$tmp/debian" -c . | "$docker" import - debian:bookworm-slim >/dev/null
}
has golang:1.26-bookworm || {
  echo "base-images: golang:1.26-bookworm"
  [[ -d $tmp/debian ]] || debian
  cp -a "$(go env GOROOT)" "$tmp/debian/usr/local/go"
  tar -C "$tmp/debian" -c . | "$docker" import \
    --change 'ENV PATH=/go/bin:/usr/local/go/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' \
    --change 'ENV GOPATH=/go' - golang:1.26-bookworm >/dev/null
}
