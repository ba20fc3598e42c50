#!/usr/bin/env bash
# Offline mode: makes the Dockerfile's base images out of Debian's packages and
# this machine's Go, under the very names that the Dockerfile uses, for machines
# that can reach no image registry. The Dockerfile itself stays as anybody would
# build it. Needs root, debootstrap and a running Docker engine.
#
#   test/e2e/base-images.sh
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
docker=${DOCKER:-docker}
mirror=${DEBIAN_MIRROR:-http://deb.debian.org}
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

# has NAME says whether an image is there already.
has() { "$docker" image inspect "$1" >/dev/null 2>&1; }

# debian makes a minimal root file system like that of Debian's own slim images:
# without documentation and translations, now and for what is installed later.
# It trusts the certificates that this machine trusts: behind a proxy they
# differ from Debian's.
debian() {
  local dir=$tmp/debian
  debootstrap --variant=minbase --include=ca-certificates bookworm "$dir" "$mirror/debian" >"$tmp/log" 2>&1 ||
    { tail -20 "$tmp/log" >&2; exit 1; }
  rm -rf "$dir/etc/ssl/certs" "$dir"/var/cache/apt/*.bin "$dir"/var/cache/apt/archives/*.deb \
    "$dir"/var/lib/apt/lists/* "$dir"/usr/share/{man,info,locale} "$dir"/var/log/*.log "$dir"/var/cache/ldconfig/*
  find "$dir/usr/share/doc" -type f ! -name copyright -delete
  cp -aL /etc/ssl/certs "$dir/etc/ssl/certs"
  printf 'path-exclude /usr/share/%s/*\n' man info locale doc groff >"$dir/etc/dpkg/dpkg.cfg.d/slim"
  printf 'path-include /usr/share/doc/*/copyright\n' >>"$dir/etc/dpkg/dpkg.cfg.d/slim"
  printf 'DPkg::Post-Invoke { "rm -f /var/cache/apt/archives/*.deb /var/cache/apt/*.bin || true"; };\n' >"$dir/etc/apt/apt.conf.d/slim"
  apt-config dump | grep -iE '^Acquire::[a-z]+::Proxy ' >"$dir/etc/apt/apt.conf.d/proxy" || rm "$dir/etc/apt/apt.conf.d/proxy"
  printf 'deb %s/debian %s main\n' "$mirror" bookworm "$mirror" bookworm-updates >"$dir/etc/apt/sources.list"
  printf 'deb %s/debian-security bookworm-security main\n' "$mirror" >>"$dir/etc/apt/sources.list"
}

# go_settings prints what this machine told its go command about where modules
# come from, as docker import's --change takes it.
go_settings() {
  local name value
  for name in GOPROXY GOSUMDB GONOSUMDB GONOPROXY GOPRIVATE GOINSECURE GOFLAGS; do
    value=$(go env "$name")
    [[ -z $value ]] || printf 'ENV %s=%q\n' "$name" "$value"
  done
}

# tools puts helm, helmfile and kustomize where the Dockerfile's stages look
# before they build them: tools/build.sh keeps what has the stamp of the same
# module and Go. It saves compiling each of them twice.
tools() {
  local tool
  "$root/tools/build.sh" --pinned --dir "$root/.bin" helm helmfile kustomize
  mkdir -p "$tmp/debian/out"
  for tool in helm helmfile kustomize; do
    cp -a "$root/.bin/$tool" "$root/.bin/.$tool.stamp" "$tmp/debian/out"
  done
}

has debian:bookworm-slim || {
  echo "base-images: debian:bookworm-slim (debootstrap takes about a minute)"
  debian
  tar -C "$tmp/debian" -c . | "$docker" import --change 'CMD ["bash"]' - debian:bookworm-slim >/dev/null
}
has golang:1.26-bookworm || {
  echo "base-images: golang:1.26-bookworm"
  [[ -d $tmp/debian ]] || debian
  tools
  mkdir -p "$tmp/debian/usr/local/go"
  # What only Go's own tests and documentation need stays away.
  tar -C "$(go env GOROOT)" --exclude=./test --exclude=./doc --exclude=./api -c . | tar -C "$tmp/debian/usr/local/go" -x
  mapfile -t settings < <(go_settings | sed 's/^/--change=/')
  tar -C "$tmp/debian" -c . | "$docker" import "${settings[@]}" \
    --change 'ENV PATH=/go/bin:/usr/local/go/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' \
    --change 'ENV GOPATH=/go' - golang:1.26-bookworm >/dev/null
}
