# Sourced by run.sh: a Docker engine for the tests, and the images that a build
# starts from.

# install PACKAGE... gets what is missing from Debian.
install() {
  if [[ $(id -u) != 0 ]] || ! command -v apt-get >/dev/null; then
    say "$* must be installed: only root can, with apt-get" >&2
    exit 1
  fi
  say "installing $*"
  { apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends "$@"; } >"$tmp/apt.log" 2>&1 ||
    { tail -n 20 "$tmp/apt.log" >&2; exit 1; }
}

running() { docker info >/dev/null 2>&1; }

# start_engine starts dockerd unless an engine runs. stop_engine stops what it
# started.
engine=''
start_engine() {
  if running; then
    say "using the Docker engine that runs: $(docker version --format '{{.Server.Version}}')"
    return
  fi
  command -v dockerd >/dev/null && command -v docker >/dev/null || install docker.io iptables
  if running; then
    return # installing started it
  fi
  if [[ $(id -u) != 0 ]]; then
    say 'no Docker engine runs, and only root can start one' >&2
    exit 1
  fi
  # In a container the engine may be allowed neither its own network nor the
  # faster storage. The tests use the host's network alone.
  try_engine || try_engine --iptables=false --bridge=none || try_engine --iptables=false --bridge=none --storage-driver=vfs || {
    tail -n 20 "$tmp/dockerd.log" >&2
    say 'dockerd does not start' >&2
    exit 1
  }
  say "started Docker $(docker version --format '{{.Server.Version}}'), storage $(docker info --format '{{.Driver}}')"
}

try_engine() {
  dockerd "$@" >"$tmp/dockerd.log" 2>&1 &
  engine=$!
  for _ in {1..60}; do
    running && return
    kill -0 "$engine" 2>/dev/null || break
    sleep 0.5
  done
  stop_engine
  return 1
}

stop_engine() {
  [[ -n $engine ]] || return 0
  kill "$engine" 2>/dev/null || true
  wait "$engine" 2>/dev/null || true
  engine=''
}

# base_images sees that the images that the Dockerfile starts from are there:
# from their registry, or else made by hand.
base_images() {
  local name missing=()
  for name in $(sed -n 's/^FROM \([^ ]*:[^ ]*\).*/\1/p' Dockerfile | sort -u); do
    docker image inspect "$name" >/dev/null 2>&1 || timeout 120 docker pull -q "$name" >/dev/null 2>&1 || missing+=("$name")
  done
  ((${#missing[@]})) || return 0
  say "no registry has ${missing[*]}: making them of Debian's packages"
  command -v debootstrap >/dev/null || install debootstrap
  test/e2e/base-images.sh
}
