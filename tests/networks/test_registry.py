import jax
import jax.numpy as jnp
import pytest

from sparse_nqs.hamiltonians import Lattice
from sparse_nqs.members.loading import names
from sparse_nqs.members.networks import cnn
from sparse_nqs.networks import build_network

OPTIONS = {
    "ffnn": {"alpha": 2, "init_std": 0.1},
    "cnn": {"features": 2},
    "res_cnn": {"features": 2, "blocks": 1},
}


# A module of the user's own is described in test_flax.py.
@pytest.mark.parametrize("kind", [kind for kind in names("networks") if kind != "flax"])
def test_a_network_describes_its_own_parameters(kind):
    network = build_network({"kind": kind, **OPTIONS[kind]}, Lattice(3, 2))
    params = network.init(jax.random.key(0))
    assert network.kind == kind
    assert {name: value.shape for name, value in params.items()} == network.shapes
    assert set(network.prunable) <= set(network.shapes)
    assert all(value.dtype == "float64" for value in params.values())


@pytest.mark.parametrize("kind", ["rbm", "protocol", "../ffnn", ""])
def test_an_unknown_network_is_refused(kind):
    with pytest.raises(ValueError, match=r"unknown network .*; allowed are cnn, ffnn, flax, res_cnn"):
        build_network({"kind": kind}, Lattice(6, 1))


# Of the version before networks had options, with key 7: the first weight and log psi of all spins up.
BEFORE = {
    "ffnn": ("kernel", 0.10114813355590867, 7.257009397134638),
    "cnn": ("conv/kernel", 0.21135291842115705, -2.4138194142292173),
    "res_cnn": ("block_0/conv1/kernel", 0.046551664519550257, 17.9998651150376),
}


@pytest.mark.parametrize("kind", BEFORE)
def test_default_networks_start_as_they_always_have(kind):
    network = build_network({"kind": kind, **OPTIONS[kind]}, Lattice(4, 5))
    params = network.init(jax.random.key(7))
    tensor, weight, log_psi = BEFORE[kind]
    assert float(params[tensor].ravel()[0]) == pytest.approx(weight, rel=1e-13)
    if kind == "res_cnn":
        # With the scales that it starts with the sum over channels is zero.
        params |= {"norm/scale": jnp.asarray([1.0, 2.0])}
    assert float(network.log_psi(params, jnp.ones((1, 20)))[0]) == pytest.approx(log_psi, rel=1e-12)


def test_what_is_built_has_the_tensors_that_the_check_of_a_config_goes_by(monkeypatch):
    monkeypatch.setattr(cnn, "tensors", lambda network, place: {"conv/kernel": (5, 5, 1, 2)})
    with pytest.raises(ValueError, match="tensors are"):
        build_network({"kind": "cnn", "features": 2}, Lattice(3, 2))
