# Everything starts here; each target sets up what it needs in .venv (Python 3.11 or newer, pip and venv are enough).
#   make demo   crawl the fixture town, served on this machine, and show what was written
#   make test   run the tests
#   make lint   lint, format check, strict types
#   make bench  measure speed and memory (docs/performance.md)
#   make lock   write requirements.lock anew: every dependency with its hashes
#   make audit  look up the locked dependencies in the list of known vulnerabilities (needs the internet)
#   make faults the fault drill in its short form: fifty ways in which servers, disks and processes fail
#   make soak   the long drills: a year of a town, kills at random points, hostile servers, the fault drill in full

PYTHON ?= $(shell for p in python3.11 python3.12 python3.13 python3.14 python3 python; do \
	"$$p" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$p" && break; done)
VENV := .venv
BIN := $(VENV)/bin
WORKERS := -n auto --maxprocesses 4 --dist worksteal
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet

.PHONY: demo test lint format bench lock audit faults soak clean
.DELETE_ON_ERROR:

# The stamps say which extras are installed; pyproject.toml decides when they are stale.
$(VENV)/.base: pyproject.toml
	@test -n "$(PYTHON)" || { echo "make: no Python 3.11 or newer with venv and pip found; name one: make PYTHON=/path/to/python3" >&2; exit 1; }
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv $(VENV)
	@echo "setting up $(VENV) …" >&2
	@$(PIP) -e .
	@touch $@

$(VENV)/.dev: $(VENV)/.base
	@echo "installing the test tools …" >&2
	@$(PIP) -e '.[dev]'
	@touch $@

$(VENV)/.bench: $(VENV)/.dev
	@$(PIP) -e '.[dev,bench]'
	@touch $@

$(VENV)/.lock: $(VENV)/.base
	@$(PIP) -e '.[lock]'
	@touch $@

demo: $(VENV)/.base
	@$(BIN)/python -m tests.demo

test: $(VENV)/.dev
	@$(BIN)/python -m pytest -m "not soak" $(WORKERS)

lint: $(VENV)/.dev
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

format: $(VENV)/.dev
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

bench: $(VENV)/.bench
	@$(BIN)/python -m tests.bench

lock: $(VENV)/.lock
	@CUSTOM_COMPILE_COMMAND="make lock" $(BIN)/pip-compile --quiet --upgrade --generate-hashes --strip-extras \
		--no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-emit-options \
		--output-file requirements.lock pyproject.toml

audit: $(VENV)/.lock
	@$(BIN)/pip-audit --disable-pip --require-hashes --requirement requirements.lock

faults: $(VENV)/.dev
	@$(BIN)/python -m tests.faults

soak: $(VENV)/.dev
	@$(BIN)/python -m pytest -m soak

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis build dist
