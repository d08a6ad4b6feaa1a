# Every command of the project; `make` alone lists them.
# Of these the first that runs, can make an environment and is new enough; a name alone may be a shim that only fails.
PYTHONS := python3.11 python3.12 python3.13 python3.14 python3 python
PYTHON ?= $(shell for python in $(PYTHONS); do if $$python -c "$(FITS)" >/dev/null 2>&1; then echo $$python; break; fi; done)
NEWER := python3.14 python3.13 python3.12
FITS := import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))
# Another environment beside the usual one: VENV=.cache/newest PYTHON=python3.13.
VENV ?= .venv
# `make book RUN=1` puts what runs the pages beside the site; in every recipe RUN is the environment's Python.
RUNNING := $(filter 1,$(RUN))
override RUN := $(VENV)/bin/python
PIP := $(RUN) -m pip install -q --disable-pip-version-check
COURSE ?=
COHORT ?= $(if $(COURSE),,book)
PORT ?= 8000
PAGES ?=
BESIDE ?=
# Reads deno.json; offline, and with nothing kept outside the project.
DENO := DENO_DIR=$(CURDIR)/.cache/deno DENO_NO_UPDATE_CHECK=1 $(VENV)/bin/deno
.DEFAULT_GOAL := help
# Compiled modules are kept: without them every kernel and every test compiles the libraries anew.
unexport PYTHONDONTWRITEBYTECODE
.PHONY: help setup book runtime zip pdf test test-part test-newest test-lowest serve lab model bench measure evidence tidy exercises exam slides grade-demo lint lock clean

help:  ## list the commands
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

# Set-up is a stamp: it runs again only when the lock or the package's description changed.
# uv is the quick way. Where there is none, the one of the lock is installed first; where it finds no packages (an index
# that only pip is told of), pip installs them. Compiled here is what every kernel and every graded answer imports; the
# rest is when it is first imported.
$(VENV)/.ready: requirements.lock pyproject.toml
	@python="$(PYTHON)"; \
	if [ -n "$$python" ]; then \
	  $$python -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "PYTHON = $(PYTHON): is %s, must be 3.11 or newer" % sys.version.split()[0])' || exit 1; \
	elif ! uv --version >/dev/null 2>&1; then \
	  echo "No Python of 3.11 or newer that makes environments runs here; tried: $(PYTHONS)."; \
	  echo "Install one (on Debian and Ubuntu: python3 and python3-venv), or uv, which brings one; or set PYTHON=/path/to/python."; \
	  exit 1; \
	fi; \
	echo "Setting up $(VENV) from requirements.lock (once; up to two minutes)"; \
	if uv --version >/dev/null 2>&1; then \
	  uv=uv; uv venv -q --seed --clear --python "$${python:->=3.11}" $(VENV); \
	else \
	  uv=$(VENV)/bin/uv; $$python -m venv --clear $(VENV) && $(PIP) "$$(grep '^uv==' requirements.lock)" 2>/dev/null; \
	fi; \
	{ $$uv pip install -q --python $(RUN) -r requirements.lock || $(PIP) --no-compile -r requirements.lock; } && \
	$(PIP) --no-deps --no-build-isolation -e . && \
	$(RUN) -c 'import compileall, re, numpy, scipy; [compileall.compile_dir(package.__path__[0], quiet=2, workers=0, rx=re.compile("/tests/")) for package in (numpy, scipy)]' || \
	{ echo "Set-up failed. Check the network, then run the same command again; 'make clean' starts afresh."; exit 1; }
	@touch $@

setup: $(VENV)/.ready  ## set up .venv and nothing else, for .venv/bin/inference-scaling

book: $(VENV)/.ready  ## check every output, build the site into _build/html (RUN=1: and _build/site, whose pages run)
	@$(RUN) -m inference_scaling.site
	@$(if $(RUNNING),$(RUN) -m inference_scaling.site.run.publish)

runtime: $(VENV)/.ready  ## make what runs the pages in a browser, into .cache (98 MB are fetched once)
	@$(RUN) -m inference_scaling.site.run.runtime

zip: book  ## the site as one archive, _build/book.zip: its pages run from a disk, by double click
	@$(RUN) -m inference_scaling.site.run.publish zip

test: $(VENV)/.ready  ## all checks: library, notebooks, site in a real browser
	@$(RUN) tests/run.py

test-part: $(VENV)/.ready  ## library, exercises and three notebooks: what is tried on every Python
	@$(RUN) tests/run.py part

# The full test takes its ten minutes once, on one Python; what can differ on another one is in this part of it.
test-newest:  ## the same part on the newest Python that runs here, in an environment of its own
	@for python in $(NEWER); do \
	  if $$python -c "$(FITS)" >/dev/null 2>&1; then exec $(MAKE) --no-print-directory test-part VENV=.cache/newest PYTHON=$$python; fi; \
	done; echo "No newer Python runs here; tried: $(NEWER)"

test-lowest: $(VENV)/.ready  ## the library with the lowest NumPy and SciPy that it accepts
	@$(RUN) tests/lowest.py

serve: book  ## show the built site on http://127.0.0.1:8000, with pages that run (PORT=…)
	@site=_build/site; $(RUN) -m inference_scaling.site.run.publish || { site=_build/html; echo "So the pages are shown without the button that runs them."; }; \
	echo "http://127.0.0.1:$(PORT)  (stop with Ctrl-C)"; \
	exec $(RUN) -m http.server --bind 127.0.0.1 --directory $$site $(PORT)

