import sys

import pytest

from sparse_nqs.opened_files import warn_of_unlisted, warnings_in

SOURCE = """\
import numpy as np

import disorder_helper


def chain(lattice):
    with open("written.txt", "w") as file:
        file.write("result")
    np.load("couplings.npy")
    return np.loadtxt("fields.txt")
"""
WARNING = (
    "Warning: disorder:chain reads {}, which is not in system.files: an edit of it would change nothing that is done "
    "already; list it there\n"
)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    import numpy as np

    (tmp_path / "disorder.py").write_text(SOURCE)
    (tmp_path / "disorder_helper.py").write_text("import json\n")
    (tmp_path / "fields.txt").write_text("0.1 0.2")
    np.save(tmp_path / "couplings.npy", np.ones(3))
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    yield tmp_path
    for name in ("disorder", "disorder_helper"):
        sys.modules.pop(name, None)


@pytest.mark.parametrize(
    ("listed", "told"),
    [
        ([], ["couplings.npy", "disorder_helper.py", "fields.txt"]),
        (["fields.txt"], ["couplings.npy", "disorder_helper.py"]),
        (["fields.txt", "./couplings.npy", "disorder_helper.py"], []),
    ],
)
def test_what_is_read_and_not_listed_is_told(folder, capsys, listed, told):
    with warn_of_unlisted("disorder:chain", "system.files", listed):
        import disorder

        assert len(disorder.chain(None)) == 2
    assert capsys.readouterr().err == "".join(WARNING.format(name) for name in told)
    # Nothing is told of what is read outside.
    (folder / "fields.txt").read_text()
    assert capsys.readouterr().err == ""


def test_warnings_are_found_in_logs(tmp_path):
    first, second = tmp_path / "first.log", tmp_path / "second.log"
    first.write_text(f"a line\n{WARNING.format('fields.txt')}")
    second.write_text(WARNING.format("fields.txt") + WARNING.format("more.txt"))
    found = warnings_in([str(first), str(second), str(tmp_path / "missing.log")])
    assert found == [WARNING.format(name).strip() for name in ("fields.txt", "more.txt")]


def test_an_error_of_the_code_passes(folder, capsys):
    with pytest.raises(ZeroDivisionError), warn_of_unlisted("disorder:chain", "system.files", []):
        raise ZeroDivisionError
    assert capsys.readouterr().err == ""
