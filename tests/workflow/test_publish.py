"""Tables that are published of a run, and the figures that are drawn from them without it."""

import sys

import pandas as pd
import pytest

from sparse_nqs.errors import WorkError
from sparse_nqs.reading import parse_config
from sparse_nqs.storage.tables import read_table
from workflow_scripts.draw_published import draw_all, write_pages
from workflow_scripts.publish import publish

pytestmark = pytest.mark.slow


@pytest.fixture
def config(finished, monkeypatch):
    monkeypatch.chdir(finished.folder)
    monkeypatch.setattr(sys, "path", [*sys.path, str(finished.folder)])
    return parse_config(finished.config)


def test_a_whole_run_is_published_and_drawn_as_it_was(finished, config, tmp_path):
    results = finished.folder / "results"
    assert publish(config, results, tmp_path / "data") == []
    for study in config.studies:
        path = f"studies/{study}/tables/rounds.parquet"
        pd.testing.assert_frame_equal(
            read_table(tmp_path / "data" / path, "rounds"), read_table(results / path, "rounds")
        )
    drawn = dict(draw_all(config, tmp_path / "data", tmp_path / "figures"))
    assert [without for without in drawn.values() if without] == []
    for name in drawn:
        for suffix in ("png", "rst"):
            ours, theirs = (
                folder / f"{name}.{suffix}" for folder in (tmp_path / "figures", results / "figures")
            )
            assert ours.read_bytes() == theirs.read_bytes(), name
    write_pages(tmp_path / "data", tmp_path / "figures")
    assert (tmp_path / "figures" / "comparison.md").read_text() == (
        results / "summaries" / "comparison.md"
    ).read_text()


def test_what_is_not_finished_is_left_out_and_named(again, monkeypatch, tmp_path):
    monkeypatch.chdir(again.folder)
    monkeypatch.setattr(sys, "path", [*sys.path, str(again.folder)])
    config = parse_config(again.config)
    seed = again.folder / "results" / "studies" / "ising" / "seed_0"
    (seed / "imp_wr" / "rounds_0003-0004.evaluation.json").unlink()
    (again.folder / "results/studies/heisenberg/seed_0/dense/rounds_0000-0000.evaluation.json").unlink()
    left_out = publish(config, again.folder / "results", tmp_path / "data")
    assert left_out == [
        "ising: seed_0/imp_wr/rounds_0003-0004",
        "heisenberg: nothing of it is finished",
    ]
    rounds = read_table(tmp_path / "data" / "studies" / "ising" / "tables" / "rounds.parquet", "rounds")
    assert rounds.loc[rounds["procedure"] == "imp_wr", "round"].tolist() == [1, 2]
    drawn = dict(draw_all(config, tmp_path / "data", tmp_path / "figures"))
    assert drawn["scan"] == ""
    # A study that is not there is left out of figures of several, and holds up its own.
    (again.folder / "results/studies/ising/seed_0/dense/rounds_0000-0000.evaluation.json").unlink()
    publish(config, again.folder / "results", tmp_path / "data")
    drawn = dict(draw_all(config, tmp_path / "data", tmp_path / "figures"))
    assert drawn["cost"] == "without ising"
    assert drawn["scan"] == "not drawn: there is nothing of ising"


def test_a_folder_without_tables_is_refused_in_a_line(tmp_path):
    with pytest.raises(WorkError, match=r"no studies/NAME/tables/rounds\.parquet is below it"):
        write_pages(tmp_path, tmp_path)
