# Every target makes its own environment: a fresh clone needs Python 3.11 or newer and make, nothing else.
#
#   make test ARGS="-k tensor -x"      hands options on to pytest
#   make test PYTHON=python3.13        chooses the interpreter of a new environment
#   make thorough SEED=7               repeats a run; without it each run draws, and prints, a seed of its own

PYTHON ?= python3
ARGS ?=
SEED := $(or $(SEED),$(shell date +%s))

VENV := .venv
PEERS := .venv-peers
OLDEST := .venv-oldest
RUN := $(VENV)/bin/python
PYTEST := $(RUN) -m pytest
PARALLEL := --numprocesses=auto --maxprocesses=8 --dist=worksteal

# Those that exist: a folder joins the checks on the day it is made.
PACKAGES := $(wildcard autograd nn optim)
PROGRAMS := $(wildcard benchmarks examples site)
WORK := logic digits estimators adding gpt # the quick ones first
NOTEBOOKS := $(wildcard notebooks/*.ipynb)
PARITY := $(wildcard tests/parity)
APART := --ignore=tests/parity --ignore=tests/browser # they need PyTorch, and a browser

.DEFAULT_GOAL := help
.PHONY: help demo examples test oldest thorough parity standard browser check format bench notebooks site clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

demo: $(VENV)/.drawing,training-stamp ## train a small network on advertising data
	$(RUN) examples/advertising.py

examples: $(VENV)/.test-stamp ## train networks on real work, and print how well they do it
	@for program in $(WORK); do \
	    printf '\n%s\n' "examples/$$program.py" && $(RUN) examples/$$program.py || exit 1; \
	done

test: $(VENV)/.test-stamp ## run the tests
	$(PYTEST) $(APART) $(PARALLEL) $(ARGS)

# In an environment of its own, with what tests/oldest.txt allows.
OLDER := tests/drawing tests/optim tests/transforms tests/nn/test_saving.py tests/engine/test_special_values.py
oldest: ## run some of the tests with the oldest NumPy, SciPy and others that are supported
	PIP_CONSTRAINT=tests/oldest.txt $(MAKE) test VENV=$(OLDEST) ARGS="$(OLDER) $(ARGS)"

thorough: $(VENV)/.test-stamp ## run the property tests with 1000 examples each
	$(PYTEST) $(APART) $(PARALLEL) -m hypothesis --hypothesis-profile=thorough --hypothesis-seed=$(SEED) $(ARGS)

parity: $(VENV)/.parity-stamp ## compare with PyTorch, value by value
	$(if $(PARITY),$(PYTEST) $(PARITY) $(PARALLEL) $(ARGS),@echo "There are no parity tests yet.")

standard: $(VENV)/.test-stamp ## hold this library and NumPy to the Array API standard
	$(RUN) -m tests.standard

browser: $(VENV)/.browser-stamp ## drive the player in a real browser, Chromium
	@command -v chromium > /dev/null || { [ "$$(id -u)" = 0 ] && apt-get update -qq && apt-get install -qq --yes chromium; } || \
	    { echo "There is no chromium on the PATH. Debian and Ubuntu have it: sudo apt-get install chromium"; exit 1; }
	$(PYTEST) tests/browser $(PARALLEL) $(ARGS)

check: $(VENV)/.dev-stamp ## lint, formatting, types, and the examples in docstrings, README and docs
	$(RUN) -m ruff check
	$(RUN) -m ruff format --check
	$(RUN) -m mypy $(PACKAGES) $(PROGRAMS)
	$(PYTEST) --doctest-modules $(PACKAGES) tests/test_readme.py tests/test_docs.py

format: $(VENV)/.dev-stamp ## format the code, and mend what the linter can mend
	$(RUN) -m ruff check --fix-only
	$(RUN) -m ruff format

bench: $(VENV)/.bench-stamp $(PEERS)/.stamp ## measure against peers
	$(RUN) -m benchmarks $(ARGS)

notebooks: $(VENV)/.notebooks-stamp ## execute the lessons
	$(if $(NOTEBOOKS),$(PYTEST) --nbmake --nbmake-timeout=600 $(NOTEBOOKS) $(PARALLEL) $(ARGS),@echo "There are no notebooks yet.")

site: $(VENV)/.site-stamp ## build the documentation into out/site
	$(RUN) -m doctest site/docstrings.py
	$(RUN) site/pages.py
	$(VENV)/bin/zensical build --strict
	$(RUN) site/check.py

clean: ## remove what was built, written and cached; the environments stay
	rm -rf build dist out .cache .hypothesis .mypy_cache .pytest_cache .ruff_cache
	find . -name '$(VENV)*' -prune -o -name __pycache__ -type d -exec rm -rf {} +

# Two test processes on two cores: more threads inside each would only stand in one another's way.
test thorough parity notebooks: export OMP_NUM_THREADS ?= 1
test thorough parity notebooks: export OPENBLAS_NUM_THREADS ?= 1

# One stamp per set of extras: `.venv/.test-stamp` is the editable install of `glassgrad[test]`. It is redone when the
# project's metadata changes, and costs nothing otherwise.
.PRECIOUS: $(VENV)/.%-stamp
$(VENV)/.%-stamp: pyproject.toml autograd/_version.py | $(RUN)
	@echo "Installing glassgrad[$*] into $(VENV) ..."
	@$(RUN) -m pip install --quiet --disable-pip-version-check --editable ".[$*]"
	@touch $@

# The peers that cannot live beside us. Who cannot install them goes on without them.
$(PEERS)/.stamp: benchmarks/peers/requirements.txt | $(RUN)
	@echo "Installing the benchmarks' peers into $(PEERS) ..."
	@problem=$$({ $(RUN) -m venv $(PEERS) && \
	    $(PEERS)/bin/python -m pip install --quiet --disable-pip-version-check --requirement $<; } 2>&1) && touch $@ || \
	    echo "They cannot be installed, and are passed over: $$(echo "$$problem" | tail -n 1)"

$(RUN):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; choose one by PYTHON=...")'
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); exit 1; }
