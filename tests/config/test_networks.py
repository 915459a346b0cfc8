import json
import subprocess
import sys
from types import SimpleNamespace

import jax
import numpy as np
import pytest

from sparse_nqs.hamiltonians import lattice
from sparse_nqs.members.networks import cnn, ffnn, flax, res_cnn
from sparse_nqs.members.systems import tfim, toric_code
from sparse_nqs.messages import ConfigError
from sparse_nqs.networks import build_network
from sparse_nqs.planning import specs
from sparse_nqs.reading import parse_config

SOURCE = "from my_package import parts\n\n\ndef make(lattice):\n    return parts.VALUE\n"


def chain(n_sites):
    return tfim.Options(model="tfim", extent=(n_sites, 1))


@pytest.mark.parametrize(
    ("alpha", "n_sites", "units"),
    [(2, 16, 32), (2.5, 16, 40), (0.5, 18, 9), (0.1, 30, 3), (1 / 3, 9, 3), (0.7, 10, 7)],
)
def test_tensors_of_the_ffnn(alpha, n_sites, units):
    network = ffnn.Options(kind="ffnn", alpha=alpha)
    assert ffnn.hidden_units(alpha, n_sites) == units
    assert network.tensors(chain(n_sites)) == {"kernel": (n_sites, units)}
    assert network.prunable_tensors(chain(n_sites)) == network.tensors(chain(n_sites))


@pytest.mark.parametrize(("alpha", "n_sites"), [(2.5, 9), (0.01, 16), (1.0001, 100), (2.9999999, 100)])
def test_there_are_no_fractions_of_hidden_units(alpha, n_sites):
    with pytest.raises(ValueError, match="whole number of hidden units"):
        ffnn.Options(kind="ffnn", alpha=alpha).tensors(chain(n_sites))


@pytest.mark.parametrize(
    "network",
    [
        ffnn.Options(kind="ffnn", alpha=1.5),
        cnn.Options(kind="cnn"),
        res_cnn.Options(kind="res_cnn", features=2, blocks=3),
        res_cnn.Options(kind="res_cnn", features=2, blocks=12),
        ffnn.Options(kind="ffnn", alpha=2, bias=True, init="lecun_normal"),
        cnn.Options(kind="cnn", kernel_size=1, padding="valid", bias=True, init="normal", init_std=0.1),
        res_cnn.Options(kind="res_cnn", blocks=1, kernel_size=3, padding="same", bias=True, norm_first=False),
    ],
)
@pytest.mark.parametrize(
    "system", [tfim.Options(model="tfim", extent=(2, 3)), toric_code.Options(model="toric_code", length=2)]
)
def test_the_description_knows_the_networks_tensors(network, system):
    built = build_network(network.model_dump(mode="json"), lattice(system.model_dump(mode="json")))
    assert list(network.tensors(system).items()) == list(built.shapes.items())
    assert tuple(network.prunable_tensors(system)) == built.prunable
    assert all(name.endswith("kernel") for name in built.prunable)


@pytest.mark.parametrize(
    ("network", "fewest"),
    [
        (ffnn.Options(kind="ffnn", alpha=2), {"alpha", "init_std"}),
        (cnn.Options(kind="cnn"), {"features"}),
        (res_cnn.Options(kind="res_cnn", features=2, blocks=1), {"features", "blocks"}),
    ],
)
def test_what_a_description_leaves_out_is_the_default_of_the_code(network, fewest):
    of_all, of_few = (
        build_network(
            network.model_dump(mode="json", include=keys), lattice(chain(6).model_dump(mode="json"))
        )
        for keys in (None, {"kind", *fewest})
    )
    # Networks that are the same share their programs.
    assert of_all.log_psi is of_few.log_psi and of_all.flip_path is of_few.flip_path
    first, second = (built.init(jax.random.key(0)) for built in (of_all, of_few))
    for name in of_all.shapes:
        np.testing.assert_array_equal(first[name], second[name])


@pytest.mark.parametrize(
    ("network", "message"),
    [
        ({"kind": "cnn", "kernel_size": 4}, r"network\.kernel_size: 4 is not allowed: must be odd"),
        (
            {"kind": "cnn", "kernel_size": 5, "padding": "valid"},
            r"network\.kernel_size: 5 is not allowed: must be at most 4 with padding valid on 4 x 6 cells",
        ),
        (
            {"kind": "res_cnn", "kernel_size": 13},
            r"network\.kernel_size: .* must be at most 11 with padding boundary",
        ),
        ({"kind": "res_cnn", "padding": "valid"}, r"network\.padding: 'valid' is not allowed: .*same"),
        (
            {"kind": "ffnn", "alpha": 1, "init": "he_normal", "init_std": 0.1},
            r"network\.init_std: 0.1 is not allowed: must be left out unless init is normal, and it is he_normal",
        ),
        ({"kind": "cnn", "init_std": 0.1}, r"network\.init_std: 0.1 is not allowed: must be left out unless"),
    ],
)
def test_options_that_fit_nothing_are_refused(network, message):
    study = {"system": {"model": "tfim", "extent": [4, 6]}, "network": network}
    with pytest.raises(ConfigError, match=message) as caught:
        parse_config({"studies": {"mine": study}})
    assert len(caught.value.lines) == 1


