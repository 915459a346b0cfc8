"""What happens round a run: mistakes in configs, two Snakemakes at once, odd folders and locales, files that go bad."""

import os
import subprocess
import sys
import time

import pytest
import yaml
from config.test_read import BOMB

from sparse_nqs.storage.states import Origin, State, read_states, write_states

from .disturbance import (
    TIMES,
    check_out,
    clean,
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


def snakemake(folder, *arguments, **environment):
    return subprocess.run(
        [sys.executable, "-m", "snakemake", "--cores", "1", *arguments],
        cwd=folder,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=300,
    )


MISTAKES = {
    "a value": (
        lambda text: text.replace("alpha: 2", "alpha: -2"),
        "studies.tiny.network.alpha: -2 is not allowed",
    ),
    "a key twice": (lambda text: text + "results: elsewhere\n", "key 'results' is given twice"),
    "a template": (lambda text: "__use_yte__: true\n" + text, "__use_yte__ is not allowed"),
    "not UTF-8": (lambda text: text + "# \udcff\n", "must be UTF-8 text"),
    "not YAML": (lambda text: text + "a: [1\n", "not valid YAML: while parsing a flow sequence"),
    "a tag": (
        lambda text: text + "a: !!python/object/apply:os.mkdir [harm]\n",
        "could not determine a constructor",
    ),
    "a bomb": (lambda text: BOMB, "must not have more than 200000 entries"),
    "nested": (lambda text: "studies: " + 900 * "[" + 900 * "]", "nested"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_config_with_a_mistake_starts_nothing(expected, tmp_path, name):
    edit, fragment = MISTAKES[name]
    config = tmp_path / "config.yaml"
    config.write_bytes(edit(yaml.safe_dump(expected.project.config)).encode("utf-8", "surrogateescape"))
    before = sorted(path.name for path in tmp_path.iterdir())
    started = time.monotonic()
    done = snakemake(tmp_path, "--snakefile", expected.project.folder / "Snakefile")
    seconds = time.monotonic() - started
    print(f"{seconds:.1f} s: {done.stderr.strip()}")
    assert done.returncode != 0
    assert fragment in done.stderr + done.stdout
    assert "Traceback" not in done.stderr
    left = sorted(path.name for path in tmp_path.iterdir() if path.name != ".snakemake")
    assert left == before
    # An idle core takes 2 s for it, nearly all of them until Snakemake is there.
    assert seconds < 10
    # A config that is given by its name Snakemake reads first. Some of these it refuses itself, with other words.
    config.rename(tmp_path / "mine.yaml")
    done = snakemake(
        tmp_path, "--snakefile", expected.project.folder / "Snakefile", "--configfile", "mine.yaml"
    )
    assert done.returncode != 0
    assert not {"results", "harm"} & {path.name for path in tmp_path.iterdir()}
    if name in ("a value", "a key twice", "a template"):
        assert fragment in done.stderr + done.stdout


def test_a_second_snakemake_in_the_same_folder_is_turned_away(expected, project):
    clean(project)
    first = start(project)
    time.sleep(4)
    second = snakemake(project.folder, "--configfile", "study.yaml")
    assert second.returncode != 0
    assert "Directory cannot be locked" in second.stderr
    finish(project, first)
    compare(project.folder, expected.project.folder)


def test_names_locale_time_zone_and_cores_change_no_number(expected, tmp_path, monkeypatch):
    other = check_out(tmp_path / "ein Ordner, größer 测试", expected.cache)
    other.config = {**expected.project.config, "results": "a b/größe"}
    other.config["rounds_per_job"] = 1
    monkeypatch.setenv("TZ", "Pacific/Kiritimati")
    monkeypatch.setenv("LC_ALL", "C")
    done = other.snakemake(
        "--cores", "2", "--", *(f"a b/größe/summaries/{name}.parquet" for name in numbers_of())
    )
    assert done.returncode == 0, done.stderr
    (other.folder / "results").symlink_to(other.folder / "a b" / "größe")
    ours, theirs = numbers(other.folder), numbers(expected.project.folder)
    # Blocks are named in the settings of a chain, so their hashes differ.
    for name in ("rounds", "fidelities", "histories"):
        assert ours[name].equals(theirs[name])
    assert list(ours["provenance"]["code_hash"]) == list(theirs["provenance"]["code_hash"])


def numbers_of():
    return ("rounds", "fidelities", "histories", "provenance")


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
        "problems/tfim_2x2_open_J1_k1.5.safetensors",
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
        "rounds_0001-0002.safetensors: holds the states of study tiny, seed 0, procedure imp_wr, rounds [3, 4]"
        in said
    )


def test_a_training_that_diverges_fails_and_says_where(expected, tmp_path):
    project = check_out(tmp_path / "diverging", expected.cache)
    study = {**expected.project.config["studies"]["tiny"]}
    study["training"] = {**study["training"], "learning_rate": 1e6}
    run = start(project, config={**expected.project.config, "studies": {"tiny": study}})
    assert run.wait(timeout=300) != 0
    said = (project.folder / "run.log").read_text()
    assert "DivergedError: tiny seed 0 dense round 0: " in said
    assert "the last good values are energy " in said
    (kept,) = (project.folder / "results").glob("**/*.diverged_history")
    assert f"the steps until then are in {kept.relative_to(project.folder)}" in said
    assert not (project.folder / "results/summaries/rounds.parquet").exists()
