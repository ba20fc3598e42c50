# The image of the action, in two sizes: `full`, the default, has the tools that
# config management plugins call; `--target slim` has none. Each tool is a stage
# of its own, so that a change of argoplan rebuilds none of them. All are built
# from source, from the modules that this repository pins, for whatever platform
# the build runs on.

FROM golang:1.26-bookworm AS go
# No C library: the programs run on any Linux.
ENV CGO_ENABLED=0 GOTOOLCHAIN=local
WORKDIR /src

FROM go AS argoplan
COPY go.mod go.sum ./
RUN go mod download
COPY cmd cmd
COPY internal internal
ARG VERSION=dev
# Charts may ask for Helm's version: see LDFLAGS in the Makefile.
RUN helm=$(go list -m -f '{{.Version}}' helm.sh/helm/v3) \
    && helm4=$(go list -m -f '{{.Version}}' helm.sh/helm/v4) \
    && go build -trimpath -buildvcs=false -o /out/argoplan -ldflags "-s -w \
    -X github.com/argoplan/argoplan/internal/action.linked=${VERSION} \
    -X helm.sh/helm/v3/internal/version.version=${helm} \
    -X helm.sh/helm/v3/internal/version.metadata= \
    -X helm.sh/helm/v4/internal/version.version=${helm4}" ./cmd/action

FROM debian:bookworm-slim AS runtime
# argoplan calls git, and git calls ssh; plugins are mostly bash scripts.
RUN apt-get update \
    && apt-get install -y --no-install-recommends bash ca-certificates git openssh-client \
    && rm -rf /var/lib/apt/lists/* /var/log/apt /var/log/dpkg.log /var/log/alternatives.log /var/cache/debconf/*-old
LABEL org.opencontainers.image.title="argoplan" \
      org.opencontainers.image.source="https://github.com/argoplan/argoplan" \
      org.opencontainers.image.licenses="Apache-2.0"
# No USER: GitHub mounts a workspace that only root may write to. No shell and
# no WORKDIR: inputs such as INPUT_BASE-REF don't survive a POSIX shell, and
# GitHub sets the directory.
ENTRYPOINT ["/usr/local/bin/argoplan"]

# What argoplan calls of those packages, and the libraries that Debian's base
# lacks: git's servers and its Perl scripts weigh more than the rest.
FROM runtime AS parts
COPY --from=debian:bookworm-slim /usr/lib /base/usr/lib
RUN programs="/usr/bin/git /usr/bin/ssh /usr/lib/git-core/git /usr/lib/git-core/git-remote-http" \
    && libraries=$(for name in $(ldd $programs | sed -n 's,.*=> \(/usr\)*\(/lib/[^ ]*\).*,/usr\2,p' | sort -u); do \
        [ -e "/base$name" ] || echo "$name $(readlink -f "$name")"; done) \
    && mkdir /parts \
    && tar -c $programs $libraries /usr/lib/git-core/git-remote-https \
        /usr/share/git-core/templates /usr/share/ca-certificates /usr/share/doc/git/copyright \
        /usr/share/doc/openssh-client/copyright /etc/ssl/certs /etc/ssh | tar -x -C /parts

FROM debian:bookworm-slim AS slim
COPY --from=parts /parts /
COPY --from=argoplan /out/argoplan /usr/local/bin/
LABEL org.opencontainers.image.title="argoplan" \
      org.opencontainers.image.source="https://github.com/argoplan/argoplan" \
      org.opencontainers.image.licenses="Apache-2.0"
ENTRYPOINT ["/usr/local/bin/argoplan"]

FROM go AS helm
COPY tools/build.sh tools/
COPY tools/helm tools/helm
RUN tools/build.sh --pinned --dir /out helm

FROM go AS kustomize
COPY tools/build.sh tools/
COPY tools/kustomize tools/kustomize
RUN tools/build.sh --pinned --dir /out kustomize

# helmfile is the v0 line, which reads helmfile.yaml as a template. Build with
# --build-arg HELMFILE=helmfile-v1 if your sidecar runs v1.
FROM go AS helmfile
ARG HELMFILE=helmfile
COPY tools/build.sh tools/
COPY tools/${HELMFILE} tools/${HELMFILE}
RUN tools/build.sh --pinned --dir /out "${HELMFILE}"

FROM runtime AS full
# What changes least comes first: an update of argoplan pulls its own layer only.
COPY --from=kustomize /out/kustomize /usr/local/bin/
COPY --from=helm /out/helm /usr/local/bin/
COPY --from=helmfile /out/helmfile /usr/local/bin/
COPY --from=argoplan /out/argoplan /usr/local/bin/
