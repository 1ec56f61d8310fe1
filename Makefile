# `make help` lists the targets. Everything needs Go and a C compiler, nothing else.
GO ?= go
TOOL := $(GO) tool -modfile=.ci/tools.mod

.DEFAULT_GOAL := help
.PHONY: help run build test test-ollama test-interruptions ollama check lint bench bench-prompts validation golden fuzz

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/'

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

# The server that the tests of real models run: a pinned release, built from source into a cache folder, 3 minutes on 2 cores.
OLLAMA_VERSION := v0.11.4
export TURNCOAT_OLLAMA ?= $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/turncoat/ollama-$(OLLAMA_VERSION)

ollama: $(TURNCOAT_OLLAMA)/ollama ## build the Ollama server that test-ollama runs

$(TURNCOAT_OLLAMA)/ollama:
	mkdir -p $(TURNCOAT_OLLAMA)
	GOBIN=$(TURNCOAT_OLLAMA) GOFLAGS= $(GO) install github.com/ollama/ollama@$(OLLAMA_VERSION)

test-ollama: ollama ## whole games through a real Ollama server, on a model of 0.5 MB that is made here
	$(GO) test -count 1 -run 'Real|MissingModel' -v ./agents/llm/ollama ./agents/llm/llmtest/tiny ./cmd/turncoat

test-interruptions: ## 200 runs of models, each disturbed at a random moment; 3 minutes
	TURNCOAT_INTERRUPTIONS=200 $(GO) test -count 1 -timeout 30m -v -run '^TestInterruptions$$' ./cmd/turncoat

bench: ## games/s, events/s, folds, memory, beside a bare loop
	$(GO) test -run '^$$' -bench . -benchmem ./...

bench-prompts: ## prompt tokens a game, and what a prefix cache can't reuse
	TURNCOAT_BENCH_TABLE=1 $(GO) test -run '^$$' -bench Prompts -benchtime 1x ./agents/llm | grep slots:

validation: ## the coverage of the intervals by simulation, docs/validation.md; minutes
	TURNCOAT_VALIDATION=1 $(GO) test -count 1 -timeout 60m -v -run '^TestValidation$$' ./cmd/turncoat

golden: ## rewrite the golden files and the generated docs; read the diff
	$(GO) test ./engine ./metrics ./scenarios ./agents/llm ./cmd/turncoat/replay -update
	UPDATE_SCRIPTS=1 $(GO) test ./cmd/turncoat

fuzz: ## fuzz the parsers for 30 s each
	$(GO) test -run '^$$' -fuzz FuzzParse -fuzztime 30s ./scenarios
	$(GO) test -run '^$$' -fuzz FuzzRead -fuzztime 30s ./agents/llm
	$(GO) test -run '^$$' -fuzz FuzzMould -fuzztime 30s ./agents/llm/openai
