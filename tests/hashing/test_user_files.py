import sys

import pytest
import yaml

from sparse_nqs.hashing.user_files import module_file, plugin_fingerprint
from sparse_nqs.messages import ConfigError
from sparse_nqs.planning import specs
from sparse_nqs.reading import parse_config


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


@pytest.mark.parametrize("module", ["nowhere", "pack.nowhere", "pack.inner", "alone.inner", "__main__.x"])
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


@pytest.mark.parametrize("name", ["numbers", "operator", "random", "sys"])
def test_a_module_of_pythons_own_name_is_refused(folder, name):
    (folder / "here" / f"{name}.py").touch()
    with pytest.raises(ValueError, match=f"must name a module of yours, and {name} is Python's own"):
        plugin_fingerprint(f"{name}:f")


def test_a_file_that_hides_an_installed_package_is_refused(folder):
    (folder / "here" / "jax.py").touch()
    with pytest.raises(ValueError, match="jax in the working folder hides the installed package jax"):
        plugin_fingerprint("jax:f")


STUDY = """
studies:
  o:
    system: {model: operator, operator: "alone:chain", extent: [1, 3], files: [fields.txt]}
    network: {kind: flax, module: "alone:net", files: [weights.bin]}
"""


def test_the_bytes_of_files_are_part_of_specs(folder):
    here = folder / "here"
    (here / "fields.txt").write_text("0.1")
    (here / "weights.bin").write_bytes(b"1")
    study = parse_config(yaml.safe_load(STUDY)).studies["o"]
    problem, init = specs.problem_spec(study), specs.init_spec(study, 0)
    (here / "fields.txt").write_text("0.2")
    assert specs.problem_spec(study) != problem
    assert specs.init_spec(study, 0) == init
    (here / "weights.bin").write_bytes(b"2")
    assert specs.init_spec(study, 0) != init
    for name, path in (("fields.txt", "system.files"), ("weights.bin", "network.files")):
        content = (here / name).read_bytes()
        (here / name).unlink()
        with pytest.raises(
            ConfigError, match=rf"{path}.*'{name}' is not allowed: must be a file that can be read"
        ):
            parse_config(yaml.safe_load(STUDY))
        (here / name).write_bytes(content)
    (here / "fields.txt").unlink()
    with pytest.raises(ConfigError, match=r"files: fields\.txt cannot be read"):
        specs.problem_spec(study)
