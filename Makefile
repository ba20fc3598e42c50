# Needs Go, git, make and bash. Everything that is built goes to .bin.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

BIN := $(CURDIR)/.bin
CODE := $(wildcard cmd internal test conformance)
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
# The image's helmfile: helmfile (v0) or helmfile-v1.
HELMFILE ?= helmfile
IMAGE ?= argoplan:$(VERSION)
BUILD_FLAGS ?=

# Charts may ask for Helm's version, which a library that nobody links one into
# does not know.
HELM = $(shell go list -m -f '{{.Version}}' helm.sh/helm/v3)
HELM4 = $(shell go list -m -f '{{.Version}}' helm.sh/helm/v4)
LDFLAGS = -s -w -X github.com/argoplan/argoplan/internal/action.linked=$(VERSION) \
	-X helm.sh/helm/v3/internal/version.version=$(HELM) -X helm.sh/helm/v3/internal/version.metadata= \
	-X helm.sh/helm/v4/internal/version.version=$(HELM4)
export PATH := $(BIN):$(PATH)

.PHONY: help bench build tools demo test fuzz conformance check lint vuln fmt image e2e clean

help: ## Show what can be made
	@grep -E '^[a-z0-9]+:.* ## ' $(MAKEFILE_LIST) | while IFS= read -r line; do \
	  printf '  make %-11s %s\n' "$${line%%:*}" "$${line##* ## }"; done

build: ## Build .bin/argoplan
	@echo "build: .bin/argoplan $(VERSION) (the first build compiles Helm and takes a minute or two)"
	@CGO_ENABLED=0 go build -trimpath -ldflags '$(LDFLAGS)' -o '$(BIN)/argoplan' ./cmd/action

# .bin is taken off PATH so that what was built earlier doesn't count as found.
tools: ## Build helm and helmfile into .bin, unless PATH has them
	@PATH='$(PATH:$(BIN):%=%)' tools/build.sh --dir '$(BIN)' helm helmfile

demo: build tools ## Compare two revisions of an example repository
	@test/demo.sh

test: tools ## Run all tests
	@PATH='$(PATH:$(BIN):%=%)' tools/build.sh --dir '$(BIN)' helm4 kustomize dyff jsonnet
	@echo "test: go test ./... (the first run compiles Helm and takes a few minutes)"
	@go test -timeout 30m ./...

fuzz: ## Run every fuzz target for FUZZTIME (20s)
	@tools/fuzz.sh $(or $(FUZZTIME),20s)

# A module of its own: Argo CD needs a newer Go, which the go command fetches.
# CONFORMANCE=-write writes docs/conformance.md.
conformance: build ## Hold argoplan against Argo CD's own code
	@tools/build.sh --dir '$(BIN)' --pinned helm helm4 kustomize
	@echo "conformance: go test (the first run compiles Argo CD's repo-server and takes about 5 minutes)"
	@cd conformance && GOTOOLCHAIN=auto go test -count=1 -timeout 30m -parallel 3 -args $(CONFORMANCE)

check: lint vuln test ## Run what CI runs

lint: ## Look for unformatted code and what go vet finds
	@unformatted=$$(gofmt -l $(CODE)); \
	  [[ -z $$unformatted ]] || { printf 'not formatted, run make fmt:\n%s\n' "$$unformatted" >&2; exit 1; }
	@echo "lint: go vet ./..."
	@go vet -tags e2e ./...
	@tools/build.sh --dir '$(BIN)' golangci-lint actionlint
	@echo "lint: golangci-lint run, actionlint"
	@golangci-lint run
	@actionlint

# The list of known vulnerabilities is on the Internet. A machine that can't reach it
# is told so, and fails where VULN=required says that it must.
vuln: ## Look for known vulnerabilities in what is linked
	@tools/build.sh --dir '$(BIN)' govulncheck
	@echo "vuln: govulncheck"
	@out=$$(govulncheck ./cmd/action 2>&1) && { tail -n 1 <<<"$$out"; exit; }; \
	  if [[ $$out == *"fetching vulnerabilities"* && "$(VULN)" != required ]]; then \
	    echo "vuln: NOT CHECKED: the vulnerability database can't be reached"; \
	  else echo "$$out" >&2; exit 1; fi

fmt: ## Format the code
	@gofmt -w $(CODE)

# BENCH=-write writes docs/performance.md; BENCH='-only 100/1000 -runs 1' measures one
# row once, and BENCH=-help lists the rows.
bench: build tools ## Measure argoplan, and the ways to do without it, on generated repositories
	@tools/build.sh --dir '$(BIN)' --pinned helm kustomize dyff jsonnet
	@echo "bench: building what measures (the first build compiles Argo CD's repo-server, about 5 minutes)"
	@cd conformance && GOTOOLCHAIN=auto go build -o '$(BIN)/argoplan-bench-argocd' ./bench
	@go build -o '$(BIN)/argoplan-bench' ./test/bench
	@argoplan-bench -argoplan '$(BIN)/argoplan' -argocd '$(BIN)/argoplan-bench-argocd' $(BENCH)

image: ## Build the container image, and the slim one without the plugins' tools
	@echo "image: $(IMAGE) and $(IMAGE)-slim (takes several minutes the first time)"
	@docker build $(BUILD_FLAGS) --build-arg VERSION=$(VERSION) --target slim -t $(IMAGE)-slim .
	@docker build $(BUILD_FLAGS) --build-arg VERSION=$(VERSION) --build-arg HELMFILE=$(HELMFILE) -t $(IMAGE) .

# E2E=-run=TestAct runs a part of it.
e2e: ## Run the image as GitHub does, under act, and against Gitea; needs Docker, or root
	@echo "e2e: builds the image, act and Gitea first (takes several minutes the first time)"
	@test/e2e/run.sh $(E2E)

clean: ## Remove what make built
	@rm -rf '$(BIN)' argoplan-report
