"""Results without a note of Snakemake: those of another spec are named, and no others."""

import json
import os
from pathlib import Path

import numpy as np
import pytest
from snakemake.persistence.file import FilePersistence

from sparse_nqs.hashing.canonical import canonical_json
from sparse_nqs.stages.provenance import made_by
from sparse_nqs.stages.unnoted import Wanted, has_note, made_otherwise
from sparse_nqs.storage.results import write_result
from sparse_nqs.storage.states import MEASURED, Origin, RoundHistory, write_histories

SPEC = {"study": "tiny", "code": "0123", "steps": 10, "rate": 0.1}
OTHER = canonical_json({**SPEC, "steps": 20})


@pytest.fixture
def files(tmp_path, monkeypatch):
    """A history and an evaluation that SPEC made."""
    monkeypatch.chdir(tmp_path)
    history = RoundHistory(1, **dict.fromkeys(MEASURED, np.zeros(3)), seconds=1.0, made_by=made_by(SPEC))
    write_histories("a.history.safetensors", Origin("tiny", 0, "imp_wr"), [history])
    write_result("a.evaluation.json", "evaluation", {"made_by": made_by(SPEC)})
    return {"a.history.safetensors": "histories", "a.evaluation.json": "evaluation"}


def found(files, spec: str) -> list[str]:
    return [
        line.split(":")[0] for line in made_otherwise(Wanted(*file, lambda: spec) for file in files.items())
    ]


def note(path: str) -> Path:
    """Where Snakemake itself puts its note of a file."""
    Path(".snakemake/metadata").mkdir(parents=True, exist_ok=True)
    notes = FilePersistence.__new__(FilePersistence)
    notes._max_len = None
    return Path(notes._record_path(".snakemake/metadata", path))


def test_what_another_spec_made_is_named(files):
    assert found(files, canonical_json(SPEC)) == []
    assert found(files, OTHER) == list(files)


def test_what_snakemake_knows_is_left_to_snakemake(files):
    note("a.history.safetensors").touch()
    assert found(files, OTHER) == ["a.evaluation.json"]
    Path(".snakemake/metadata.db").touch()
    assert found(files, OTHER) == []


def test_what_is_not_there_or_damaged_is_left_to_the_jobs(files):
    assert found({"b.evaluation.json": "evaluation"}, OTHER) == []
    os.truncate("a.history.safetensors", 50)
    Path("a.evaluation.json").write_text(json.dumps({"made_by": None}))
    assert found(files, OTHER) == []


@pytest.mark.parametrize("length", [1, 100, 189, 190, 191, 192, 600])
def test_notes_lie_where_snakemake_looks_for_them(files, length):
    path = "results/" + length * "x"
    assert not has_note(path, Path(".snakemake/metadata"))
    place = note(path)
    place.parent.mkdir(parents=True, exist_ok=True)
    place.touch()
    assert has_note(path, Path(".snakemake/metadata"))
