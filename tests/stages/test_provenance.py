import json
import os
from importlib.metadata import version

import jax

from sparse_nqs import openblas
from sparse_nqs.hashing.canonical import digest
from sparse_nqs.planning import specs
from sparse_nqs.reading import parse_config
from sparse_nqs.stages.provenance import made_by
from sparse_nqs.stages.summary import provenance_row
from sparse_nqs.storage.tables import read_table, write_table

STUDY = {
    "system": {"model": "tfim", "extent": [2, 2]},
    "network": {"kind": "ffnn", "alpha": 2},
    "pruning": {"rounds": 3},
}


def test_the_hashes_are_those_of_the_config_and_of_the_code():
    study = parse_config({"studies": {"s": STUDY}}).studies["s"]
    spec = json.loads(specs.dense_spec(study, 3))
    made = made_by(spec)
    assert made["spec_hash"] == digest(spec)
    assert made["code_hash"] == spec["code"]
    assert made_by(spec | {"seed": 4})["spec_hash"] != made["spec_hash"]
    for package in ("jax", "numpy", "netket"):
        assert f"{package} {version(package)}" in made["versions"]


def test_the_machine_is_that_of_this_process():
    machine = made_by({"code": ""})["machine"]
    assert f"JAX on {jax.local_device_count()} cpu, XLA with {os.environ['NPROC']} threads" in machine
    for copy in openblas.loaded():
        assert f"OpenBLAS {copy.core} with 1 threads" in machine
    assert machine.startswith("processor ") and "unknown" not in machine


def test_rows_for_a_study_and_for_a_round(tmp_path):
    made = {"spec_hash": "a", "code_hash": "b", "versions": "c", "machine": "d"}
    rows = [provenance_row("s", "reference", made), provenance_row("s", "training", made, 0, "dense", 0)]
    write_table(tmp_path / "a.parquet", "provenance", rows)
    read = read_table(tmp_path / "a.parquet", "provenance")
    assert read["stage"].tolist() == ["reference", "training"]
    assert read["round"].isna().tolist() == [True, False]
