# `make run` tries the service, `make test` runs the tests, and `make check` checks the code before a commit.

PYTHON ?= python3
BIN := .venv/bin
INSTALL := $(BIN)/python tools/install.py .venv

# --fresh-env reads every page again, because Sphinx repeats no warning about an unchanged page. It takes two seconds.
SITE := $(BIN)/sphinx-build --quiet --fail-on-warning --fresh-env -c docs/site -d build/site-cache . build/site

.PHONY: run install install-matrix test test-failed test-s3 replicas test-clients clients check torture scale growth kinds bench load bench-slow-model bench-page bench-source-pane bench-peers bench-postgres bench-database segmenters encoder-bench verify-claims injections policy exceptions conflicts screenshots mutants reading reference docs audit hashes format clean fit-claims check-types check-rest

run: install
	$(BIN)/rag ingest examples/articles
	$(BIN)/rag ask "What is a multivector foreign policy?"
	$(BIN)/rag serve

install: .venv/installed

# Installs the project for each Python of this machine, up to 7 GB each, and resolves its packages for other systems.
install-matrix: .venv/installed-test
	$(INSTALL) '.[test,matrix]'
	$(BIN)/python -m tests.install_matrix docs/install-matrix.md

# One process more than there are cores, because tests often wait. test_hostile.py runs
# separately: it interrupts its own process, which would end the other tests in that process.
test: .venv/installed-test
	$(BIN)/pytest --numprocesses $$($(BIN)/python -c 'import os; print(1 + os.cpu_count())') --dist loadfile --no-loadscope-reorder --ignore tests/test_hostile.py
	$(BIN)/pytest tests/test_hostile.py

# Repeats the tests that failed in the last run, one after another. Fails if none did: then the run itself failed.
test-failed: .venv/installed-test
	$(BIN)/pytest --last-failed --last-failed-no-failures none

test-clients: .venv/installed-test .venv-clients/installed .venv-open-webui/installed .venv-frontends/installed
	TEST_CLIENTS=1 $(BIN)/pytest tests/clients

clients: .venv/installed-test .venv-clients/installed .venv-open-webui/installed
	$(BIN)/python -m tests.clients docs/clients.md

test-s3: .venv/installed-test
	$(INSTALL) '.[test-s3]'
	TEST_S3=1 $(BIN)/pytest tests/snapshots/replicas/test_s3.py

replicas: .venv/installed-test
	$(BIN)/python -m benchmarks.replicas build/replicas

# `make --jobs 2 check` checks the types beside the rest, which takes about as long.
check: check-types check-rest

check-types: .venv/installed-check
	$(BIN)/mypy

check-rest: .venv/installed-check
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports
	$(BIN)/python -m tests.house
	$(BIN)/python -m tests.reference --check docs/reference
	$(SITE)

# Commit the reference pages with the code that changed them.
reference: .venv/installed-test
	$(BIN)/python -m tests.reference docs/reference

docs: .venv/installed-check
	$(SITE)

torture: .venv/installed-test
	$(BIN)/python -m tests.torture docs/torture.md

scale: .venv/installed-test
	$(BIN)/python -m tests.scale docs/scale.md

# Takes 45 minutes. Needs 10 GB of disk, and a machine that does nothing else.
growth: .venv/installed-test
	$(BIN)/python -m tests.scale.growth docs/growth.md

kinds: .venv/installed-test
	$(BIN)/python -m tests.scale.kinds docs/kinds.md

# 345 generated acts make 10,000 passages for the default model. Takes ten minutes on a machine that does nothing else.
bench: .venv/installed-test
	rm -rf build/acts
	$(BIN)/python -m tests.scale.corpus build/acts 345
	RAG_LEAST_CONFIDENCE=0 $(BIN)/rag bench build/acts --page docs/performance.md

# Eight minutes on a quiet machine. SCENES="0 3" measures only these.
load: .venv/installed-test
	$(BIN)/python -m benchmarks.load docs/load.md $(SCENES)

# One minute on a quiet machine. A language model that never answers must not slow down other requests.
bench-slow-model: .venv/installed-test
	$(BIN)/python -m benchmarks.slow_model docs/slow-model.md

# Needs Chromium.
bench-page: .venv/installed-test
	$(BIN)/python -m tests.browser.speed docs/page-speed.md

# PDFS="FILE..." are read too, and the words under the boxes of their sentences are compared.
bench-source-pane: .venv/installed-test
	$(BIN)/python -m benchmarks.source_pane docs/source-pane.md $(PDFS)

# BENCHMARKS="DIR..." names folders in BEIR's layout. Installs each system by itself (about 7 GB), then removes it.
bench-peers: .venv/installed-test
	$(BIN)/python -m benchmarks.peers docs/peers.md $(BENCHMARKS)

