#!/usr/bin/env bash
# Shows a whole run on an example: makes a Git repository out of
# testdata/repos/itsm, its base on main and its head on a branch, compares the
# two and prints the comment that a pull request would get.
#
#   test/demo.sh              run it; argoplan, helm and helmfile are on PATH
#   test/demo.sh --only DIR   only make the repository, in DIR
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
example=$root/testdata/repos/itsm
# One date for all commits: every run compares the same commit IDs.
date=2024-01-01T00:00:00Z
# A Git hook that calls this must not lend its own repository.
unset $(git rev-parse --local-env-vars)

# in_repo runs git with nothing of the user's own configuration, such as
# signing, hooks or another name for main.
in_repo() {
  GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1 GIT_AUTHOR_DATE=$date GIT_COMMITTER_DATE=$date \
    git -C "$repo" -c user.name=demo -c user.email=demo@example.org "$@"
}

# commit_tree DIR MESSAGE makes DIR's content the next commit.
commit_tree() {
  in_repo rm -rqf --ignore-unmatch .
  cp -R "$1/." "$repo"
  in_repo add --all
  in_repo commit -q -m "$2"
}

make_repository() {
  repo=$1
  mkdir -p "$repo"
  GIT_CONFIG_GLOBAL=/dev/null git init -q --initial-branch=main "$repo"
  commit_tree "$example/base" 'The clusters as they are'
  in_repo switch -q -c feature
  commit_tree "$example/head" 'Upgrade mysql, tune redis, release itsm 3.9.0'
}

if [[ ${1:-} == --only ]]; then
  make_repository "${2:?--only needs a directory}"
  exit
fi

report=$PWD/argoplan-report
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
echo "demo: making a repository out of testdata/repos/itsm"
make_repository "$tmp/gitops"

echo "demo: comparing its branch feature with main"
status=0
argoplan --repo "$tmp/gitops" --base-ref main --head-ref feature \
  --repository svc-design/gitops --base-branch main \
  --mirrors "https://charts.onwalk.net=$root/testdata/helm-repository/served" \
  --publish none --report-dir "$report" >"$tmp/log" 2>&1 || status=$?
if ((status)); then
  cat "$tmp/log" >&2
  echo "demo: argoplan ended with exit status $status" >&2
fi

[[ ! -f $report/report.md ]] || { echo && cat "$report/report.md" && echo; }
echo "demo: the whole report is in ${report#"$PWD"/}; report.html is the page for people"
exit "$status"
