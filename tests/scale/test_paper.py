"""The paper's study set at full size: what a dry-run and the start of each job take."""

import re
import sys
from pathlib import Path

import numpy as np
import pytest

from sparse_nqs.members.loading import names
from sparse_nqs.planning import plan
from sparse_nqs.reading import load_config

from .measured import Run, run_measured

SOURCE = Path(__file__).resolve().parents[2]
PAPER = SOURCE / "configs" / "paper.yaml"

pytestmark = pytest.mark.slow


def snakemake(folder: Path, *arguments: str, snakefile: Path = SOURCE / "Snakefile") -> Run:
    command = [
        sys.executable,
        "-m",
        "snakemake",
        "--snakefile",
        snakefile,
        "--dry-run",
        "--cores",
        "1",
        *arguments,
    ]
    return run_measured(command, folder)


@pytest.fixture
def empty(tmp_path) -> Run:
    """A dry-run of a workflow with nothing in it, 1.5 s of processor time on a quiet machine."""
    path = tmp_path / "Empty"
    path.write_text('rule all:\n    output: "nothing"\n    shell: "touch {output}"\n')
    return snakemake(tmp_path, snakefile=path)


def jobs_of(run: Run) -> dict[str, int]:
    table = re.search(r"^Job stats:\n.*?\n[- ]+\n(.*?)\n\n", run.output, re.M | re.S)
    return {line.split()[0]: int(line.split()[1]) for line in table[1].splitlines()}


def test_the_paper_s_experiments_are_all_there():
    """Counted from the paper, not from the config: what its figures show, at its sizes and with its settings."""
    config = load_config(PAPER)
    assert {figure.kind for figure in config.figures.values()} == set(names("figures"))
    studies = config.studies.values()
    assert all(study.seeds == (0, 1, 2) and study.training.samples == 1024 for study in studies)
    ising = [study for study in studies if study.system.model == "tfim"]
    ffnn = [study for study in ising if study.network.kind == "ffnn"]
    assert {study.system.extent[0] for study in ffnn if study.network.alpha == 8} == set(range(4, 11))
    assert {study.system.field for study in ffnn if study.network.alpha == 5} == {0.1, 1, 2, 3.04438, 4, 5, 6}
    assert {study.network.alpha for study in ffnn if study.system.extent == (10, 10)} == {1, 2.5, 5, 8}
    assert all((study.training.dense_steps, study.training.round_steps) == (10000, 1000) for study in ising)
    toric = [study for study in studies if study.system.model == "toric_code"]
    assert {study.network.alpha for study in toric} == {4, 8, 16, 32}
    assert all((study.training.dense_steps, study.training.round_steps) == (2000, 200) for study in toric)
    isolated = [study for study in studies if study.isolated.rounds]
    # Table 2: five draws at the rounds that it calls 12, 15, 18 and 9, 12, 15.
    draws = {study.name: study.isolated.draw_rounds for study in isolated if study.isolated.draws == 5}
    assert draws == {"ffnn_alpha5": (13, 16, 19), "toric_alpha8": (10, 13, 16)}
    # Tables 4 to 6: how often each network is pruned.
    rounds = {name: study.pruning.rounds for name, study in config.studies.items()}
    assert [rounds[f"ffnn_l{length}"] for length in range(4, 11)] == [51, 58, 64, 69, 65, 74, 74]
    assert [rounds[f"ffnn_alpha{alpha}"] for alpha in ("1", "2p5", "5")] == [54, 60, 65]
    assert [rounds[f"toric_alpha{alpha}"] for alpha in (4, 8, 16, 32)] == [47, 53, 58, 64]
    assert (rounds["cnn"], rounds["res_cnn"]) == (31, 43)
    assert {study.network.kind for study in isolated if study in ising} == {"ffnn", "cnn", "res_cnn"}
    for study in isolated:
        assert set(np.diff(study.isolated.rounds)) == {3} and study.isolated.rounds[0] == 1


def test_the_printed_settings_are_laid_over_those_of_the_code():
    """The table of docs/differences.md, from the text of the second version."""
    code, text = load_config(PAPER), load_config(PAPER, PAPER.with_name("paper_as_printed.yaml"))
    assert set(code.studies) == set(text.studies) and code.results != text.results
    for name, study in text.studies.items():
        network, training, toric = study.network, study.training, study.system.model == "toric_code"
        if training.sampling_power != 2.0:
            continue  # our way beside the paper's
        is_ffnn = network.kind == "ffnn"
        assert training.diagonal_shift == (1e-4 if is_ffnn and not toric else 1e-3)
        assert training.learning_rate == 0.008
        assert (training.dense_steps, training.round_steps) == (10000, 1000)
        assert network.init_std == (0.1 if is_ffnn else code.studies[name].network.init_std)
        assert network.init == ("normal" if is_ffnn else "lecun_normal")
        if network.kind == "cnn":
            assert network.padding == "valid"
        if network.kind == "res_cnn":
            assert not network.norm_first
        # Nine stars twice are as many as eighteen spins.
        assert training.moves == ({"single": 1, "stars": 2, "loops": 0} if toric else {})


@pytest.mark.parametrize("name", ["medium.yaml", "field_scan.yaml", "kappa_c.yaml"])
def test_other_ready_sets_start_in_an_empty_folder(tmp_path, name):
    path = PAPER.parent / name
    jobs = jobs_of(snakemake(tmp_path, "--configfile", str(path)))
    assert {part.rule: part.jobs for part in plan.parts_of(load_config(path))} | {
        "all": 1,
        "total": jobs["total"],
    } == jobs


def test_the_medium_set_is_a_night_of_two_cores():
    seconds = sum(part.seconds for part in plan.parts_of(load_config(PAPER.parent / "medium.yaml")))
    assert 8 < seconds / 3600 / 2 < 13


def test_a_dry_run_knows_all_jobs_and_takes_seconds(tmp_path, empty):
    run = snakemake(tmp_path, "--configfile", str(PAPER), "--printshellcmds")
    print(f"dry-run: {run.seconds:.1f} s of processor time, {run.megabytes:.0f} MB")
    jobs = jobs_of(run)
    parts = plan.parts_of(load_config(PAPER))
    assert {part.rule: part.jobs for part in parts} | {"all": 1, "total": jobs["total"]} == jobs
    assert jobs["total"] > 2000
    # Each figure, wherever it reads from.
    drawn = re.findall(r"Draw (\w+)$", run.output, re.M)
    assert sorted(drawn) == sorted(load_config(PAPER).figures)
    commands = re.findall(r"^Shell command: (.*)$", run.output, re.M)
    assert len(commands) == jobs["total"]
    # However many states a job reads, its command is short.
    assert max(map(len, commands)) < 3000
    # 20 s, on a machine as busy as this one.
    assert run.seconds < 20 * max(1.0, empty.seconds / 1.5)


def test_the_start_of_a_job_reads_the_workflow_in_a_second(tmp_path, empty):
    target = "results/paper/studies/cnn/seed_0/init.safetensors"
    ours = snakemake(tmp_path, "--configfile", str(PAPER), "--", target)
    print(f"one job: {ours.seconds:.1f} s, an empty workflow {empty.seconds:.1f} s of processor time")
    assert "Initialise cnn, seed 0" in ours.output
    assert ours.seconds - empty.seconds < 1.5 * max(1.0, empty.seconds / 1.5)
