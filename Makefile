# `make help` lists the targets. Everything needs Go and a C compiler, nothing else.
GO ?= go
TOOL := $(GO) tool -modfile=.ci/tools.mod

.DEFAULT_GOAL := help
.PHONY: help run build test check lint bench golden fuzz

help: ## list the targets
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/'

run: ## play 20 games of the default scenario
	$(GO) run ./cmd/turncoat run

build: ## build the program into ./turncoat
	$(GO) build -o turncoat ./cmd/turncoat

test: ## run every test
	$(GO) test ./...

lint: ## gofmt, vet, staticcheck
	@test -z "$$(gofmt -l .)" || { echo "not gofmt-ed:"; gofmt -l .; exit 1; }
	$(GO) vet ./...
	$(TOOL) staticcheck ./...

check: lint ## what CI runs: lint, then every test with the race detector, in a shuffled order
	$(GO) test -race -shuffle=on -timeout 20m ./...

bench: ## games/s, events/s, folds, memory, beside a bare loop
	$(GO) test -run '^$$' -bench . -benchmem ./...

golden: ## rewrite the golden files and the generated docs; read the diff
	$(GO) test ./engine ./metrics ./scenarios ./cmd/turncoat/replay -update
	UPDATE_SCRIPTS=1 $(GO) test ./cmd/turncoat

fuzz: ## fuzz the parsers for 30 s each
	$(GO) test -run '^$$' -fuzz FuzzParse -fuzztime 30s ./scenarios
