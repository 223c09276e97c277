# Two commands on a fresh machine: make demo, make test. Each makes the environment in .venv when it is not there yet.
SHELL := /bin/sh
UV ?= uv
VENV := .venv
BIN := $(VENV)/$(if $(filter Windows_NT,$(OS)),Scripts,bin)
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help demo test lab environment example analyses lock clean

help: ## this list
	@echo "make demo         the main job on an example institution, in ./demo/; ends by naming what it wrote"
	@echo "make test         the whole test suite on all cores; ARGS=\"-k ocn -x\" goes to pytest"
	@echo "make lab          JupyterLab on the notebooks"
	@echo "make environment  the Python environment in $(VENV), from requirements.lock; the others make it when it is missing"
	@echo "make example      the small example institution in data/ anew, after a change of datasync_lib/sample"
	@echo "make analyses     docs/analyses.md and its picture anew, after a change of what an analysis gives or needs"
	@echo "make lock         requirements.lock anew from pyproject.toml (needs uv)"
	@echo "make clean        removes $(VENV), demo/ and caches; no data of yours"
	@echo "PYTHON=/path/to/python3 make …  uses that Python (3.11 or newer)"

demo: environment ## the main job on an example institution
	./datasync demo

# A file's tests stay together, for what they share is made once in each process. What one process has compiled the others
# find, whatever the caller's environment says: notebooks and commands are tested in processes of their own.
test: environment ## the whole test suite on all cores
	PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest -n auto --dist loadfile $(ARGS)

lab: environment ## JupyterLab on the notebooks
	./datasync lab

environment: ## .venv with the pinned versions of requirements.lock, made once
	@VENV="$(VENV)" BIN="$(BIN)" PYTHON="$(PYTHON)" sh ./environment.sh

example: environment ## the small example institution in data/ anew
	rm -rf .example
	./datasync sample .example --bibs 300 --seed 1
	rm -rf data/sample data/truth
	mv .example/data/raw data/sample
	mv .example/truth data/truth
	mv .example/location_map.csv .example/milestones.csv .
	rm -rf .example

analyses: environment ## docs/analyses.md and its picture anew
	$(BIN)/python -m datasync_lib.results docs

# More than pyproject.toml asks for: what builds the editable install (setuptools, pinned like everything else), and the
# last argon2-cffi-bindings (a part of JupyterLab) that comes ready-made for Macs with Intel processors.
lock: ## requirements.lock anew: one set for Linux, macOS and Windows, with hashes and without addresses
	@{ sed -n 's/^requires = \["\(.*\)"\]$$/\1/p' pyproject.toml; echo 'argon2-cffi-bindings<26'; } | $(UV) pip compile pyproject.toml - --extra test \
		--universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links \
		--no-header --no-annotate --upgrade --quiet --output-file requirements.lock.tmp
	@{ echo '# Made from pyproject.toml by "make lock"; for Linux, macOS and Windows, Python 3.11 and newer.'; \
		cat requirements.lock.tmp; } >requirements.lock
	@rm -f requirements.lock.tmp

clean: ## removes what can be made again
	rm -rf $(VENV) demo build *.egg-info .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
