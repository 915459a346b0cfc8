import jax
import pytest

from sparse_nqs.hamiltonians import Lattice
from sparse_nqs.networks import build_network
from sparse_nqs.networks.registry import KINDS, module_name


# A module of the user's own is described in test_flax.py.
@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "flax"])
def test_a_network_describes_its_own_parameters(kind):
    options = {
        "ffnn": {"alpha": 2, "init_std": 0.1},
        "cnn": {"features": 2},
        "res_cnn": {"features": 2, "blocks": 1},
    }[kind]
    network = build_network({"kind": kind, **options}, Lattice(3, 2))
    params = network.init(jax.random.key(0))
    assert network.kind == kind
    assert {name: value.shape for name, value in params.items()} == network.shapes
    assert set(network.prunable) <= set(network.shapes)
    assert all(value.dtype == "float64" for value in params.values())


def test_module_names_follow_the_kind():
    assert module_name("ffnn") == "sparse_nqs.networks.ffnn"


@pytest.mark.parametrize("kind", ["rbm", "protocol", "../ffnn", ""])
def test_an_unknown_network_is_refused(kind):
    with pytest.raises(ValueError, match=r"unknown network .*; allowed are ffnn"):
        build_network({"kind": kind}, Lattice(6, 1))
