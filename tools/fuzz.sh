#!/usr/bin/env bash
# Runs every fuzz target of the module, two at a time: tools/fuzz.sh [TIME].
#
# TIME is for each target (default 20s), which must try 100 inputs in it. Packages that link Helm run without the
# instrumentation that guides the fuzzer, because it compiles all of Helm and
# Kubernetes once more, unless FUZZ_GUIDED is "all". What fails is kept below the
# package's testdata/fuzz, where go test finds it again.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# fuzz PACKAGE TARGET: one target, in its directory, where its seeds are.
fuzz() {
  local package=$1 target=$2 log execs
  log=$(mktemp)
  if (
    cd "$package"
    if [[ ${FUZZ_GUIDED:-} == all || $(go list -deps -test .) != *helm.sh/helm/* ]]; then
      go test -run '^$' -fuzz "^$target\$" -fuzztime "$FUZZTIME" -fuzzminimizetime 10x -parallel 1 .
    else
      go test -c -o "$FUZZDIR/$target" .
      "$FUZZDIR/$target" -test.run '^$' -test.fuzz "^$target\$" -test.fuzztime "$FUZZTIME" -test.fuzzminimizetime 10x -test.parallel 1 -test.fuzzcachedir "$FUZZDIR/$target.cache"
    fi
  ) >"$log" 2>&1; then
    # The fuzzer also ends well if it came no further than its seeds.
    execs=$(grep -o 'execs: [0-9]*' "$log" | tail -1 || true)
    if [[ -z $execs || ${execs#execs: } -lt 100 ]]; then
      echo "fuzz: $package $target tried nearly nothing in $FUZZTIME (${execs:-no inputs})" >&2
      rm -f "$log"
      return 1
    fi
    echo "fuzz: $package $target: $execs"
  else
    echo "fuzz: $package $target failed:" >&2
    tail -40 "$log" >&2
    rm -f "$log"
    return 1
  fi
  rm -f "$log"
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
