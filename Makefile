# Needs make, a POSIX shell and Python 3.11 or newer; everything else goes into .venv.

PYTHON ?= python3
ARGS =
SCENARIO = beijing-2022

VENV = .venv
BIN = $(VENV)/bin
RUN = $(VENV)/.installed
STEP = $(PYTHON) .ci/progress.py
PIP = $(BIN)/python -m pip install --disable-pip-version-check --progress-bar off
TYPED = build/typed/quotaproof

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help env verify serve test lint typed docs notebooks pictures catalogues summaries nox bench mutants soak fuzz clean

help: ## list the targets (this text)
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' Makefile
	@echo
	@echo "  PYTHON=python3.12    the Python that .venv is made with (python3)"
	@echo "  SCENARIO=sochi-2014  what make verify looks at (beijing-2022)"
	@echo "  ARGS='-k relay'      more arguments for pytest, or for the benchmarks (ARGS=--quick)"

# The package alone is what `make verify` needs; each extra is installed on top of it by the first target that needs it.
env: $(VENV)/.installed-test $(VENV)/.installed-lint ## make .venv with quotaproof, and the tools for tests and lint
	@:

$(RUN): pyproject.toml | $(BIN)/python
	@$(STEP) "Installing quotaproof in $(VENV)" $(PIP) -e .
	@touch $@

$(VENV)/.installed-%: pyproject.toml | $(RUN)
	@$(STEP) "Installing what '$*' needs in $(VENV)" $(PIP) -e '.[$*]'
	@touch $@

# A broken or interrupted .venv has no bin/python and is made afresh.
$(BIN)/python:
	@version=$$($(PYTHON) -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null) || version=; \
	if [ -z "$$version" ]; then \
	  echo "quotaproof needs Python 3.11 or newer, and '$(PYTHON)' does not run; name one with: make PYTHON=/path/to/python3.11" >&2; \
	  exit 1; \
	elif ! $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then \
	  echo "quotaproof needs Python 3.11 or newer, and '$(PYTHON)' is $$version; name another with: make PYTHON=/path/to/python3.11" >&2; \
	  exit 1; \
	fi
	@if $(PYTHON) -c 'import ensurepip' 2>/dev/null; then \
	  $(STEP) "Making $(VENV)" $(PYTHON) -m venv --clear $(VENV); \
	elif $(PYTHON) -m pip --version >/dev/null 2>&1; then \
	  $(PYTHON) -m venv --clear --without-pip $(VENV) && \
	  $(STEP) "Installing pip in $(VENV)" \
	    $(PYTHON) -m pip --python $(BIN)/python install --disable-pip-version-check --progress-bar off pip; \
	else \
	  echo "'$(PYTHON)' comes without pip; install it first (Debian, Ubuntu: apt-get install python3-venv)" >&2; \
	  exit 1; \
	fi

# The table of Beijing is consistent, exit code 0. With another SCENARIO exit code 1 is a finding, not a failure.
# Python gives 1 for a crash too, but then prints no result.
verify: $(RUN) ## ask whether the published table of SCENARIO is what the rules give
	@echo "Verifying $(SCENARIO) ..." >&2; \
	code=0; result=$$($(BIN)/quotaproof verify $(SCENARIO)) || code=$$?; \
	if [ -n "$$result" ]; then printf '%s\n' "$$result"; fi; \
	if [ $$code -eq 1 ] && [ -n "$$result" ]; then code=0; fi; \
	exit $$code

# Exit code 3 is that of Ctrl-C, by which a server is meant to end.
serve: $(VENV)/.installed-web ## show all scenarios as pages in a browser (ARGS='--port 8001')
	@$(BIN)/quotaproof serve $(ARGS) || [ $$? -eq 3 ]

# Each process has tests that follow each other, which share what was solved, and takes some of the other's in the end.
test: $(VENV)/.installed-test ## run the tests
	@$(BIN)/python -m pytest -n 2 --dist worksteal $(ARGS)

# Neither mypy nor mkdocstrings reads package-dir, so they are shown the package as it is installed.
typed:
	@rm -rf build/typed
	@mkdir -p $(TYPED)
	@for file in quotaproof/* model solver scenarios; do \
	  ln -s "../../../$$file" $(TYPED)/ || exit 1; \
	done

# All checks run, even after one fails.
lint: $(VENV)/.installed-lint typed ## check style, format and types
	@failed=0; \
	echo "ruff check";          $(BIN)/ruff check . || failed=1; \
	echo "ruff format --check"; $(BIN)/ruff format --check . || failed=1; \
	echo "mypy --strict";       MYPYPATH=build/typed $(BIN)/mypy --strict -p quotaproof -p bench || failed=1; \
	exit $$failed

docs: $(VENV)/.installed-docs typed ## build the documentation in build/site; a warning is an error
	@NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --strict
	@echo "build/site/index.html"

notebooks: $(VENV)/.installed-notebooks ## run all notebooks and compare what they give with what they keep (ARGS=--keep keeps it)
	@$(BIN)/python notebooks/run.py $(ARGS)

# The looks of pages need Chromium; where there is none, their tests are left out and the kept ones stay.
pictures: $(VENV)/.installed-pictures $(VENV)/.installed-test ## draw the pictures of the documentation afresh, and keep how pages look
	@$(BIN)/python docs/pictures/draw.py
	@QUOTAPROOF_LOOKS=keep $(BIN)/python -m pytest -q tests/interface/web/test_looks.py -k looks_as_it_was_kept

catalogues: $(VENV)/.installed-web ## bring the catalogues of the pages' languages up to date, and say what they lack
	@$(BIN)/python .ci/catalogues.py update

summaries: $(RUN) ## bring what the list of scenarios says of each up to date
	@$(BIN)/python .ci/summaries.py

nox: $(VENV)/.installed-nox ## run the tests on every Python from 3.11 to 3.13 that is here, and with the lowest versions of packages
	@$(BIN)/python -m nox $(ARGS)

bench: $(VENV)/.installed-bench ## measure quotaproof and other solvers, and write docs/performance.md
	@$(BIN)/python -m bench $(ARGS)

mutants: $(VENV)/.installed-test $(VENV)/.installed-mutants ## try faults of one line, and see that the tests find them
	@$(BIN)/python -m bench.mutants $(ARGS)

soak: $(VENV)/.installed-test ## check a million random allocations in several ways (ARGS='--minutes 60 --seed 7')
	@$(BIN)/python -m bench.soak $(ARGS)

fuzz: $(VENV)/.installed-test $(VENV)/.installed-fuzz ## look for files on which the import fails (ARGS='--minutes 2 --form csv')
	@$(BIN)/python -m bench.fuzz $(ARGS)

clean: ## remove everything that was made here, .venv too
	@rm -rf $(VENV) build dist *.egg-info .pytest_cache .hypothesis .mypy_cache .ruff_cache
	@find . -name .git -prune -o -type d -name __pycache__ -prune -exec rm -rf {} +
