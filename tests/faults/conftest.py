"""The tiny study, run once for all tests here however many processes they have."""

import fcntl
import os
from pathlib import Path
from typing import NamedTuple

import pytest
from checkout import Project

from .disturbance import CONFIG, undisturbed


class Undisturbed(NamedTuple):
    """A finished run to compare with; tests leave it as it is.

    Attributes:
        project: the run, one core and two rounds a job.
        cache: compiled programs, for other runs.
    """

    project: Project
    cache: Path


@pytest.fixture(scope="session")
def expected(tmp_path_factory) -> Undisturbed:
    root = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:  # all workers' folders lie in the same one
        root = root.parent
    folder, outcome = root / "tiny study", root / "tiny.finished"
    with (root / "tiny.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # given up when the process ends, however it does
        if not outcome.exists():
            folder.mkdir()
            undisturbed(folder / "undisturbed", folder / "cache")
            outcome.touch()
    project = Project(folder / "undisturbed", CONFIG)
    return Undisturbed(project, folder / "cache")
