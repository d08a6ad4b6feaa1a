# Every command of the project; `make` alone lists them.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
RUN := .venv/bin/python
COURSE ?=
COHORT ?= $(if $(COURSE),,book)
PORT ?= 8000
# Reads deno.json; offline, and with nothing kept outside the project.
DENO := DENO_DIR=$(CURDIR)/.cache/deno DENO_NO_UPDATE_CHECK=1 .venv/bin/deno
.DEFAULT_GOAL := help
# Compiled modules are kept: without them every kernel and every test compiles the libraries anew.
unexport PYTHONDONTWRITEBYTECODE
.PHONY: help book test serve lab bench evidence tidy exercises grade-demo lint lock clean

help:  ## list the commands
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

# Set-up is a stamp: it runs again only when the lock or the package's description changed.
.venv/.ready: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info[:2] == (3, 11) else "Python 3.11 is needed, found %s. Set PYTHON=/path/to/python3.11" % sys.version.split()[0])'
	@echo "Setting up .venv from requirements.lock (once; one to three minutes)"
	@if command -v uv >/dev/null 2>&1; then \
	  uv venv -q --seed --clear --python $(PYTHON) .venv && \
	  uv pip install -q --compile-bytecode --python $(RUN) -r requirements.lock && \
	  uv pip install -q --python $(RUN) --no-deps --no-build-isolation -e .; \
	else \
	  $(PYTHON) -m venv --clear .venv && \
	  $(RUN) -m pip install -q --disable-pip-version-check -r requirements.lock && \
	  $(RUN) -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .; \
	fi || { echo "Set-up failed. Check the network, then run the same command again; 'make clean' starts afresh."; exit 1; }
	@touch $@

book: .venv/.ready  ## check every output, build the site into _build/html
	@$(RUN) -m inference_scaling.site

test: .venv/.ready  ## all checks: library, notebooks, site in a real browser
	@$(RUN) tests/run.py

serve: book  ## show the built site on http://127.0.0.1:8000 (PORT=…)
	@echo "http://127.0.0.1:$(PORT)  (stop with Ctrl-C)"
	@$(RUN) -m http.server --bind 127.0.0.1 --directory _build/html $(PORT)

lab: .venv/.ready  ## open the lessons in JupyterLab
	@$(RUN) -m inference_scaling.site.notebooks lab

tidy: .venv/.ready  ## execute all notebooks and bring them to the committed form
	@$(RUN) -m inference_scaling.site.notebooks tidy

exercises: .venv/.ready  ## student notebooks and handout of a cohort (COHORT=autumn-2027 or COURSE=course.toml)
	@$(RUN) -m inference_scaling.classroom.release cohort $(COHORT) $(if $(COURSE),--course $(COURSE))

grade-demo: .venv/.ready  ## act a course through: hand out, thirty submissions, grade, export
	@$(RUN) -m inference_scaling.grading.demo

bench: .venv/.ready  ## our estimators beside what people use today, as ratios
	@$(RUN) benchmarks/bench.py
	@$(RUN) benchmarks/grading.py

evidence: .venv/.ready  ## the long runs: interval coverage, plans, mutation score, three seeds, typed lines
	@for run in interval_coverage plans recorded_law effects mutation derivations; do $(RUN) benchmarks/$$run.py || exit 1; done

lint: .venv/.ready  ## style of the code, and the types of the page's scripts
	@.venv/bin/ruff check . && .venv/bin/ruff format --check .
	@$(DENO) lint --quiet lib tests/js && $(DENO) check --quiet --no-remote --no-npm lib tests/js

# The lock is made by uv, which needs no place in the environment itself.
lock:  ## resolve pyproject.toml anew into requirements.lock
	@$(PYTHON) -m venv .cache/lock && .cache/lock/bin/pip install -q --disable-pip-version-check uv
	@.cache/lock/bin/uv pip compile -q pyproject.toml --extra dev --universal --python-version 3.11 \
	  --no-header -o requirements.lock

clean:  ## remove everything that the other commands made
	@rm -rf .venv _build .cache dist mutants .pytest_cache .hypothesis .ruff_cache
