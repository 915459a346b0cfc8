"""The small study set, run once for all tests here however many processes they have; each process has a copy of it.

The tests then look at what is there, and at what Snakemake would do next.
"""

import contextlib
import fcntl
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
import yaml
from pages import code_blocks

from sparse_nqs.config import Study, parse_config

SOURCE = Path(__file__).resolve().parents[2]
PARTS = ("Snakefile", "rules", "workflow_scripts", "sparse_nqs", "config.yaml", "envs", "profiles")
# The files of a user's own, as two pages in docs/ have them.
OWN = {"my_models.py": "adding-a-hamiltonian.md", "my_networks.py": "adding-a-network.md"}


class Project:
    """A folder with a checkout of the workflow and a user's own files, and a config."""

    def __init__(self, folder: Path, config: dict):
        self.folder = folder
        self.config = config

    def check_out(self) -> None:
        """Copy the workflow into the folder, which must not exist yet, and write the user's own files."""
        self.folder.mkdir(parents=True)
        for part in PARTS:
            if (SOURCE / part).is_dir():
                shutil.copytree(
                    SOURCE / part, self.folder / part, ignore=shutil.ignore_patterns("__pycache__")
                )
            elif (SOURCE / part).exists():
                shutil.copy(SOURCE / part, self.folder / part)
        for name, page in OWN.items():
            (self.folder / name).write_text(code_blocks(page, "python")[0], encoding="utf-8")

    def copy(self, folder: Path) -> "Project":
        """The same in another folder, file times and all Snakemake knows of them included."""
        shutil.copytree(self.folder, folder)
        return Project(folder, self.config)

    def studies(self, config: dict | None = None) -> dict[str, Study]:
        """The checked studies; the user's own files are found in the working folder."""
        with contextlib.chdir(self.folder):
            return parse_config(self.config if config is None else config).studies

    def snakemake(self, *arguments: str, config: dict | None = None) -> subprocess.CompletedProcess:
        """Run Snakemake on the config, or on another one."""
        path = self.folder / "study.yaml"
        path.write_text(yaml.safe_dump(self.config if config is None else config, sort_keys=False))
        return subprocess.run(
            [sys.executable, "-m", "snakemake", "--configfile", path.name, *arguments],
            cwd=self.folder,
            env={**os.environ, "TQDM_DISABLE": "1"},
            capture_output=True,
            text=True,
            timeout=1200,
        )

    def planned(self, config: dict | None = None, *arguments: str) -> Counter:
        """The jobs by rule that Snakemake would run, without "all"."""
        result = self.snakemake("--dry-run", "--cores", "1", *arguments, config=config)
        assert result.returncode == 0, result.stdout + result.stderr
        if "Nothing to be done" in result.stdout + result.stderr:
            return Counter()
        table = re.search(r"^Job stats:\n.*?\n[- ]+\n(.*?)\n\n", result.stdout + result.stderr, re.M | re.S)
        assert table is not None, result.stdout + result.stderr
        jobs = Counter({line.split()[0]: int(line.split()[1]) for line in table[1].splitlines()})
        del jobs["total"], jobs["all"]
        return jobs


def run_all(project: Project) -> str:
    """Run a project's workflow. Returns what went wrong, "" if nothing did."""
    result = project.snakemake("--cores", "2")
    if result.returncode == 0:
        return ""
    logs = (f"{path}:\n{path.read_text()}" for path in sorted(project.folder.glob("results/logs/**/*.log")))
    return "\n".join((result.stdout, result.stderr, *logs))


def pytest_collection_modifyitems(items):
    """One test that needs the finished project comes first, the others last.

    So one process runs the workflow while others do the other tests.
    """
    waiting = [item for item in items if "original" in item.fixturenames]
    others = [item for item in items if "original" not in item.fixturenames]
    items[:] = [*waiting[:1], *others, *waiting[1:]]


@pytest.fixture(scope="session")
def small_config() -> dict:
    return yaml.safe_load((Path(__file__).parent / "small.yaml").read_text())


@pytest.fixture(scope="session")
def original(tmp_path_factory, small_config) -> Project:
    """The small study set, run to its figures by the process that comes first. Only to be copied."""
    root = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:  # all workers' folders lie in the same one
        root = root.parent
    project = Project(root / "workflow" / "a folder", small_config)
    outcome = root / "workflow.outcome"
    with (root / "workflow.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # given up when the process ends, however it does
        if not outcome.exists():
            project.check_out()
            outcome.write_text(run_all(project))
    assert outcome.read_text() == ""
    return project


@pytest.fixture(scope="session")
def finished(original, tmp_path_factory) -> Project:
    """This process's copy of the finished project. Tests must leave it as it is."""
    return original.copy(tmp_path_factory.mktemp("finished") / "a folder")


@pytest.fixture
def again(original, tmp_path) -> Project:
    """A copy of the finished project to edit."""
    return original.copy(tmp_path / "a folder")
