"""What Snakemake is told besides the config: more files, single values, in its own words on the command line."""

import subprocess
import sys
from pathlib import Path

import pytest
import yaml

SOURCE = Path(__file__).resolve().parents[2]
STUDY = {
    "system": {"model": "tfim", "extent": [2, 2]},
    "network": {"kind": "ffnn", "alpha": 2},
    "seeds": [0],
    "pruning": {"rounds": 2},
}

pytestmark = pytest.mark.slow


@pytest.fixture
def folder(tmp_path):
    for name, content in {
        "a.yaml": {"results": "a", "studies": {"s": STUDY}},
        "b.yaml": {"results": "b", "studies": {"s": {"network": {"kind": "cnn", "features": 2}}}},
    }.items():
        (tmp_path / name).write_text(yaml.safe_dump(content))
    return tmp_path


def snakemake(folder: Path, *arguments: str) -> subprocess.CompletedProcess:
    command = [
        sys.executable,
        "-m",
        "snakemake",
        "--snakefile",
        SOURCE / "Snakefile",
        "--cores",
        "1",
        "--dry-run",
    ]
    return subprocess.run([*command, *arguments], cwd=folder, capture_output=True, text=True, timeout=300)


def test_a_second_file_is_laid_over_the_first(folder):
    done = snakemake(
        folder,
        "--configfile",
        "a.yaml",
        "b.yaml",
        "--printshellcmds",
        "--",
        "b/studies/s/seed_0/init.safetensors",
    )
    assert done.returncode == 0, done.stderr
    # Another kind starts its part afresh: Snakemake alone would keep alpha, which a cnn has not.
    assert '"kind":"cnn"' in done.stdout + done.stderr and '"alpha"' not in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--configfile", "a.yaml", "--configfile", "b.yaml"], "--configfile: is given twice"),
        (
            ["--configfile", "a.yaml", "--config", "studies={s: {seeds: [1]}}"],
            "--config: studies: a mapping is not",
        ),
        (
            ["--configfile", "a.yaml", "--config", "results=rules/.."],
            "--config: results: 'rules/..' is not allowed",
        ),
    ],
)
def test_what_cannot_be_meant_is_refused_in_one_line(folder, arguments, message):
    done = snakemake(folder, *arguments)
    assert done.returncode != 0
    (line,) = (done.stdout + done.stderr).strip().splitlines()[-1:]
    assert line.startswith(message)
    assert "Traceback" not in done.stderr


def test_single_values_are_on_top_of_the_files(folder):
    done = snakemake(folder, "--configfile", "a.yaml", "--config", "results=c", "--", "references")
    assert done.returncode == 0, done.stderr
    assert "c/summaries/references.parquet" in done.stdout + done.stderr