def test_counts_are_the_papers():
    system = tfim.Options(model="tfim", extent=(10, 10))
    defaults = cnn.Options(kind="cnn"), res_cnn.Options(kind="res_cnn")
    counts = [
        sum(int(np.prod(shape)) for shape in network.prunable_tensors(system).values())
        for network in defaults
    ]
    assert counts == [36, 18576]


@pytest.fixture
def my_package(tmp_path, monkeypatch):
    """A package of the user's in the working folder."""
    folder = tmp_path / "my_package"
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    (folder / "nets.py").write_text(SOURCE)
    (folder / "parts.py").write_text("VALUE = 1\n")
    (folder / "other.py").write_text("VALUE = 1\n")
    monkeypatch.chdir(tmp_path)
    return folder


def with_module(**network):
    """One study, with a network of the user's own."""
    network = {"kind": "flax", "module": "my_package.nets:make", **network}
    return {"studies": {"mine": {"system": {"model": "tfim", "extent": [4, 4]}, "network": network}}}


def test_a_module_of_the_users_own(my_package):
    data = with_module(options={"depth": 2, "widths": [1, 2]}, prunable=["*/kernel"])
    study = parse_config(data).studies["mine"]
    assert study.network.model_dump(mode="json") == {
        "kind": "flax",
        "module": "my_package.nets:make",
        "options": {"depth": 2, "widths": [1, 2]},
        "files": [],
        "prunable": ["*/kernel"],
    }
    assert study.network.tensors(study.system) is None and study.protocol == "layerwise"
    assert "my_package" not in sys.modules


@pytest.mark.parametrize(
    ("network", "message"),
    [
        (
            {"module": "my_package.nothing:make"},
            r"network\.module: .* there is no Python file of my_package.nothing",
        ),
        (
            {"module": "no_such_package:make"},
            r"network\.module: .* there is no Python file of no_such_package",
        ),
        (
            {"module": "my_package.nets"},
            r"network\.module: .* or an entry point of the group sparse_nqs.networks",
        ),
        ({"module": "a b:c"}, r"network\.module: 'a b:c' is not allowed: must be a dotted path"),
        ({"options": {"lattice": 1}}, r"network\.options: .* must not hold lattice"),
        ({"prunable": [""]}, r"network\.prunable\[0\]: '' is not allowed"),
        ({"depth": 1}, r"network\.depth: unknown key; allowed are kind, module, options, files, prunable"),
    ],
)
def test_a_module_that_cannot_be_found_is_refused(my_package, network, message):
    with pytest.raises(ConfigError, match=message) as caught:
        parse_config(with_module(**network))
    assert len(caught.value.lines) == 1


def test_a_module_may_be_named_by_an_entry_point(my_package, monkeypatch):
    entries = [SimpleNamespace(name="mine", value="my_package.nets:make")]
    monkeypatch.setattr("sparse_nqs.members.networks.flax.entry_points", lambda group: entries)
    assert flax.Options(kind="flax", module="mine").module == "my_package.nets:make"
    with pytest.raises(ConfigError, match=r"\(mine\) \(closest: mine\)"):
        parse_config(with_module(module="mime"))


def test_an_edit_of_the_users_code_changes_the_specs_of_its_trainings(my_package):
    data = with_module()

    def spec():
        study = parse_config(data).studies["mine"]
        return json.loads(specs.dense_spec(study, 0)), specs.problem_spec(study)

    before = spec()
    (my_package / "other.py").write_text("VALUE = 2\n")
    assert spec() == before
    (my_package / "parts.py").write_text("VALUE = 2\n")
    (training, mistake), (old_training, old_mistake) = spec(), before
    assert mistake == old_mistake
    # The initialisation, which comes before, is by the same code.
    assert {key for key in training if training[key] != old_training[key]} == {"network_code", "after"}


def test_a_study_with_a_users_module_is_checked_without_loading_numerics(my_package):
    code = (
        "import sys\n"
        "from sparse_nqs.members.networks import flax\n"
        "flax.Options(kind='flax', module='my_package.nets:make')\n"
        "sys.exit(bool({'jax', 'flax', 'numpy', 'my_package'} & set(sys.modules)))"
    )
    root = str(specs.spec.PACKAGE.parent)
    environment = {"PYTHONPATH": root, "PATH": ""}
    assert subprocess.run([sys.executable, "-c", code], check=False, env=environment).returncode == 0
