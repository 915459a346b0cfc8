"""A checkout of the workflow in a folder of its own, in which tests run Snakemake."""

import contextlib
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import yaml
from pages import code_blocks

from sparse_nqs.config import Study
from sparse_nqs.reading import parse_config

SOURCE = Path(__file__).resolve().parents[1]
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
