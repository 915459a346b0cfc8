# `make figures` and `make test` do all the set-up themselves: a virtual environment in .venv from the hashed lock file.
PYTHON ?= python3
CORES ?= $(shell nproc 2>/dev/null || getconf _NPROCESSORS_ONLN)
CONFIG ?= config.yaml
BIN := .venv/bin
READY := .venv/.ready
# Through the environment, so that no shell takes its name apart; and what stands in it only Python reads.
export CONFIG

.PHONY: accept names figures report gallery plan bench references kappa_c field_scan known-energies check
.PHONY: test test-all test-slurm soak publish paper check-style cuda

# Files here that Python would take for a library; asked without this folder on its path.
names: $(READY)
	@$(BIN)/python -P $(dir $(firstword $(MAKEFILE_LIST)))sparse_nqs/shadows.py

figures: $(READY) names
	$(BIN)/python -m sparse_nqs figures "$$CONFIG" --cores $(CORES)

# Code that was edited and makes the same numbers: tried on a few finished jobs; then nothing runs again.
accept: $(READY) names
	$(BIN)/python -m workflow_scripts.accept "$$CONFIG"

# The same, then report.html in the folder of the results: all figures with captions, the scoreboard, config and versions.
report: $(READY) names
	$(BIN)/python -m sparse_nqs report "$$CONFIG" --cores $(CORES)

# The pictures of the README, from the default run.
gallery: figures
	$(BIN)/python docs/images/update.py "$$CONFIG"

# Jobs and estimated time of a config, before anything runs.
plan: $(READY) names
	$(BIN)/python -m sparse_nqs.planning.plan "$$CONFIG"

# Reference energies alone, without any training, beside the published ones; docs/references.md has what came out.
references: $(READY) names
	$(BIN)/python -m sparse_nqs references "$$CONFIG" --cores $(CORES)

# The table of ground energies that ships with the package, computed anew: an hour or two on one core.
known-energies:
	$(MAKE) references CONFIG=configs/references.yaml
	$(BIN)/python -m sparse_nqs.stages.known_energies results/known_energies

kappa_c field_scan:
	$(MAKE) references CONFIG=configs/$@.yaml

# The tables of a run for others, whole or not yet: those of configs/paper.yaml go to data/paper.
export RESULTS INTO
publish: $(READY)
	$(BIN)/python -m workflow_scripts.publish "$$CONFIG" --results "$$RESULTS" --into "$$INTO"

# The paper's figures from the tables of our own full-size runs, the published curves below; no training.
paper: $(READY)
	$(BIN)/python -m workflow_scripts.draw_published configs/paper.yaml --data data/paper --into results/paper_figures

# A training step against NetKet's, time to accuracy, start of a job: results/bench/. A quarter of an hour on two cores.
bench: $(READY)
	$(BIN)/python -m benchmarks

# Every stage once in a small study, from nothing, and whether its numbers are right: two minutes.
check: $(READY) names
	@$(BIN)/python -m sparse_nqs.reading.check configs/check.yaml
	$(BIN)/snakemake --cores $(CORES) --configfile configs/check.yaml --forceall
	$(BIN)/python tests/check_study.py configs/check.yaml

# What every edit is tried with, a small study from end to end among it. A file of tests shares what it compiles.
test: $(READY)
	$(BIN)/python -m pytest -n $(CORES) --dist loadfile -m "not slow"

# All: style and types, then every test, those marked `slow` too. The continuous integration runs this.
test-all: check-style
	$(BIN)/python -m pytest -n $(CORES)

# A study through a real SLURM of one node, which is installed from Debian's packages if it is missing.
test-slurm: $(READY)
	tests/slurm/install.sh
	$(BIN)/python -m pytest tests/slurm

# A tiny study, killed at twenty random moments, then disturbed in every way for a quarter of an hour: are the numbers right?
MINUTES ?= 15
soak: $(READY)
	PYTHONPATH=tests $(BIN)/python -m faults.kills
	PYTHONPATH=tests $(BIN)/python -m faults.soak --minutes $(MINUTES)

check-style: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/snakefmt --check Snakefile rules examples
	$(BIN)/mypy
	$(BIN)/snakemake --lint

# JAX for NVIDIA GPUs, for studies with `device: cuda`.
cuda: $(READY)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r envs/requirements-cuda.lock

$(READY): envs/requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "sparse-nqs needs Python 3.11 or newer; set PYTHON=..., e.g. make PYTHON=python3.12")'
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r envs/requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@
