# make help lists the targets. Everything happens in .venv; only python3 (3.11 or newer) is needed.

PYTHON ?= python3
VENV   ?= .venv
JOBS   ?= auto

BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
RUN_STAMP := $(VENV)/.installed
DEV_STAMP := $(VENV)/.installed-dev

.DEFAULT_GOAL := help
.PHONY: help demo test test-browser torch examples bench clean python

help:
	@echo "make demo          read, derive, draw, train and verify a network on handwritten digits"
	@echo "make test          the linter and all tests, as CI runs them"
	@echo "make test-browser  HTML pages in a headless Chromium, where one is installed"
	@echo "make torch         PyTorch for the tests that compare with it; without it they skip"
	@echo "make examples      every example at its full size"
	@echo "make bench         the benchmarks, one at a time"
	@echo "make clean         remove .venv, caches and build output"
	@echo
	@echo "Another Python: make demo PYTHON=python3.12"

demo: $(RUN_STAMP)
	@$(BIN)/python examples/digits.py

# Why the linter does not stop the tests: one run shows all that is wrong, the tests' summary last.
test: $(DEV_STAMP)
	@lint=0; $(BIN)/ruff check . || lint=1; \
	$(BIN)/python -m pytest -q tests/test_tiny.py && \
	$(BIN)/python -m pytest -rfEs -n $(JOBS) tests symback && exit $$lint

test-browser: $(DEV_STAMP)
	@$(PIP) install -e '.[browser]'
	$(BIN)/python -m pytest -q -rs tests/browser

# Why 3.11 alone? The pinned build for the processor is there for it; others may pull gigabytes.
torch: $(DEV_STAMP)
	@if $(BIN)/python -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))'; then \
	  echo "Installing PyTorch into $(VENV) ..."; $(PIP) install -e '.[torch]'; \
	else \
	  echo "PyTorch is not installed: that is done for Python 3.11 only; its tests skip."; \
	fi

examples: $(RUN_STAMP)
	@set -e; for example in examples/*.py; do \
	  echo "== $$example"; $(BIN)/python "$$example"; \
	done

bench: $(DEV_STAMP)
	$(BIN)/python -m pytest tests/bench -q -rP
	$(BIN)/python -m pytest tests/bench/test_deriving.py -q -rP
	$(BIN)/python -m tests.bench.run
	$(BIN)/python -m tests.bench.steps
	@if $(BIN)/python -c 'import torch' 2>/dev/null; then \
	  $(BIN)/python -m tests.bench.windows && $(BIN)/python -m tests.bench.recurrences; \
	else echo "Without PyTorch there is nothing to compare windows and recurrences with: make torch"; fi

clean:
	rm -rf $(VENV) build dist out .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# A stamp is newer than pyproject.toml exactly when nothing has to be installed.
$(RUN_STAMP): pyproject.toml | python
	@echo "Installing symback with sympy, numpy, networkx and graphviz into $(VENV) (about a minute) ..."
	@$(PIP) install -e .
	@touch $@

$(DEV_STAMP): pyproject.toml | python
	@echo "Installing symback and its test tools into $(VENV) (about a minute) ..."
	@$(PIP) install -e '.[dev]'
	@touch $(RUN_STAMP) $@

# Why pip is asked and not a file: a half-made environment has the files, but no working pip.
python:
	@if $(BIN)/python -m pip --version >/dev/null 2>&1; then exit 0; fi; \
	if ! command -v "$(PYTHON)" >/dev/null 2>&1; then \
	  echo "symback needs Python 3.11 or newer; no '$(PYTHON)' was found."; \
	  echo "Install Python, or name yours: make $(MAKECMDGOALS) PYTHON=/path/to/python3"; exit 1; \
	fi; \
	if ! "$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then \
	  echo "symback needs Python 3.11 or newer; '$(PYTHON)' is $$("$(PYTHON)" -V 2>&1)."; \
	  echo "Name a newer one: make $(MAKECMDGOALS) PYTHON=python3.12"; exit 1; \
	fi; \
	if ! "$(PYTHON)" -c 'import venv, ensurepip' 2>/dev/null; then \
	  echo "'$(PYTHON)' cannot make a virtual environment: its venv module is missing."; \
	  echo "On Debian and Ubuntu: sudo apt-get install python3-venv"; exit 1; \
	fi; \
	echo "Making a virtual environment in $(VENV) with $$("$(PYTHON)" -V 2>&1) ..."; \
	"$(PYTHON)" -m venv "$(VENV)" || { \
	  echo "That failed. If $(VENV) is left over from another Python: make clean, then again."; exit 1; }
