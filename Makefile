# One command for everything; each tool also runs bare from .venv/bin.
#   make run     set up and run one cycle with config.toml
#   make demo    set up and try it on invented news, without a network
#   make check   format, lint, types, import contracts, tests
# All paths are relative, so that a folder with spaces in its name works too.

CONFIG ?= config.toml
ARGS ?=
# Most tests wait for processes they started: three at a time keep two cores busy. A file's tests stay together, since
# they share what is dear to start.
PROCESSES ?= 3
PY := .venv/bin/python
PIP := $(PY) -m pip --disable-pip-version-check -qq

.PHONY: run demo check setup setup-dev format clean

# 3 = finished, but feeds failed: without a network every feed fails and the seeds are still there.
run: .venv/.compiled
	@$(PY) -m ingest -C "$(CONFIG)" run $(ARGS) || { code=$$?; test $$code -eq 3 || exit $$code; }

demo: .venv/.compiled
	@$(PY) -m ingest demo $(ARGS)

check: .venv/.installed-dev .venv/.compiled
	$(PY) -m ruff format --check .
	$(PY) -m ruff check .
	$(PY) -m mypy
	.venv/bin/python -c 'from importlinter.cli import lint_imports_command; lint_imports_command()'
	$(PY) -m pytest -n $(PROCESSES) --dist loadfile

setup: .venv/.compiled
setup-dev: .venv/.installed-dev
	@$(PY) -m compileall -q ingest store

format: .venv/.installed-dev
	$(PY) -m ruff format .
	$(PY) -m ruff check --fix .

clean:
	rm -rf .venv build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis

# The stamps are written last: an interrupted installation is taken up again, a finished one never asks the network.
.venv/.installed: pyproject.toml | .venv/bin/python
	$(PIP) install --editable .
	@touch $@

.venv/.installed-dev: pyproject.toml | .venv/bin/python
	$(PIP) install --editable '.[dev]'
	@touch .venv/.installed $@

# Bytecode for all modules at once: where Python may not write it (PYTHONDONTWRITEBYTECODE, a folder of somebody else's)
# each command would compile what it loads, a third of the time of a short one.
.venv/.compiled: .venv/.installed $(wildcard ingest/*.py ingest/*/*.py store/*.py store/*/*.py)
	$(PY) -m compileall -q ingest store
	@touch $@

.venv/bin/python:
	@for python in python3.11 python3 python; do \
		if command -v $$python >/dev/null 2>&1 && \
		   $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
			exec $$python -m venv .venv; \
		fi; \
	done; \
	echo 'error: no Python (python3.11, python3)' >&2; \
	echo 'why: Python 3.11 or newer is needed and none is on the PATH' >&2; \
	echo 'fix: install python3.11 with its venv module (Debian: apt install python3.11-venv), then call make again' >&2; \
	exit 1
