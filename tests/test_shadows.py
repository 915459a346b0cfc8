import subprocess
import sys
from pathlib import Path

import pytest

from sparse_nqs import shadows as module
from sparse_nqs.shadows import shadows

SOURCE = Path(__file__).resolve().parents[1]


@pytest.mark.parametrize(
    ("name", "hidden"),
    [
        ("numbers.py", "Python's own module numbers"),
        ("operator.py", "Python's own module operator"),
        ("jax.py", "the installed package jax"),
        ("yaml/__init__.py", "the installed package yaml"),
        ("sparse_nqs.py", "this project's package sparse_nqs"),
    ],
)
def test_files_that_hide_a_library_are_told_by_name(tmp_path, name, hidden):
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    path.touch()
    first = name.split("/")[0]
    assert shadows(tmp_path) == [f"{first}: hides {hidden} from every job; must have another name"]


def test_other_files_are_fine(tmp_path):
    (tmp_path / "my_models.py").touch()
    (tmp_path / "jax").mkdir()  # no package
    (tmp_path / "random.txt").touch()
    assert shadows(tmp_path) == []
    assert shadows(SOURCE) == []


def test_the_checkout_may_hold_them_too(monkeypatch, tmp_path):
    monkeypatch.setattr(module, "_OWN", tmp_path / "sparse_nqs")
    (tmp_path / "sparse_nqs").mkdir()
    (tmp_path / "sparse_nqs" / "__init__.py").touch()
    (tmp_path / "random.py").touch()
    assert [line.split(":")[0] for line in shadows(tmp_path)] == ["random.py"]


def test_it_can_be_asked_where_python_itself_would_fail(tmp_path):
    (tmp_path / "operator.py").write_text("raise RuntimeError\n")
    command = [sys.executable, "-P", module.__file__]
    result = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert result.returncode == 1
    assert (
        result.stderr
        == "operator.py: hides Python's own module operator from every job; must have another name\n"
    )
