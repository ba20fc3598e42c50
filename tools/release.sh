#!/usr/bin/env bash
# tools/release.sh pin IMAGE@DIGEST makes action.yml run that image. It stands apart
# from the release workflow so that it can be run and tested anywhere.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

[[ $# == 2 && $1 == pin ]] || { echo 'usage: tools/release.sh pin IMAGE@DIGEST' >&2 && exit 2; }
[[ $2 =~ ^[a-z0-9./_-]+:v[0-9]+\.[0-9]+\.[0-9]+@sha256:[0-9a-f]{64}$ ]] ||
  { echo "release: $2 is not an image with a version and a digest" >&2 && exit 2; }
grep -q '^  image: Dockerfile$' action.yml || { echo 'release: action.yml does not run the Dockerfile' >&2 && exit 1; }
sed -i "s|^  image: Dockerfile\$|  image: docker://$2|" action.yml
