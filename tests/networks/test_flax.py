"""Networks from outside the package, and the page that explains them."""

import sys

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import yaml
from flax import linen as nn
from pages import code_blocks

from sparse_nqs.errors import WorkError
from sparse_nqs.hamiltonians import Lattice, build_operator, compile_operator, lattice
from sparse_nqs.networks import MaskedNetwork, build_network
from sparse_nqs.reading import parse_config
from sparse_nqs.vmc import DeviceSystem, TrainingOptions, couplings, sampler_moves, train

PAGE = "adding-a-network.md"


@pytest.fixture
def my_networks(tmp_path, monkeypatch):
    """The page's module in the working folder, from where a job would import it."""
    (tmp_path / "my_networks.py").write_text(code_blocks(PAGE, "python")[0])
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    yield
    sys.modules.pop("my_networks", None)


@pytest.mark.slow
def test_the_page_is_true(my_networks, capsys):
    exec(code_blocks(PAGE, "python")[1], {})
    assert "'weights': (16, 32)" in capsys.readouterr().out
    study = parse_config(yaml.safe_load(code_blocks(PAGE, "yaml")[0])).studies["rbm_4x4"]
    assert study.protocol == "layerwise"
    description = study.network.model_dump(mode="json")
    assert build_network(description, Lattice(4, 4)).prunable == ("pairs", "weights")

    system = {"model": "tfim", "extent": [3, 2], "boundary": "open", "coupling": 1.0, "field": 2.0}
    table = compile_operator(build_operator(system))
    network = build_network(description, lattice(system))
    assert (network.kind, network.prunable) == ("flax", ("pairs", "weights"))
    assert network.shapes == {"bias": (1, 12), "pairs": (6, 6), "weights": (6, 12)}
    masks = {name: np.random.default_rng(0).random(network.shapes[name]) < 0.5 for name in network.prunable}
    trained, history, _ = train(
        MaskedNetwork(network, network.init(jax.random.key(0)), masks),
        DeviceSystem(couplings(table), sampler_moves({}, 6)),
        TrainingOptions(128, 128, 1, 10, 0.05, 0.01),
        steps=25,
        key=jax.random.key(1),
    )
    assert history.energy[-5:].mean() < history.energy[:5].mean() - 0.1
    for name, mask in masks.items():
        assert (np.asarray(trained[name])[~mask] == 0.0).all()
    assert (np.asarray(trained["bias"]) != 0.0).all()


class Linear(nn.Module):
    """What the tests below vary."""

    lattice: Lattice
    output: str = "sum"
    param_dtype: str = "float64"
    extra: object = None

    @nn.compact
    def __call__(self, sigma):
        hidden = nn.Dense(2, param_dtype=self.param_dtype, name="dense")(sigma)
        match self.output:
            case "sum":
                return jnp.tanh(hidden).sum(axis=-1)
            case "matrix":
                return hidden
            case "float32":
                return hidden.sum(axis=-1).astype(jnp.float32)
            case "complex":
                return hidden.sum(axis=-1).astype(jnp.complex128)
            case "pair":
                return hidden, hidden
            case "mismatch":
                return sigma @ hidden
            case "batch_norm":
                return nn.BatchNorm(use_running_average=True)(hidden).sum(axis=-1)


def constant(lattice):
    """A module without parameters."""

    class Constant(nn.Module):
        @nn.compact
        def __call__(self, sigma):
            return sigma.sum(axis=-1)

    return Constant()


def biases_alone(lattice):
    class Biases(nn.Module):
        @nn.compact
        def __call__(self, sigma):
            return sigma @ self.param("bias", nn.initializers.zeros, (lattice.n_sites,), jnp.float64)

    return Biases()


def no_module(lattice):
    return "text"


NUMBER = 3
HERE = __name__


def build(name="Linear", prunable=None, **options):
    description = {"kind": "flax", "module": f"{HERE}:{name}", "options": options, "prunable": prunable}
    return build_network(description, Lattice(3, 2))


def test_tensors_with_two_axes_are_prunable_by_default():
    network = build()
    assert network.shapes == {"dense/bias": (2,), "dense/kernel": (6, 2)}
    assert network.prunable == ("dense/kernel",)
    assert build().log_psi is network.log_psi  # compiled once


def test_prunable_tensors_can_be_named_by_patterns():
    assert build(prunable=["*/bias"]).prunable == ("dense/bias",)
    assert build(prunable=["dense/*"]).prunable == ("dense/bias", "dense/kernel")
    assert build("biases_alone", prunable=["bias"]).prunable == ("bias",)


def test_options_can_be_left_out_of_a_description():
    network = build_network({"kind": "flax", "module": f"{HERE}:Linear"}, Lattice(3, 2))
    assert network.prunable == ("dense/kernel",)


def test_parameters_are_kept_in_float64():
    # Flax's layers count on the usual promotion rules when precisions are mixed.
    with jax.numpy_dtype_promotion("standard"):
        network = build(param_dtype="float32")
        params = network.init(jax.random.key(0))
        assert all(value.dtype == jnp.float64 for value in params.values())
        assert network.log_psi(params, jnp.ones((3, 6))).dtype == jnp.float64


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: build("Missing"), f"the module {HERE} has no Missing"),
        (lambda: build("NUMBER"), "NUMBER is int; allowed is a function or a class"),
        (lambda: build("no_module"), "gives str; allowed is a Flax linen module"),
        (lambda: build(depth=3), "cannot be called with lattice and the options depth: .*'depth'"),
        (lambda: build(extra={1, 2}), "a field of the module cannot be hashed; allowed are numbers, text"),
        (lambda: build("constant"), "has no parameters"),
        (lambda: build("biases_alone"), "no tensor has two axes; `prunable` must name some of bias"),
        (lambda: build(prunable=["*/weights"]), "matches no tensor; allowed are patterns for dense/bias"),
        (lambda: build(param_dtype="complex128"), "parameter dense/bias is complex128; allowed are real"),
        (lambda: build(output="matrix"), r"returns float64\[2, 2\]; allowed is float64\[2\]"),
        (lambda: build(output="float32"), r"returns float32\[2\]"),
        (lambda: build(output="complex"), r"returns complex128\[2\]"),
        (lambda: build(output="pair"), "returns tuple"),
        (
            lambda: build(output="mismatch"),
            r"Linear: TypeError when applied to configurations of 6 spins: .* \(.*test_flax\.py, line \d+\)$",
        ),
        (lambda: build(output="batch_norm"), "has variables in batch_stats; allowed is params alone"),
        (
            lambda: build_network({"kind": "flax", "module": "no_such_package.x:Y"}, Lattice(3, 2)),
            "No module named 'no_such_package'; it must be in the working folder or on PYTHONPATH",
        ),
    ],
)
def test_what_is_no_network_is_refused_in_one_line(make, message):
    # Flax's layers count on the usual promotion rules when precisions are mixed.
    with jax.numpy_dtype_promotion("standard"), pytest.raises(WorkError, match=message) as caught:
        make()
    assert "\n" not in str(caught.value)
