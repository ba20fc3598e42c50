#!/usr/bin/env bash
# Runs every fuzz target of the module, two at a time: tools/fuzz.sh [TIME].
#
# TIME is for each target (default 20s), which must try 30 inputs in it. Packages that link Helm run without the
# instrumentation that guides the fuzzer, because it compiles all of Helm and
# Kubernetes once more, unless FUZZ_GUIDED is "all". What fails is kept below the
# package's testdata/fuzz, where go test finds it again.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# try PACKAGE TARGET: one target, in its directory, where its seeds are. What
# earlier runs found interesting is not read: it grows from run to run, until
# reading it takes all the time.
try() {
  local dir=$FUZZDIR/${1//\//-}-$2 guided=()
  rm -rf "$dir"
  mkdir -p "$dir"
  cd "$1" || return
  if [[ ${FUZZ_GUIDED:-} == all || $(go list -deps -test .) != *helm.sh/helm/* ]]; then
    guided=(-fuzz "^$2\$")
  fi
  go test -c "${guided[@]}" -o "$dir/test" . &&
    "$dir/test" -test.run '^$' -test.fuzz "^$2\$" -test.fuzztime "$FUZZTIME" -test.fuzzminimizetime 10x -test.parallel 1 -test.fuzzcachedir "$dir/found"
}

# late LOG: whether the fuzzer found nothing and fell over its own deadline, as
# it may before Go 1.27 (go.dev/issue/75804).
late() { grep -q '^ *context deadline exceeded$' "$1" && ! grep -qE 'Failing input|_test\.go:|panic|fatal error' "$1"; }

# fuzz PACKAGE TARGET: says what came of one target.
fuzz() {
  local package=$1 target=$2 log execs status=0
  log=$(mktemp)
  (try "$package" "$target") >"$log" 2>&1 || status=$?
  if ((status)) && late "$log"; then
    echo "fuzz: $package $target: the fuzzer missed its own deadline; trying once more"
    status=0
    (try "$package" "$target") >"$log" 2>&1 || status=$?
  fi
  # The fuzzer also ends well if it came no further than its seeds.
  execs=$(grep -o 'execs: [0-9]*' "$log" | tail -1 || true)
  if ((status)); then
    echo "fuzz: $package $target failed:" >&2
    tail -40 "$log" >&2
  elif [[ -z $execs || ${execs#execs: } -lt 30 ]]; then
    echo "fuzz: $package $target tried nearly nothing in $FUZZTIME (${execs:-no inputs})" >&2
    status=1
  else
    echo "fuzz: $package $target: $execs"
  fi
  rm -f "$log"
  return "$status"
}

if [[ ${1:-} == --one ]]; then
  fuzz "$2" "$3"
  exit
fi

export FUZZTIME=${1:-20s} FUZZDIR
FUZZDIR=$(mktemp -d)
trap 'rm -rf "$FUZZDIR"' EXIT
echo "fuzz: each target for $FUZZTIME, two at a time"
grep -rHo --include='*_test.go' '^func Fuzz[A-Za-z]*' internal |
  sed -E 's|^(.*)/[^/]*:func (Fuzz.*)$|\1 \2|' | sort |
  xargs -P 2 -L 1 tools/fuzz.sh --one
