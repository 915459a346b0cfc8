"""What changes nothing, what moves with results, and a run that adds to a finished one; see test_incremental.py."""

import copy
import re
import shutil
from collections import Counter
from pathlib import Path

import pandas as pd
import pytest

pytestmark = pytest.mark.slow


@pytest.fixture
def edited(small_config):
    return copy.deepcopy(small_config)


def states(project) -> dict[str, tuple[int, bytes]]:
    """Time and content of every file of trained states."""
    return {
        str(path.relative_to(project.folder)): (path.stat().st_mtime_ns, path.read_bytes())
        for path in project.folder.glob("results/studies/**/*.safetensors")
        if not path.name.endswith(".history.safetensors")
    }


def listed(project, kind: str, config=None) -> set[str]:
    """The files that `snakemake --list-changes` names."""
    result = project.snakemake("--list-changes", kind, "--cores", "1", config=config)
    assert result.returncode == 0, result.stderr
    return {line for line in result.stdout.splitlines() if line.startswith("results/")}


def listed_states(project, config=None) -> set[str]:
    """The trained states whose params changed, as `snakemake --list-changes params` says.

    Snakemake 9.27 names the last output of every job besides; a training's states are its first.
    """
    return {
        name
        for name in listed(project, "params", config)
        if name.endswith(".safetensors")
        and "/seed_" in name
        and not name.endswith(("history.safetensors", "init.safetensors"))
    }


def test_a_fresh_clone_with_copied_results_has_nothing_to_do(finished, tmp_path, small_config):
    clone = type(finished)(tmp_path / "a clone", small_config)
    clone.check_out()
    shutil.copytree(finished.folder / "results", clone.folder / "results")
    assert clone.planned() == Counter()
    # Without the times of files, and touched once, as docs/cluster.md says.
    shutil.rmtree(clone.folder / "results")
    shutil.copytree(finished.folder / "results", clone.folder / "results", copy_function=shutil.copyfile)
    assert clone.snakemake("--touch", "--cores", "1").returncode == 0
    assert clone.planned() == Counter()


def test_device_threads_and_what_is_kept_change_nothing(finished, edited):
    edited["keep"] = "needed"
    for study in edited["studies"].values():
        study["device"] = "cuda"
    assert finished.planned(edited, "--set-threads", "dense=2", "chain=2") == Counter()


def test_other_blocks_are_never_mixed_with_the_old_ones(finished, edited):
    edited["rounds_per_job"] = 3
    result = finished.snakemake("--dry-run", "--cores", "1", "--verbose", config=edited)
    assert result.returncode == 0, result.stderr
    # Only the study with more than two rounds has other blocks; its masks come from them.
    new = Counter({"chain": 2, "isolated": 3, "evaluation": 5, "fidelity": 2})
    # So it is with the tickets; the matrix is about that study, in two tiles.
    tables = Counter(
        {"summarise_study": 1, "summarise": 1, "regions": 1, "summarise_regions": 1, "tickets": 1}
    ) + Counter({"summarise_tickets": 1, "compare_published": 1, "compare_draws": 1})
    pairs = Counter({"fidelity_tile": 2, "collect_pairs": 1, "summarise_pairs": 1})
    assert finished.planned(edited) == new + tables + pairs + Counter({"figure": 8})
    reread = set(
        re.findall(r"results/studies/ising/seed_0/imp_wr/rounds_\d+-\d+", result.stdout + result.stderr)
    )
    assert {Path(name).name for name in reread} == {"rounds_0001-0003", "rounds_0004-0004"}


def test_listed_changes_agree_after_an_edit_of_one_study(finished, edited):
    edited["studies"]["toric"]["training"] = {"learning_rate": 0.1}
    trained = {
        name for name in states(finished) if "/toric/" in name and not name.endswith("init.safetensors")
    }
    assert len(trained) == 1 + 1 + 3 + 1  # dense, the rewind point, chains, isolated
    assert listed_states(finished, edited) == trained
    assert listed(finished, "code", edited) == listed(finished, "input", edited) == set()


def test_listed_changes_agree_after_an_edit_of_the_core(again):
    path = again.folder / "sparse_nqs/vmc/sampler.py"
    source = path.read_text()
    path.write_text("# A remark.\n" + source)
    assert listed_states(again) == set()
    path.write_text(source + "\nlen(())\n")
    assert listed_states(again) == {name for name in states(again) if not name.endswith("init.safetensors")}
    assert listed(again, "code") == set()


def test_listed_changes_agree_after_more_rounds(finished, edited):
    edited["studies"]["ising"]["pruning"]["rounds"] = 6
    tables = {
        f"results/studies/ising/tables/{name}.parquet" for name in ("rounds", "fidelities", "histories")
    }
    assert tables <= listed(finished, "input", edited)
    assert listed_states(finished, edited) == set()


def test_a_run_adds_rounds_and_keeps_what_is_needed(again, edited):
    before = states(again)
    rows = pd.read_parquet(again.folder / "results/summaries/rounds.parquet")
    edited["keep"] = "needed"
    edited["studies"]["ising"]["pruning"]["rounds"] = 6
    edited["studies"]["ising"]["isolated"]["rounds"] = [1, 5]
    for name in ("toric", "heisenberg", "own"):
        edited["studies"][name]["isolated"]["rounds"] = [1]
    result = again.snakemake("--cores", "2", config=edited)
    assert result.returncode == 0, result.stdout + result.stderr

    after = states(again)
    # The states of the new isolated trainings were deleted; what was there before is as it was.
    assert set(after) - set(before) == {"results/studies/ising/seed_0/imp_wr/rounds_0005-0006.safetensors"}
    assert {name: after[name] for name in before} == before
    more = pd.read_parquet(again.folder / "results/summaries/rounds.parquet")
    key = ["study", "seed", "procedure", "round"]
    assert len(more) == len(rows) + 2 + 3
    pd.testing.assert_frame_equal(more.merge(rows[key], on=key), rows.merge(more[key], on=key))

    assert again.planned(edited) == Counter()
    edited["studies"]["ising"]["seeds"] = [0, 1]
    for name in ("toric", "heisenberg", "own"):
        edited["studies"][name]["seeds"] = [0]
    planned = again.planned(edited)
    assert (planned["init"], planned["dense"], planned["chain"], planned["isolated"]) == (1, 1, 3, 6)
