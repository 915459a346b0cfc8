"""The example of docs/adding-a-hamiltonian.md, as it stands there."""

import json
import sys

import numpy as np
import pytest
import yaml
from cases import all_configurations, table_matrix
from pages import code_blocks
from pauli import dense_matrix

from sparse_nqs.messages import ConfigError
from sparse_nqs.planning import specs
from sparse_nqs.reading import parse_config
from sparse_nqs.references import reference_energy
from sparse_nqs.stages.compiling import compile_system
from sparse_nqs.stages.summary import describe_study

PAGE = "adding-a-hamiltonian.md"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A working folder with the example's file."""
    (source,) = code_blocks(PAGE, "python")
    (tmp_path / "my_models.py").write_text(source, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    yield tmp_path
    sys.modules.pop("my_models", None)


def described():
    (text,) = code_blocks(PAGE, "yaml")
    return yaml.safe_load(text)


def test_the_example_compiles_to_what_it_says(folder, monkeypatch, netket):
    study = parse_config(described()).studies["xxz"]
    # Jobs run as `python -m`, with the working folder first on the path.
    monkeypatch.syspath_prepend(folder)
    small = study.system.model_copy(update={"extent": (2, 2)}).model_dump(mode="json")
    problem = compile_system(small)
    bonds = [(0, 1), (2, 3), (0, 2), (1, 3)]
    words = ["".join(letter if i in bond else "I" for i in range(4)) for letter in "XYZ" for bond in bonds]
    words += ["".join("X" if i == site else "I" for i in range(4)) for site in range(4)]
    expected = dense_matrix(words, [-1.0] * 8 + [0.5] * 4 + [-0.1] * 4)
    np.testing.assert_allclose(
        table_matrix(problem.table, all_configurations(4)), np.real(expected), atol=1e-12
    )
    assert {name: len(rows) for name, rows in problem.cluster_moves.items()} == {"flips": 4, "global": 1}
    reference = reference_energy(
        small, problem.table, {"max_ed_spins": 20, "bond_dimensions": [8, 16], "recompute": True}
    )
    assert reference.energy == pytest.approx(np.linalg.eigvalsh(expected)[0])


def test_an_edit_of_the_file_is_an_edit_of_the_problem(folder):
    study = parse_config(described()).studies["xxz"]
    before, training = specs.problem_spec(study), specs.dense_spec(study, 0)
    path = folder / "my_models.py"
    path.write_text(path.read_text() + "# a comment\n")
    assert specs.problem_spec(study) == before
    path.write_text(path.read_text().replace("-field", "field"))
    assert specs.problem_spec(study) != before
    # The training reads the problem, and knows no more of it than that it is another one.
    own, before = json.loads(specs.dense_spec(study, 0)), json.loads(training)
    assert own.pop("after") != before.pop("after")
    assert own == before


def test_a_missing_file_is_told_before_anything_runs(folder):
    (folder / "my_models.py").unlink()
    with pytest.raises(
        ConfigError, match=r"studies.xxz.system.operator: 'my_models:xxz' is not allowed: must name"
    ):
        parse_config(described())


def test_too_many_spins_for_a_reference_are_told_before_anything_runs(folder):
    config = described()
    config["studies"]["xxz"]["system"]["extent"] = [7, 3]
    with pytest.raises(ConfigError, match=r"studies.xxz.system: has 21 spins, and a reference energy beyond"):
        parse_config(config)


def test_an_option_labels_curves(folder):
    label = {"kind": "error_scan", "studies": ["xxz"], "label": "options.anisotropy"}
    config = parse_config(described() | {"figures": {"scan": label}})
    assert config.figures["scan"].label == "options.anisotropy"
    # The drawing job computes the column, and the table has it.
    specs.figure_spec(config, "scan")
    study = json.loads(specs.study_summary_spec(config, "xxz"))
    assert json.loads(describe_study(study)["options"]) == {"anisotropy": 0.5, "field": 0.1}
