# The commands of this project; `make` lists them. `make run` needs Python 3.11 to 3.13 and nothing else.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PY := $(BIN)/python
PIP := $(PY) -m pip --disable-pip-version-check install --quiet --require-hashes
PEERS := .cache/bench-venv
UV := 0.13.9
FROM ?= 061315550101

.PHONY: help run test check lint ruff types layers house unit pbx call screenshots bench wheel messages lock clean

help:
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-12s %s\n", $$1, $$2}' Makefile

# --- to use it -------------------------------------------------------------------------------------------------------

run: $(VENV)/.main ## The desk with example customers and a practice line (a real PBX: IONAS_PBX_URLS, see README)
	@export IONAS_PRACTICE="$${IONAS_PRACTICE:-$$([ -n "$$IONAS_PBX_URLS" ] && echo 0 || echo 1)}"; set -e; \
	$(PY) -m ionas_phone migrate; \
	if [ -z "$$IONAS_DATABASE_URL$$IONAS_PBX_URLS" ]; then $(PY) -m ionas_phone example; fi; \
	exec $(PY) -m ionas_phone serve

pbx: $(VENV)/.main ## A real Asterisk with three desk phones, to try the desk on; tells how `make run` finds it
	@tests/lab/install.sh pbx
	@exec $(PY) -m tests.lab.run_pbx

call: $(VENV)/.main ## Ring it: make call FROM=061315550101
	@exec $(PY) -m tests.lab.call $(FROM)

# --- to work on it ---------------------------------------------------------------------------------------------------

check: lint unit ## The fast part: every rule a tool can hold, and the unit tests

lint: ruff types layers house

ruff: $(VENV)/.dev
	$(BIN)/ruff check
	$(BIN)/ruff format --check

types: $(VENV)/.dev
	$(BIN)/mypy

layers: $(VENV)/.dev
	$(BIN)/lint-imports --no-logo

house: $(VENV)/.dev
	$(PY) -m tools.check

unit: $(VENV)/.dev
	$(PY) -m pytest -q tests/unit

test: $(VENV)/.dev ## Everything, on real Asterisks, PostgreSQL and Chromium; installs what is missing
	tests/lab/install.sh
	$(MAKE) --no-print-directory lint
	$(PY) -m pytest -n $(WORKERS) $(BESIDE) $(addprefix --ignore=,$(ALONE) $(SOLO))
	$(PY) -m pytest -n 3 $(BESIDE) $(ALONE)
	$(PY) -m pytest $(SOLO)

# Most tests wait for a telephone, a browser or another process: four workers keep two cores busy. What has deadlines of
# its own on the wire gets the machine to itself. Files go in their order (tests/conftest.py: the slow ones first).
WORKERS ?= $(shell n=$$(($$(nproc) * 2)); echo $$((n < 6 ? n : 6)))
BESIDE := --dist loadfile --no-loadscope-reorder
ALONE := $(addprefix tests/failures/test_,asterisk_ends.py asterisk_reloads.py link_breaks.py link_lies.py)
# Its calls must fill the buffers of a wire within seconds: nothing else may keep them waiting.
SOLO := tests/failures/test_link_stalls.py

screenshots: $(VENV)/.dev ## Take the pictures of every page and state anew
	tests/lab/install.sh
	IONAS_SCREENSHOTS=1 $(PY) -m pytest $$(grep -l "from tests.e2e.look import" tests/e2e/*.py)

bench: $(VENV)/.dev $(PEERS)/.made ## Measure; prints the figures and writes docs/benchmarks.md (PART=wire: only this)
	tests/lab/install.sh
	$(PY) -m tests.bench $(PART)

wheel: $(VENV)/.build ## The product as one file in dist/, as docs/install.md installs it
	@rm -rf dist
	@$(VENV)/build/bin/python -m hatchling build -t wheel -d dist

messages: $(VENV)/.dev ## Bring the catalogues of webui/locale up to date with the sources
	$(PY) -m tools.messages

lock: $(VENV)/.uv ## Resolve the dependencies of pyproject.toml anew, into requirements/
	$(VENV)/uv/bin/uv pip compile $(LOCKING) -o requirements/main.txt pyproject.toml
	$(VENV)/uv/bin/uv pip compile $(LOCKING) -o requirements/dev.txt --extra dev pyproject.toml
	echo panoramisk==1.4 pyami-asterisk==1.5.2 | tr ' ' '\n' | $(VENV)/uv/bin/uv pip compile $(LOCKING) -o requirements/bench.txt -
	echo uv==$(UV) | $(VENV)/uv/bin/uv pip compile $(LOCKING) -o requirements/uv.txt -
	sed -n 's/^requires = \["\(.*\)"\]$$/\1/p' pyproject.toml | $(VENV)/uv/bin/uv pip compile $(LOCKING) -o requirements/build.txt -

LOCKING := --quiet --universal --generate-hashes --no-emit-index-url --no-header --python-version 3.11

clean: ## Remove what was built; data (var/) and the Asterisks (.cache/) stay
	rm -rf $(VENV) dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -not -path './.cache/*' -prune -exec rm -rf {} +

# --- what the others need --------------------------------------------------------------------------------------------

$(VENV)/.made:
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' || { \
	  echo "ionas-phone needs Python 3.11, 3.12 or 3.13, and $(PYTHON) is none; name one: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo "$(PYTHON) can't make environments; on Debian: apt-get install python3-venv" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.main: requirements/main.txt | $(VENV)/.made
	@echo "Installing what ionas-phone needs into $(VENV) …" >&2
	@$(PIP) -r $<
	@printf '#!/bin/sh\n# ionas-phone from this checkout; an installed wheel brings its own.\nhere=$$(cd "$$(dirname "$$0")/../.." && pwd)\nPYTHONPATH="$$here" exec "$$here/$(PY)" -m ionas_phone "$$@"\n' > $(BIN)/ionas-phone
	@chmod +x $(BIN)/ionas-phone
	@touch $@

$(VENV)/.dev: requirements/dev.txt requirements/main.txt | $(VENV)/.made
	@echo "Installing what working on ionas-phone needs into $(VENV) …" >&2
	@$(PIP) -r $<
	@$(MAKE) --no-print-directory -s $(VENV)/.main
	@touch $@

$(VENV)/.uv: requirements/uv.txt | $(VENV)/.made
	@$(PYTHON) -m venv $(VENV)/uv
	@$(VENV)/uv/bin/python -m pip --disable-pip-version-check install --quiet --require-hashes -r $<
	@touch $@

$(VENV)/.build: requirements/build.txt | $(VENV)/.made
	@$(PYTHON) -m venv $(VENV)/build
	@$(VENV)/build/bin/python -m pip --disable-pip-version-check install --quiet --require-hashes -r $<
	@touch $@

# Other people's AMI clients, to be compared with: in an environment of their own, nobody else shall see them.
$(PEERS)/.made: requirements/bench.txt
	@$(PYTHON) -m venv --clear $(PEERS)
	@$(PEERS)/bin/python -m pip --disable-pip-version-check install --quiet --require-hashes -r $<
	@touch $@
