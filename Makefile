# What people type: `make run` to try the service, `make test` to see that it works here, `make check` before a commit.

PYTHON ?= python3
BIN := .venv/bin
INSTALL := $(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt

.PHONY: run install test check torture scale encoder-bench format clean

run: install
	$(BIN)/rag ingest examples/articles
	$(BIN)/rag ask "What is a multivector foreign policy?"
	$(BIN)/rag serve

install: .venv/installed

test: .venv/installed-test
	$(BIN)/pytest

check: .venv/installed-check
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

torture: .venv/installed-test
	$(BIN)/python -m tests.torture docs/torture.md

scale: .venv/installed-test
	$(BIN)/python -m tests.scale docs/scale.md

# BENCHMARKS="DIR..." adds retrieval on benchmarks in BEIR's layout.
encoder-bench: .venv/installed-test
	$(INSTALL) --editable '.[test,bench]'
	$(BIN)/python -m tests.encoding docs/encoder.md $(BENCHMARKS)

format: .venv/installed-check
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

clean:
	rm -rf .venv build dist

.venv/installed: pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	$(INSTALL) --editable .
	@! $(BIN)/pip list --disable-pip-version-check 2>/dev/null | grep -i '^nvidia-' || \
		{ echo "a CUDA build of torch was installed: this project runs on the CPU, see constraints.txt"; exit 1; }
	touch $@

.venv/installed-test: .venv/installed
	$(INSTALL) --editable '.[test]'
	touch $@

.venv/installed-check: .venv/installed-test
	$(INSTALL) --editable '.[test,check]'
	touch $@
