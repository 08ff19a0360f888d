# Rejoinder. `make demo` and `make test` need Python 3.11 or newer and nothing else; both set up `.venv` first.
PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin/python
STAMP := $(VENV)/.ready
ENGINE := $(VENV)/.engine

.PHONY: demo test conformance check check-style faults bench bench-10m bench-twitter bench-wire bench-servers compare-screens compare-versions screenshots lock clean

demo: $(STAMP)  ## open the bundled sample (without a terminal: prove the main job and leave)
	@$(VENV)/bin/rejoinder demo

test: $(STAMP) $(ENGINE)  ## set up and run the tests
	REJOINDER_CONFORMANCE=1 $(RUN) -m pytest -n auto

conformance: $(STAMP) $(ENGINE)  ## the suite that every engine must pass: SQLite, ClickHouse, two shards, over HTTP
	REJOINDER_CONFORMANCE=1 $(RUN) -m pytest -n auto tests/conformance

check: check-style test  ## what every commit must pass

check-style: $(STAMP)
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/ruff check .
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports

faults: $(STAMP)  ## the long run of faults: a scripted review killed a hundred times
	REJOINDER_KILLS=100 $(RUN) -m pytest -n 0 -s tests/review/test_faults.py

bench: $(STAMP)  ## measure a million posts beside peers: import, questions, opening (into docs/benchmark.md)
	$(RUN) -m bench 1m

bench-10m: $(STAMP)  ## the same of ten million (10 GB of disk, an hour)
	$(RUN) -m bench 10m

bench-twitter: $(STAMP)  ## posts per second of the X family on its real exports (REJOINDER_CORPORA), beside other readers
	$(RUN) -m bench.twitter_bench $(REJOINDER_CORPORA)

bench-servers: $(STAMP) $(ENGINE)  ## the same questions to a file and to ClickHouse, a million posts (then ten: SIZE=10m), into docs/servers.md
	$(RUN) -m bench.server_bench $(SIZE)

bench-wire: $(STAMP)  ## measure bytes and times of the keys beside other programs, into docs/wire.md
	$(RUN) -m bench.wire_bench

compare-screens: $(STAMP)  ## a thousand random steps: the screen with the painter and without, cell by cell
	$(RUN) -m tests.app.comparing 120

compare-versions: $(STAMP)  ## the painter with the two newest minor versions of Textual
	$(RUN) -m tests.textual_versions bench/out 8.1 8.2

screenshots: $(STAMP)  ## draw the pictures of screenshots/ anew from tests/scenes.py
	$(RUN) -m tests.scenes screenshots

COMPILE := $(VENV)/bin/pip-compile --quiet --allow-unsafe --strip-extras --generate-hashes --no-emit-index-url \
	--no-emit-trusted-host --no-emit-find-links --no-header

lock: $(STAMP)  ## resolve requirements-dev.txt and requirements-conformance.txt anew
	$(COMPILE) --output-file requirements-dev.txt requirements-dev.in
	$(COMPILE) --output-file requirements-conformance.txt requirements-conformance.in

$(STAMP): pyproject.toml requirements-dev.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Rejoinder needs Python 3.11 or newer; try: make PYTHON=python3.12")'
	$(PYTHON) -m venv $(VENV)
	$(RUN) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	$(RUN) -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@# Starting without compiled files takes twice as long, and some environments tell Python to write none.
	@env -u PYTHONDONTWRITEBYTECODE $(RUN) -m compileall -q -j 0 tui $(VENV)/lib
	@touch $@

$(ENGINE): $(STAMP) requirements-conformance.txt
	$(RUN) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-conformance.txt
	@touch $@

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis bench/out
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