pdf: book  ## the whole book as one PDF, _build/book.pdf (PAGES=book/setup/pass_at_k: these pages alone)
	@$(RUN) -m inference_scaling.site.paper $(PAGES)

lab: $(VENV)/.ready  ## open the lessons in JupyterLab
	@$(RUN) -m inference_scaling.site.notebooks lab

model: $(VENV)/.ready  ## fetch the small language model once (93 MB, into .cache)
	@$(RUN) -m inference_scaling.site.downloads model

tidy: $(VENV)/.ready  ## execute all notebooks and bring them to the committed form
	@$(RUN) -m inference_scaling.site.notebooks tidy

exercises: $(VENV)/.ready  ## student notebooks and handout of a cohort (COHORT=autumn-2027 or COURSE=course.toml)
	@$(RUN) -m inference_scaling.classroom.release cohort $(COHORT) $(if $(COURSE),--course $(COURSE))

slides: $(VENV)/.ready  ## slides from the lessons, an HTML file each, into _build/slides (PAGES=setup/best_of_n: this one)
	@$(RUN) -m inference_scaling.site.slides $(PAGES)

# A terminal has a TERM of its own in its environment: only the one that is typed counts.
exam: $(VENV)/.ready  ## an examination and its key, other numbers each term (TERM=2026-autumn COURSE=course.toml)
	@$(RUN) -m inference_scaling.grading.exam $(if $(findstring command,$(origin TERM)),$(TERM),$(error say which term, as TERM=2026-autumn)) $(if $(COURSE),--course $(COURSE))

grade-demo: $(VENV)/.ready  ## act a course through: hand out, thirty submissions, grade, export
	@$(RUN) -m inference_scaling.grading.demo

bench: $(VENV)/.ready  ## our estimators beside what people use today, as ratios
	@$(RUN) benchmarks/bench.py
	@$(RUN) benchmarks/grading.py

measure: book  ## the built site: height and visible code of each lesson, weight and first paint (BESIDE=another/_build/html)
	@$(RUN) benchmarks/visible_code.py
	@$(RUN) benchmarks/first_paint.py _build/html $(BESIDE)

# What `make test` takes a third of, it takes whole; some of that looks at the built pages.
evidence: book test-lowest test-newest  ## the long runs and tests: interval coverage, plans, mutation score, three seeds, typed lines
	@$(RUN) -m pytest -q -n 2 -m evidence lib tests
	@for run in interval_coverage paired_intervals remedies forecasts system_comparison plans recorded_law effects laboratory_seeds searches revision mutation derivations pages_that_run; do $(RUN) benchmarks/$$run.py || exit 1; done

# Deno's status is 1 where it finds something; a higher one is its own end, where it shows a stack trace and no reason.
lint: $(VENV)/.ready  ## style of the code and of the container's recipe, and the types of the page's scripts
	@$(VENV)/bin/ruff check . && $(VENV)/bin/ruff format --check .
	@$(VENV)/bin/mypy --no-error-summary --cache-dir .cache/mypy
	@$(VENV)/bin/hadolint exercises/Containerfile
	@check() { $(DENO) lint --quiet lib tests/js && $(DENO) check --quiet --no-remote --no-npm lib tests/js; }; \
	check; status=$$?; [ $$status -le 1 ] && exit $$status; \
	echo "Deno itself ended, with status $$status; once more, with new caches."; rm -rf .cache/deno; \
	check; status=$$?; [ $$status -le 1 ] && exit $$status; \
	echo "Deno does not run here (status $$status), so the scripts are not checked. It needs 0.5 GB of memory and no limit"; \
	echo "on its address space: try 'ulimit -v unlimited', or close other programs, and run the same command again."; \
	exit $$status

# The lock is made by uv, which needs no place in the environment itself.
lock:  ## resolve pyproject.toml anew into requirements.lock
	@$(PYTHON) -m venv .cache/lock && .cache/lock/bin/pip install -q --disable-pip-version-check uv
	@.cache/lock/bin/uv pip compile -q pyproject.toml --extra dev --universal --python-version 3.11 \
	  --no-header -o requirements.lock

clean:  ## remove everything that the other commands made
	@rm -rf .venv _build .cache dist mutants .pytest_cache .hypothesis .ruff_cache

# A door for contributors: skeletons that pass every check, see CONTRIBUTING.md.
.PHONY: new-lesson new-task new-part rehearse
new-lesson: .venv/.ready  ## a new lesson that passes every check (PART=theorem NAME=my_lesson)
	@$(RUN) -m inference_scaling.site.skeleton lesson "$(PART)" "$(NAME)"

new-task: .venv/.ready  ## a new task that passes every check (PART=theorem ID=T-11)
	@$(RUN) -m inference_scaling.site.skeleton task "$(PART)" "$(ID)"

new-part: .venv/.ready  ## a part of your own in exercises/private, to be filled (NAME=midterm LETTER=E)
	@$(RUN) -m inference_scaling.site.skeleton part "$(NAME)" "$(LETTER)"

rehearse: .venv/.ready  ## your own parts: right in twenty cohorts, handed out, handed in and graded
	@$(RUN) -m inference_scaling.grading.rehearsal
