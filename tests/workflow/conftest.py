"""The small study set, run once for all tests here however many processes they have; each process has a copy of it.

The tests then look at what is there, and at what Snakemake would do next.
"""

import fcntl
import os
from pathlib import Path

import pytest
import yaml
from checkout import Project


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
