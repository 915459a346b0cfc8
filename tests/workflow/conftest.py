"""A copy of the workflow in an empty folder, run once for all tests here; they then look at what it would do next."""

import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
import yaml

SOURCE = Path(__file__).resolve().parents[2]
PARTS = ("Snakefile", "rules", "workflow_scripts", "sparse_nqs", "config.yaml", "envs", "profiles")


class Project:
    """A checkout of the workflow with a config, in a folder of its own."""

    def __init__(self, folder: Path, config: dict):
        self.folder = folder
        folder.mkdir(parents=True)
        self.config = config
        for part in PARTS:
            if (SOURCE / part).is_dir():
                shutil.copytree(SOURCE / part, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
            elif (SOURCE / part).exists():
                shutil.copy(SOURCE / part, folder / part)

    def snakemake(self, *arguments: str, config: dict | None = None) -> subprocess.CompletedProcess:
        """Run Snakemake on the config, or on another one."""
        path = self.folder / "study.yaml"
        path.write_text(yaml.safe_dump(self.config if config is None else config, sort_keys=False))
        # The compilation cache of the checkout serves the copies as well.
        environment = {**os.environ, "TQDM_DISABLE": "1"}
        return subprocess.run(
            [sys.executable, "-m", "snakemake", "--configfile", path.name, *arguments],
            cwd=self.folder,
            env=environment,
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


@pytest.fixture(scope="session")
def small_config() -> dict:
    return yaml.safe_load((Path(__file__).parent / "small.yaml").read_text())


@pytest.fixture(scope="session")
def finished(tmp_path_factory, small_config) -> Project:
    """The small study set, run to its figures. Tests must leave it as it is."""
    project = Project(tmp_path_factory.mktemp("workflow") / "a folder", small_config)
    result = project.snakemake("--cores", "2")
    logs = "\n".join(
        f"{path}:\n{path.read_text()}" for path in sorted(project.folder.glob("results/logs/**/*.log"))
    )
    assert result.returncode == 0, result.stdout + result.stderr + logs
    return project


@pytest.fixture
def again(finished, tmp_path, small_config) -> Project:
    """A copy of the finished project, file times and all Snakemake knows of them included, to edit."""
    project = Project.__new__(Project)
    project.folder, project.config = tmp_path / "a folder", small_config
    shutil.copytree(finished.folder, project.folder)
    return project