# Two minutes on a quiet machine.
bench-database: .venv/installed-test
	$(BIN)/python -m benchmarks.database_replica docs/database-replica.md

# Less than an hour on a quiet machine. Starts PostgreSQL from a package.
bench-postgres: .venv/installed-test
	$(BIN)/python -m benchmarks.postgres docs/postgres.md

# Makes documents and parses them. `PDFS=FOLDER` times the libraries on PDF files of your own.
reading: .venv/installed-test
	$(INSTALL) '.[test,reading]'
	$(BIN)/python -m tests.reading docs/reading.md $(if $(PDFS),--pdfs $(PDFS))

# Ten minutes on two quiet cores. If you stop a run, the next call continues it, unless the code has changed.
mutants: .venv/installed-test
	$(INSTALL) '.[test,mutants]'
	$(BIN)/python -m tests.mutants docs/mutants.md

segmenters: .venv/installed-test .venv-segmenters/installed
	PYTHONPATH=$$(.venv-segmenters/bin/python -c 'import sysconfig; print(sysconfig.get_path("platlib"))') \
		$(BIN)/python -m benchmarks.segmentation docs/decisions/segmentation.md

# CLAIMS=FILE measures other claims and writes no page.
verify-claims: .venv/installed-test
	$(BIN)/python -m tests.claims $(or $(CLAIMS),--page docs/claims.md)

# One minute each. They fail if the part kept apart misses its limit, or after a false alarm.
exceptions: .venv/installed-test
	$(BIN)/python -m tests.exceptions docs/exceptions.md

conflicts: .venv/installed-test
	$(BIN)/python -m tests.conflicts docs/conflicts.md

# Fits the model that decides on free paraphrases.
fit-claims: .venv/installed-test
	$(BIN)/python -m tests.claims.fitting src/rag/answer/checks/acceptance.json

# Six minutes. Fails if an injected order is followed.
injections: .venv/installed-test
	$(BIN)/python -m tests.injections docs/injections.md

# Two minutes on a quiet machine.
policy: .venv/installed-test
	$(BIN)/python -m tests.policy docs/policy.md

screenshots: .venv/installed-test
	$(BIN)/python -m tests.browser.screenshots docs/screenshots

# BENCHMARKS="DIR..." adds retrieval on benchmarks in BEIR's layout.
encoder-bench: .venv/installed-test
	$(INSTALL) '.[test,bench]'
	$(BIN)/python -m tests.encoding docs/encoder.md $(BENCHMARKS)

# Compares the installed packages with PyPI's list of known vulnerabilities. Needs the network.
audit: .venv/installed-test
	$(INSTALL) '.[test,audit]'
	$(BIN)/python tools/audit.py

# Run it after a change of constraints.txt or of the dependencies, and commit the file.
hashes: .venv/installed-test
	$(INSTALL) '.[test,matrix]'
	$(BIN)/python -m tools.hashes

format: .venv/installed-check
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

clean:
	rm -rf .venv .venv-clients .venv-open-webui .venv-frontends .venv-peers .venv-segmenters build dist

.venv/installed: pyproject.toml constraints.txt tools/install.py
	$(PYTHON) tools/install.py .venv .
	$(BIN)/python -m compileall -q src  # otherwise every command compiles again if Python may not write its cache
	touch $@

.venv/installed-test: .venv/installed
	$(INSTALL) '.[test]'
	touch $@

.venv/installed-check: .venv/installed-test
	$(INSTALL) '.[test,check]'
	touch $@

# The clients that tests drive. They need Node, and another version of openai than the service.
.venv-clients/installed: tests/clients/requirements.txt tests/clients/package-lock.json
	$(PYTHON) -m venv .venv-clients
	.venv-clients/bin/pip install --quiet --disable-pip-version-check --requirement tests/clients/requirements.txt
	cp tests/clients/package.json tests/clients/package-lock.json .venv-clients
	npm ci --silent --prefix .venv-clients
	touch $@

# Open WebUI takes more than a gigabyte, and does not support Python newer than 3.12.
.venv-open-webui/installed: tests/clients/open-webui.txt
	$(PYTHON) -m venv .venv-open-webui
	.venv-open-webui/bin/pip install --quiet --disable-pip-version-check --no-deps --requirement $<
	touch $@

# Frameworks for chat frontends, which the guide on chat clients shows.
.venv-frontends/installed: tests/clients/frontends.txt
	$(PYTHON) -m venv .venv-frontends
	.venv-frontends/bin/pip install --quiet --disable-pip-version-check --no-deps --requirement $<
	touch $@

# Sentence segmenters to compare ours with. This environment does not contain the project.
.venv-segmenters/installed: benchmarks/segmentation/requirements.txt
	$(PYTHON) -m venv .venv-segmenters
	.venv-segmenters/bin/pip install --quiet --disable-pip-version-check --requirement $<
	touch $@
