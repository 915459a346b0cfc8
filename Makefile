# `make figures` and `make test` do all the set-up themselves: a virtual environment in .venv from the hashed lock file.
PYTHON ?= python3
CORES ?= $(shell nproc 2>/dev/null || getconf _NPROCESSORS_ONLN)
CONFIG ?= config.yaml
BIN := .venv/bin
READY := .venv/.ready

.PHONY: figures references kappa_c field_scan test check-style

figures: $(READY)
	$(BIN)/snakemake --cores $(CORES) --configfile $(CONFIG)

# Reference energies alone, without any training, beside the published ones; docs/references.md has what came out.
references: $(READY)
	$(BIN)/snakemake --cores $(CORES) --configfile $(CONFIG) -- references
	@cat "$$($(BIN)/python -c 'import sys; from sparse_nqs.config import load_config; print(load_config(sys.argv[1]).results)' $(CONFIG))"/summaries/published_references.md

kappa_c field_scan:
	$(MAKE) references CONFIG=configs/$@.yaml

test: $(READY)
	$(BIN)/python -m pytest -n $(CORES)

check-style: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/snakefmt --check Snakefile rules

$(READY): envs/requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "sparse-nqs needs Python 3.11 or newer; set PYTHON=..., e.g. make PYTHON=python3.12")'
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r envs/requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@
