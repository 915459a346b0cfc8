import jax
import numpy as np
import pytest
from marks import slow

from sparse_nqs.hamiltonians import Lattice
from sparse_nqs.networks import build_network

# A tensor of each network with some thousand entries, and its number of inputs a unit.
NETWORKS = {
    "ffnn": ({"alpha": 8, "init_std": 0.01}, "kernel", 36),
    "cnn": ({"features": 300, "kernel_size": 5}, "conv/kernel", 25),
    "res_cnn": ({"features": 20, "blocks": 1}, "block_0/conv2/kernel", 180),
}


@pytest.mark.parametrize("init", ["normal", slow("he_normal"), slow("lecun_normal"), None])
@pytest.mark.parametrize("kind", NETWORKS)
def test_initial_weights_have_the_distribution_that_is_asked_for(kind, init):
    options, name, inputs = NETWORKS[kind]
    asked = {} if init is None else {"init": init, "bias": True}
    if init == "normal":
        asked["init_std"] = 0.3
    network = build_network({"kind": kind, **options, **asked}, Lattice(6, 6))
    params = network.init(jax.random.key(2))
    weights = np.asarray(params[name]).ravel()
    if init is None:
        init = "normal" if kind == "ffnn" else "he_normal"
    std = (
        asked.get("init_std", 0.01)
        if init == "normal"
        else ({"he_normal": 2.0}.get(init, 1.0) / inputs) ** 0.5
    )
    assert weights.std() == pytest.approx(std, rel=0.05)
    assert abs(weights.mean()) < 5 * std / weights.size**0.5
    # A normal distribution that ends at two of its standard deviations has 0.8796 of that deviation.
    end = 2 * std / 0.87962566
    beyond = np.abs(weights).max() > end
    assert beyond == (init == "normal")
    assert np.abs(weights).max() > 0.98 * end
    for bias in set(params) - set(network.prunable):
        expected = 1.0 if bias.endswith("scale") else 0.0
        np.testing.assert_array_equal(params[bias], expected)


def test_another_name_is_refused():
    with pytest.raises(
        ValueError, match="unknown init 'uniform'; allowed are normal, he_normal, lecun_normal"
    ):
        build_network({"kind": "ffnn", "alpha": 1, "init_std": 0.1, "init": "uniform"}, Lattice(3, 3))
