#!/usr/bin/env bash
# Builds the commands that config management plugins and the tests call, from
# the Go modules beside this file. Each tool has a module of its own because
# their dependencies contradict each other, and none of them belongs to
# argoplan's.
#
# Without --pinned a tool on PATH serves if it gives the same manifests:
#   helm       v3.17 or later in v3. argoplan has Helm built in; only helmfile
#              calls the command. Argo CD 3.0 to 3.4 bundle v3.17 to v3.19.
#   helm4      v4. Nothing but tests calls it, to hold the Helm 4 that argoplan
#              has built in against it; Argo CD bundles Helm 4 from 3.5 on.
#   helmfile   v0.157 or later in v0, which sidecars of that line run: v1 reads
#              helmfile.yaml without templates.
#   kustomize  v5.
#   dyff, jsonnet  v1 and v0: make bench alone calls them, and kustomize; it compares
#              argoplan with them.
#   golangci-lint v2.15 or later in v2, actionlint v1.7, govulncheck v1: make lint and
#              make vuln call them.
#   act        v0.2.86 or later; runs the README's workflow in make e2e.
#   gitea      the pinned one alone; the forge that make e2e publishes to. It
#              needs a C compiler, for SQLite.
# What has been built already is kept until its module or Go changes.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

usage() {
  cat <<'EOF'
usage: tools/build.sh [--dir DIR] [--pinned] TOOL...

  TOOL      helm, helm4, helmfile, helmfile-v1, kustomize, dyff, jsonnet,
            golangci-lint, actionlint, govulncheck, act or gitea
  --dir     where to put them (default: .bin beside tools/)
  --pinned  build these very versions, whatever is on PATH
EOF
}

dir=../.bin pinned=false tools=()
while (($#)); do
  case $1 in
  --dir) dir=${2:?--dir needs a directory} && shift ;;
  --dir=*) dir=${1#*=} ;;
  --pinned) pinned=true ;;
  -h | --help) usage && exit ;;
  -*) usage >&2 && exit 2 ;;
  *) tools+=("$1") ;;
  esac
  shift
