"""A disk that is full, a folder that may not be written: an error that names the file, and what was there stays."""

import os
import resource
import shlex
import shutil
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from small_disk import with_a_small_disk

from sparse_nqs.storage.results import read_result, write_result
from sparse_nqs.storage.states import Origin, read_histories, write_histories, write_states
from sparse_nqs.storage.tables import read_table, write_table

from .test_states import make_history, make_state
from .test_tables import make_row

ORIGIN = Origin("s", 0, "imp_wr")
NOBODY = 65534
CHECKOUT = Path(__file__).resolve().parents[2]


@contextmanager
def room_for(size: int):
    """Within it, files of this process can hold so many bytes; the system says so as it does of a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def large_table(path):
    # Random, as Parquet would pack anything else.
    values = np.random.default_rng(0).normal(size=5000).tolist()
    write_table(path, "histories", [make_row("histories", 1) | {"energy": value} for value in values])


WRITERS = {
    "states": (
        lambda path: write_states(path, ORIGIN, [make_state(1)]),
        lambda path: write_states(path, ORIGIN, [make_state(k) for k in range(30)]),
    ),
    "histories": (
        lambda path: write_histories(path, ORIGIN, [make_history(1)]),
        lambda path: write_histories(path, ORIGIN, [make_history(1, steps=2000)]),
    ),
    "result": (
        lambda path: write_result(path, "reference", {"energy": 1.0}),
        lambda path: write_result(path, "reference", {"steps": list(range(10_000))}),
    ),
    "table": (
        lambda path: write_table(path, "histories", [make_row("histories", 1)]),
        large_table,
    ),
}


@pytest.mark.parametrize("kind", WRITERS)
def test_a_full_disk_leaves_the_old_file_and_names_the_new_one(kind, tmp_path):
    small, large = WRITERS[kind]
    path = tmp_path / "file"
    small(path)
    before = path.read_bytes()
    message = rf"File too large; nothing was written, and an older file is as it was: '{path}'$"
    with room_for(len(before) + 2000), pytest.raises(OSError, match=message):
        large(path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]
    large(path)


def test_a_folder_that_is_a_file(tmp_path):
    (tmp_path / "results").write_text("")
    with pytest.raises(FileExistsError, match=r"File exists: '.*/results'$"):
        write_result(tmp_path / "results" / "a.json", "reference", {})


@pytest.fixture
def folder():
    """A folder that everybody can reach; pytest's own are closed to others."""
    path = Path(tempfile.mkdtemp())
    path.chmod(0o755)
    yield path
    shutil.rmtree(path)


def run_as_somebody(script: str, *arguments: str) -> str:
    """Run a script as somebody whom permissions concern, which they do not root. Returns its last line."""
    user = {"user": NOBODY, "group": NOBODY, "extra_groups": []} if os.geteuid() == 0 else {}
    environment = {"PYTHONPATH": str(CHECKOUT), "PATH": os.environ["PATH"]}
    command = [sys.executable, "-c", script, *arguments]
    try:
        probe = subprocess.run([sys.executable, "-c", "import sparse_nqs.storage"], env=environment, **user)
    except PermissionError:
        probe = None
    if probe is None or probe.returncode:
        pytest.skip("root ignores permissions, and nobody else can run this Python")
    done = subprocess.run(command, env=environment, capture_output=True, text=True, cwd="/", **user)
    assert done.returncode == 1, done.stderr
    return done.stderr.strip()


WRITE = """
import sys
from sparse_nqs.stages.arguments import run
from sparse_nqs.storage.results import write_result
run(lambda: write_result(sys.argv[1], "reference", {"energy": 1.0}))
"""
READ = WRITE.replace("write_result", "read_result").replace(', {"energy": 1.0}', "")


def test_a_folder_that_may_only_be_read(folder):
    path = folder / "a.json"
    write_result(path, "reference", {"energy": 2.0})
    folder.chmod(0o555)
    said = run_as_somebody(WRITE, str(path))
    assert said == (
        f"PermissionError: [Errno 13] Permission denied; nothing was written, and an older file is as it was: '{path}'"
    )
    assert read_result(path, "reference") == {"energy": 2.0}
    assert list(folder.iterdir()) == [path]
    folder.chmod(0o755)


def test_a_file_that_may_not_be_read(folder):
    path = folder / "a.json"
    write_result(path, "reference", {"energy": 2.0})
    path.chmod(0)
    said = run_as_somebody(READ, str(path))
    assert said == f"PermissionError: [Errno 13] Permission denied: '{path}'"


DISK = """
import os, sys
from sparse_nqs.errors import WorkError
from sparse_nqs.storage.results import read_result, write_result
path = os.path.join(sys.argv[1], "a.json")
try:
    write_result(path, "reference", {"steps": list(range(int(sys.argv[2])))})
except OSError as error:
    print(error)
print(os.listdir(sys.argv[1]), len(read_result(path, "reference")["steps"]))
"""


def test_a_real_disk_that_is_full_and_one_that_is_read_only(tmp_path):
    if not with_a_small_disk(tmp_path, "64k", "true").ok:
        pytest.skip("no disk can be mounted here")
    command = f"{shlex.quote(sys.executable)} -c {shlex.quote(DISK)} {shlex.quote(str(tmp_path))}"
    script = f"{command} 10; {command} 100000; mount -o remount,ro {shlex.quote(str(tmp_path))}; {command} 20"
    done = with_a_small_disk(tmp_path, "64k", script)
    assert done.ok, done.said
    kept = "['a.json'] 10"
    refusal = f"; nothing was written, and an older file is as it was: '{tmp_path / 'a.json'}'"
    assert done.said.splitlines() == [
        kept,
        f"[Errno 28] No space left on device{refusal}",
        kept,
        f"[Errno 30] Read-only file system{refusal}",
        kept,
    ]


@pytest.mark.parametrize("name", ["with blanks", "größe", "测试", "it's", 'a "b"', "-f", "$HOME", "a\nb"])
def test_names_of_all_kinds(tmp_path, name):
    path = tmp_path / name / "file"
    for write, read in (
        (lambda path: write_histories(path, ORIGIN, [make_history(1)]), read_histories),
        (lambda path: write_result(path, "reference", {}), lambda path: read_result(path, "reference")),
        (WRITERS["table"][0], lambda path: read_table(path, "histories")),
    ):
        write(path)
        read(path)
        path.unlink()
