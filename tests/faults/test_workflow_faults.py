"""What happens round a run: two Snakemakes at once, no network, files that go bad, trainings that diverge."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time

import numpy as np
import pytest

from sparse_nqs.storage.states import Origin, State, read_histories, read_states, write_states

from .disturbance import (
    TIMES,
    compare,
    finish,
    go_on,
    numbers,
    start,
    without_network,
)

pytestmark = pytest.mark.slow


@pytest.fixture
def project(expected, tmp_path):
    """A copy of the finished run."""
    return expected.project.copy(tmp_path / "copy")


def snakemake(folder, *arguments):
    return subprocess.run(
        [sys.executable, "-m", "snakemake", "--cores", "1", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=300,
    )


def test_a_second_snakemake_in_the_same_folder_is_turned_away(expected, project):
    shutil.rmtree(project.folder / "results" / "summaries")
    first = start(project)
    locks = project.folder / ".snakemake" / "locks"
    while not (locks.is_dir() and any(locks.iterdir())):
        assert first.poll() is None
        time.sleep(0.05)
    # It holds still, so that it has not ended when the second comes.
    os.killpg(first.pid, signal.SIGSTOP)
    second = snakemake(project.folder, "--configfile", "study.yaml")
    os.killpg(first.pid, signal.SIGCONT)
    assert second.returncode != 0
    assert "Directory cannot be locked" in second.stderr
    finish(project, first)
    compare(project.folder, expected.project.folder)


def test_nothing_needs_a_network(expected):
    """The run to compare with had none."""
    if not without_network():
        pytest.skip("processes without network cannot be started here")
    probe = "import socket; socket.create_connection(('127.0.0.1', 9))"
    done = subprocess.run([*without_network(), sys.executable, "-c", probe], capture_output=True, text=True)
    assert "Network is unreachable" in done.stderr
    assert "Complete log" in (expected.project.folder / "run.log").read_text()


def test_the_provenance_of_every_number_is_known(expected):
    tables = numbers(expected.project.folder)
    provenance = tables["provenance"]
    key = ["study", "seed", "procedure", "round"]
    for stage in ("training", "evaluation"):
        rows = provenance[provenance["stage"] == stage]
        assert len(tables["rounds"].merge(rows, on=key)) == len(tables["rounds"]) == len(rows)
    chains = provenance[provenance["stage"] == "fidelity"]
    assert len(chains) == len(tables["fidelities"])
    assert (provenance["stage"] == "reference").sum() == 1
    assert provenance[["spec_hash", "code_hash"]].map(lambda text: len(text) == 16).all().all()
    assert provenance["versions"].str.contains(r"python \d+\.\d+\..*sparse-nqs .*jax .*numpy ").all()
    assert not set(TIMES) & set(tables["rounds"])


def damaged(path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


@pytest.mark.parametrize(
    "name",
    [
        "studies/tiny/seed_0/imp_wr/rounds_0001-0002.safetensors",
        "studies/tiny/seed_0/imp_wr/rounds_0001-0002.evaluation.json",
        "studies/tiny/tables/rounds.parquet",
    ],
)
def test_a_damaged_file_is_named_and_made_again(expected, project, name):
    """Snakemake sees that the file is new and runs what reads it; that refuses it and says what to do."""
    path = project.folder / "results" / name
    damaged(path)
    run = go_on(project)
    assert run.wait(timeout=300) != 0
    said = (project.folder / "run.log").read_text()
    assert f"DamagedFileError: results/{name}: not a readable" in said
    assert "delete it and run again" in said
    path.unlink()
    finish(project, go_on(project))
    compare(project.folder, expected.project.folder, all_states=False)


def test_states_of_another_place_are_named(project):
    path = project.folder / "results/studies/tiny/seed_0/imp_wr/rounds_0001-0002.safetensors"
    origin = Origin("tiny", 0, "imp_wr")
    states = [State(state.round + 2, *state[1:]) for state in read_states(path, origin)]
    write_states(path, origin, states)
    run = go_on(project)
    assert run.wait(timeout=300) != 0
    said = (project.folder / "run.log").read_text()
    assert (
        "rounds_0001-0002.safetensors: holds the states of study tiny, seed 0, procedure imp_wr, draw 0, rounds [3, 4]"
        in said
    )


def test_an_edit_is_not_forgotten_when_its_job_fails(project):
    """Snakemake notes a job that failed as done with its new params; what it made before must not count as current."""
    problem = project.folder / "results/problems/tfim_2x2_open_J1_k1.5.safetensors"
    content, times = problem.read_bytes(), problem.stat()

    def put(content):
        # As old as it was, so that nothing but the edit is new.
        problem.write_bytes(content)
        os.utime(problem, ns=(times.st_atime_ns, times.st_mtime_ns))

    before = numbers(project.folder)["provenance"]
    project.config = {**project.config, "references": {"max_ed_spins": 4, "bond_dimensions": [4, 12]}}
    put(content[:-1] + b"?")
    assert start(project).wait(timeout=300) != 0
    assert "DamagedFileError: results/problems/" in (project.folder / "run.log").read_text()
    put(content)
    finish(project, start(project))
    after = numbers(project.folder)["provenance"]
    edited = before["spec_hash"] != after["spec_hash"]
    assert set(after["stage"][edited]) == {"reference"}


def test_a_training_that_diverges_fails_and_says_where(project):
    shutil.rmtree(project.folder / "results" / "summaries")
    study = {**project.config["studies"]["tiny"]}
    study["training"] = {**study["training"], "learning_rate": 1e6}
    run = start(project, config={**project.config, "studies": {"tiny": study}})
    assert run.wait(timeout=300) != 0
    (kept,) = (project.folder / "results").glob("**/*.diverged_history")
    message = re.compile(
        r"DivergedError: tiny seed 0 dense round 0: .*step \d+.*; the last good values are energy \S+, "
        rf"variance \S+, acceptance \S+ at step (\d+); the steps until then are in {kept.relative_to(project.folder)}"
    )
    log = project.folder / "results/logs/dense/tiny/seed_0.log"
    said = [message.search(path.read_text()) for path in (project.folder / "run.log", log)]
    (history,) = read_histories(kept, Origin("tiny", 0, "dense"), [0])
    for found in said:
        assert found and len(history.energy) == int(found[1]) + 1
    assert all(np.isfinite(values).all() for values in history[1:4])
    assert not (project.folder / "results" / "summaries").exists()
