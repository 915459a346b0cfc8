import sys

import pytest

from sparse_nqs.config.plugins import module_file, plugin_fingerprint


@pytest.fixture
def folder(tmp_path, monkeypatch):
    (tmp_path / "here").mkdir()
    (tmp_path / "there" / "pack" / "inner").mkdir(parents=True)
    (tmp_path / "here" / "alone.py").write_text("raise RuntimeError('imported')\n")
    (tmp_path / "there" / "alone.py").write_text("X = 1\n")
    (tmp_path / "there" / "pack" / "__init__.py").write_text("raise RuntimeError('imported')\n")
    (tmp_path / "there" / "pack" / "inner" / "models.py").write_text(
        "from pack.tools import ONE\n\n\ndef f():\n    pass\n"
    )
    (tmp_path / "there" / "pack" / "tools.py").write_text("ONE = 1\n")
    monkeypatch.chdir(tmp_path / "here")
    monkeypatch.syspath_prepend(tmp_path / "there")
    return tmp_path


def test_modules_are_found_without_an_import(folder):
    assert module_file("alone") == folder / "here" / "alone.py"
    assert module_file("pack") == folder / "there" / "pack" / "__init__.py"
    assert module_file("pack.inner.models") == folder / "there" / "pack" / "inner" / "models.py"
    assert not {"alone", "pack"} & set(sys.modules)


@pytest.mark.parametrize(
    "module", ["nowhere", "pack.nowhere", "pack.inner", "alone.inner", "sys", "__main__.x"]
)
def test_modules_that_are_not_there(folder, module):
    with pytest.raises(ValueError, match=f"there is no Python file of {module} in the working folder"):
        module_file(module)


@pytest.mark.parametrize(
    ("edited", "changes"),
    [("there/pack/inner/models.py", True), ("there/pack/tools.py", True), ("there/alone.py", False)],
)
def test_the_fingerprint_follows_imports_within_the_package(folder, edited, changes):
    before = plugin_fingerprint("pack.inner.models:f")
    path = folder / edited
    path.write_text(path.read_text() + "\nANOTHER = 2\n")
    assert (plugin_fingerprint("pack.inner.models:f") != before) == changes


def test_the_fingerprint_of_a_single_file(folder):
    before = plugin_fingerprint("alone:f")
    path = folder / "here" / "alone.py"
    path.write_text(path.read_text() + "# a comment\n")
    assert plugin_fingerprint("alone:f") == before
    path.write_text("X = 3\n")
    assert plugin_fingerprint("alone:f") != before
    path.write_text("X = \n")
    with pytest.raises(ValueError, match=r"alone\.py: line 1: not valid Python"):
        plugin_fingerprint("alone:f")
