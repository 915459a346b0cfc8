import sys

import pytest

from sparse_nqs.errors import WorkError
from sparse_nqs.user_code import UserCodeError, faults_of, make, split_path

SOURCE = """\
from pack.tools import check

NUMBER = 3


def pair(lattice, *, size=1):
    check(size)
    return lattice, size


def silent(lattice):
    raise KeyError
"""
TOOLS = """\
def check(size):
    if size > 9:
        raise ValueError(f"{size} is\\n too large")
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A package of the user's in the working folder."""
    (tmp_path / "pack").mkdir()
    (tmp_path / "pack" / "__init__.py").touch()
    (tmp_path / "pack" / "models.py").write_text(SOURCE)
    (tmp_path / "pack" / "tools.py").write_text(TOOLS)
    (tmp_path / "broken.py").write_text("import math\n\nmath.sqrt(-1.0)\n")
    (tmp_path / "needy.py").write_text("import no_such_package\n")
    (tmp_path / "renamed.py").write_text("from pack.models import triple\n")
    monkeypatch.syspath_prepend(tmp_path)
    yield tmp_path
    for name in set(sys.modules):
        if name.split(".")[0] in ("pack", "broken", "needy", "renamed"):
            del sys.modules[name]


def test_paths():
    assert split_path("a.b_1:C") == ("a.b_1", "C")


@pytest.mark.parametrize(
    "path", ["", "a", "a.b", ":f", "a:", "a:b:c", "a:b.c", "a..b:c", "../a:b", "a b:c", "1a:b", "a:b\n"]
)
def test_paths_of_another_form(path):
    with pytest.raises(ValueError, match=r"must be a dotted path of the form package\.module:name"):
        split_path(path)


def test_what_a_path_names_is_called_with_lattice_and_options(folder):
    assert make("pack.models:pair", "lattice", {}) == ("lattice", 1)
    assert make("pack.models:pair", "lattice", {"size": 2}) == ("lattice", 2)


@pytest.mark.parametrize(
    ("path", "options", "message"),
    [
        ("pack.models", {}, "pack.models: must be a dotted path of the form package.module:name"),
        (
            "nowhere:f",
            {},
            "nowhere:f: No module named 'nowhere'; it must be in the working folder or on PYTHONPATH",
        ),
        (
            "needy:f",
            {},
            "needy:f: No module named 'no_such_package'; it must be in the working folder or on PYTHONPATH",
        ),
        ("pack.models:triple", {}, "pack.models:triple: the module pack.models has no triple"),
        ("pack.models:NUMBER", {}, "pack.models:NUMBER is int; allowed is a function or a class"),
        (
            "pack.models:pair",
            {"width": 1},
            "pack.models:pair: cannot be called with lattice and the options width: "
            "got an unexpected keyword argument 'width'",
        ),
        ("broken:f", {}, "broken:f: ValueError when imported: {domain} ({folder}/broken.py, line 3)"),
        (
            "renamed:f",
            {},
            "renamed:f: ImportError when imported: cannot import name 'triple' from 'pack.models' "
            "({folder}/pack/models.py) ({folder}/renamed.py, line 1)",
        ),
        (
            "pack.models:pair",
            {"size": 10},
            "pack.models:pair: ValueError when called with lattice and the options size: 10 is too large "
            "({folder}/pack/tools.py, line 3)",
        ),
        (
            "pack.models:silent",
            {},
            "pack.models:silent: KeyError when called with lattice and the options (none): no message "
            "({folder}/pack/models.py, line 12)",
        ),
    ],
)
def test_faults_are_told_in_one_line(folder, path, options, message):
    with pytest.raises(UserCodeError) as caught:
        make(path, "lattice", options)
    # Python's own words for a root of a negative number differ from version to version.
    domain = str(caught.value.__cause__)
    assert str(caught.value) == message.format(folder=folder, domain=domain)


def test_a_long_message_is_cut():
    with pytest.raises(UserCodeError) as caught, faults_of("a:b", "called"):
        raise RuntimeError("x" * 10_000)
    assert str(caught.value) == f"a:b: RuntimeError when called: {'x' * 300}..."


def test_what_is_one_line_already_stays():
    with pytest.raises(WorkError, match=r"^plain$") as caught, faults_of("a:b", "called"):
        raise WorkError("plain")
    assert type(caught.value) is WorkError
