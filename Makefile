# visavis: `make run` and `make test` are all a newcomer needs.
VENV   := .venv
READY  := $(VENV)/.ready
BIN    := $(VENV)/bin
export OPENBLAS_NUM_THREADS ?= 1

.PHONY: run test check lint bench evidence docs setup fuzz clean
.DEFAULT_GOAL := help

help: ## this list
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

setup: $(READY) ## make the virtual environment
$(READY): pyproject.toml uv.lock scripts/setup
	@sh scripts/setup $(VENV)

run: $(READY) ## the demo bank, in your browser; or compare two photographs: REFERENCE=a.jpg PROBE=b.jpg
ifeq ($(REFERENCE)$(PROBE),)
	@$(BIN)/visavis demo $(DEMO)
else
	@$(BIN)/python scripts/example.py $(if $(REFERENCE),--reference $(REFERENCE)) $(if $(PROBE),--probe $(PROBE))
endif

test: lint ## lint, types and every test (about ten minutes on two cores)
	$(BIN)/python -m pytest -m "not evidence" $(PYTEST)

lint: $(READY) ## ruff, mypy --strict, import-linter
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

check: test ## what a commit must pass

bench: $(READY) ## the measurements of benchmarks/
	$(BIN)/python -m benchmarks

evidence: $(READY) ## everything under "Must show" at full size; resumable
	$(BIN)/python -m benchmarks --evidence
	$(BIN)/python -m pytest -m evidence $(PYTEST)

docs: $(READY) ## the documentation as HTML, in site/
	@sh scripts/with_group $(VENV) docs
	$(BIN)/zensical build --clean

fuzz: $(READY) ## coverage-guided fuzzing of decoders and readers, SECONDS each
	@sh scripts/fuzz $(VENV) $(or $(SECONDS),60)

clean: ## remove what setup made
	rm -rf $(VENV)
