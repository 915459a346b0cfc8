"""The examples of docs/adding-a-figure.md, as they stand there."""

import json

import numpy as np
import pytest
import yaml
from edited import EditedPackage
from figures import synthetic
from pages import code_blocks

PAGE = "adding-a-figure.md"


@pytest.fixture(scope="module")
def package(tmp_path_factory) -> EditedPackage:
    kind, column = code_blocks(PAGE, "python")
    package = EditedPackage(tmp_path_factory.mktemp("figure"))
    package.add("members/figures/variance_scan.py", kind)
    package.add("members/columns/hidden_units.py", column)
    return package


def test_it_draws_the_variances_of_the_table(package):
    program = """
import json
from figures import synthetic
from sparse_nqs.figures import caption, draw
tables = {"rounds": synthetic.rounds_table("small", rounds=8, isolated=())}
figure = {"studies": ["small"], "label": "study"}
drawn = draw("variance_scan", tables, figure, {})
drawn.draw_without_rendering()
(curve,) = (line for line in drawn.axes[0].lines if line.get_gid() == "curve")
print(json.dumps({"x": list(curve.get_xdata()), "y": list(curve.get_ydata())}))
print(caption("variance_scan", tables, figure))
"""
    printed = package.run(program)
    curve = json.loads(printed.splitlines()[0])
    rounds = synthetic.rounds_table("small", rounds=8, isolated=())
    logs = np.log(rounds["variance"] / 16).groupby(rounds["n_active"]).median()
    np.testing.assert_allclose(curve["x"], logs.index / 16)
    np.testing.assert_allclose(curve["y"], np.exp(logs))
    assert "``small``: transverse-field Ising model, 4 x 4" in printed


def test_a_config_may_ask_for_it(package):
    (text,) = code_blocks(PAGE, "yaml")
    study = {"system": {"model": "tfim", "extent": [4, 4]}, "network": {"kind": "ffnn", "alpha": 2}}
    config = {"studies": {"ising": study}, **yaml.safe_load(text)}
    program = (
        "import json; from sparse_nqs.reading import parse_config; from sparse_nqs.config.document import render\n"
        f"config = parse_config(json.loads({json.dumps(config)!r}))\n"
        "print(config.figures['variances'].kind); print('`variance_scan`' in render())"
    )
    assert package.run(program).split() == ["variance_scan", "True"]


def test_a_column_labels_curves_and_is_on_the_page(package):
    program = """
from figures import synthetic
from sparse_nqs.figures import draw
from sparse_nqs.members.columns import filled
from sparse_nqs.storage.document import render
rounds = synthetic.rounds_table("small", rounds=4, isolated=())
drawn = draw("variance_scan", {"rounds": rounds}, {"studies": ["small"], "label": "hidden_units"}, {})
print(drawn.legends[0].get_texts()[0].get_text())
print(filled("rounds", rounds)["hidden_units"].iloc[0] == rounds["alpha"].iloc[0] * 16)
print("`hidden_units` |  | alpha n_sites" in render())
"""
    alpha = synthetic.rounds_table("small", rounds=4, isolated=())["alpha"].iloc[0]
    assert package.run(program).splitlines() == [f"$H$ = {alpha * 16:g}", "True", "True"]


def test_a_config_may_be_labelled_by_a_column(package):
    study = {"system": {"model": "tfim", "extent": [4, 4]}, "network": {"kind": "ffnn", "alpha": 2}}
    figure = {"kind": "error_scan", "studies": ["ising"], "label": "hidden_units"}
    config = {"studies": {"ising": study}, "figures": {"widths": figure}}
    program = (
        "import json; from sparse_nqs.reading import parse_config\n"
        f"config = parse_config(json.loads({json.dumps(config)!r}))\n"
        "print(config.figures['widths'].label)"
    )
    assert package.run(program).split() == ["hidden_units"]