done
((${#tools[@]})) || { usage >&2 && exit 2; }
# A relative --dir is the caller's, who stands somewhere else by now.
[[ $dir == /* || $dir == ../.bin ]] || dir=$OLDPWD/$dir
mkdir -p "$dir"
dir=$(cd "$dir" && pwd)

say() { printf 'tools: %s\n' "$*"; }

# describe TOOL sets binary, module, package, versions that serve from PATH, and why.
describe() {
  binary=${1%-v1} tags='' cgo=0
  case $1 in
  helm)
    module=helm.sh/helm/v3 package=$module/cmd/helm serves='^3\.(1[7-9]|[2-9][0-9])\.'
    why='helmfile calls it' took='about 2 minutes on two cores' ;;
  helm4)
    module=helm.sh/helm/v4 package=$module/cmd/helm serves='^4\.'
    why='tests compare with it' took='about 3 minutes on two cores' ;;
  helmfile)
    module=github.com/helmfile/helmfile package=$module serves='^0\.(15[7-9]|1[6-9][0-9])\.'
    why='the helmfile plugin calls it' took='about 2 minutes on two cores' ;;
  helmfile-v1)
    module=github.com/helmfile/helmfile package=$module serves='^1\.'
    why='helmfile plugins of the v1 line call it' took='about 5 minutes on two cores' ;;
  kustomize)
    module=sigs.k8s.io/kustomize/kustomize/v5 package=$module serves='^5\.'
    why='plugins may call it' took='about 15 seconds on two cores' ;;
  dyff)
    module=github.com/homeport/dyff package=$module/cmd/dyff serves='^1\.1[2-9]\.'
    why='make bench compares with it' took='about 10 seconds on two cores' ;;
  jsonnet)
    module=github.com/google/go-jsonnet package=$module/cmd/jsonnet serves='^0\.(2[1-9])\.'
    why='make bench compares with it' took='about 10 seconds on two cores' ;;
  golangci-lint)
    module=github.com/golangci/golangci-lint/v2 package=$module/cmd/golangci-lint serves='^2\.(1[5-9]|[2-9][0-9])\.'
    why='make lint calls it' took='about 2 minutes on two cores' ;;
  actionlint)
    module=github.com/rhysd/actionlint package=$module/cmd/actionlint serves='^1\.7\.'
    why='make lint calls it' took='about 10 seconds on two cores' ;;
  govulncheck)
    module=golang.org/x/vuln package=$module/cmd/govulncheck serves='^1\.'
    why='make vuln calls it' took='about 10 seconds on two cores' ;;
  act)
    module=github.com/nektos/act package=$module serves='^0\.2\.(8[6-9]|9[0-9])'
    why='make e2e runs the workflow with it' took='about 1 minute on two cores' ;;
  gitea)
    module=code.gitea.io/gitea package=$module serves='^$' tags='sqlite sqlite_unlock_notify' cgo=1
    why='make e2e publishes to it' took='about 5 minutes on two cores' ;;
  *) say "unknown tool $1" >&2 && usage >&2 && exit 2 ;;
  esac
}

# on_path says which version of a tool is on PATH, as 1.2.3; nothing if none is.
on_path() {
  local out
  case $1 in
  helm) out=$(helm version --short 2>/dev/null) ;;
  helm4) out=$(helm4 version --short 2>/dev/null) ;;
  helmfile) out=$(helmfile --version 2>/dev/null) ;;
  kustomize) out=$(kustomize version 2>/dev/null) ;;
  dyff) out=$(dyff version 2>/dev/null) ;;
  jsonnet) out=$(jsonnet --version 2>/dev/null) ;;
  golangci-lint) out=$(golangci-lint version --short 2>/dev/null) ;;
  actionlint) out=$(actionlint -version 2>/dev/null) ;;
  govulncheck) out=$(govulncheck -version 2>/dev/null | grep '^Scanner') ;;
  act) out=$(act --version 2>/dev/null) ;;
  gitea) return ;;
  esac || return 0
  [[ $out =~ ([0-9]+\.[0-9]+\.[0-9]+) ]] && printf '%s\n' "${BASH_REMATCH[1]}" || true
}

# link_flags TOOL VERSION prints what the tool's own build links in.
link_flags() {
  local k8s minor
  case $1 in
  helm)
    # Helm takes its default Kubernetes version from client-go: v0.37 is 1.37.
    # Unset, charts with a kubeVersion see v1.20.
    k8s=$(go list -m -f '{{.Version}}' k8s.io/client-go)
    minor=${k8s#v0.} minor=${minor%%.*}
    printf -- '-X %s ' "$module/internal/version.version=$2" "$module/internal/version.metadata=" \
      "$module/pkg/lint/rules.k8sVersionMajor=1" "$module/pkg/lint/rules.k8sVersionMinor=$minor" \
      "$module/pkg/chartutil.k8sVersionMajor=1" "$module/pkg/chartutil.k8sVersionMinor=$minor"
    ;;
  helm4)
    # It reads the version of client-go from the binary.
    printf -- '-X %s ' "$module/internal/version.version=$2" "$module/internal/version.metadata="
    ;;
  dyff) printf -- '-X github.com/homeport/dyff/internal/cmd.version=%s' "${2#v}" ;;
  helmfile*) printf -- '-X go.szostok.io/version.version=%s' "$2" ;;
  act) printf -- '-X main.version=%s' "${2#v}" ;;
  gitea) printf -- '-X main.Version=%s' "${2#v}" ;;
  *) ;; # reads its version from the module
  esac
}

# compile OUT FLAGS runs the build and shows every 15 seconds that it lives.
compile() {
  local log=$1.log pid ticks=0 compiled
  CGO_ENABLED=$cgo go build -v -mod=readonly -buildvcs=false -trimpath -tags "$tags" -ldflags "-s -w $2" -o "$1" "$package" >"$log" 2>&1 &
  pid=$!
  trap 'kill "$pid" 2>/dev/null; rm -f "$log"' EXIT
  while kill -0 "$pid" 2>/dev/null; do
    sleep 1
    ((++ticks % 15)) && continue
    # -v lists what is compiled; what an earlier build left is only linked.
    compiled=$(grep -vc '^go: ' "$log" || true)
    say "  still building $binary: ${ticks} s, $compiled packages compiled"
  done
  if ! wait "$pid"; then
    # Lines without a space are the packages that -v lists.
    grep ' ' "$log" | grep -v '^go: downloading' >&2 || tail -n 20 "$log" >&2
    say "building $binary failed" >&2
    exit 1
  fi
  trap - EXIT
  rm -f "$log"
}

# build TOOL does all of it in the tool's directory.
build() {
  local version stamp found started=$SECONDS
  describe "$1"
  cd "$1"
  version=$(go list -m -f '{{.Version}}' "$module")
  stamp="$1 $version $(go env GOVERSION GOOS GOARCH | tr '\n' ' ')$(cksum <go.sum)"
  if [[ -x $dir/$binary && $(cat "$dir/.$binary.stamp" 2>/dev/null) == "$stamp" ]]; then
    return
  fi
  if [[ $pinned == false ]]; then
    found=$(on_path "$binary")
    if [[ $found =~ $serves ]]; then
      say "$binary v$found is on PATH and serves"
      rm -f "$dir/$binary" "$dir/.$binary.stamp"
      return
    fi
  fi
  say "building $binary $version, because $why: $took the first time"
  compile "$dir/$binary" "$(link_flags "$1" "$version")"
  printf '%s\n' "$stamp" >"$dir/.$binary.stamp"
  say "built $binary $version in $((SECONDS - started)) s ($(($(wc -c <"$dir/$binary") >> 20)) MiB)"
}

command -v go >/dev/null || { say 'go is not on PATH; https://go.dev/dl has it' >&2 && exit 1; }
for tool in "${tools[@]}"; do
  (build "$tool")
done
