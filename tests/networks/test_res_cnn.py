import jax
import jax.numpy as jnp
import numpy as np
import pytest
from flax import linen as nn
from marks import slow

from sparse_nqs.hamiltonians import Lattice
from sparse_nqs.networks import build_network
from sparse_nqs.networks.res_cnn import LiveLayerNorm

from .test_cnn import gelu
from .test_convolution import by_loops


def live_layer_norm(x, scale, bias, filled=None):
    """Row by row: mean and variance of the entries that are not zero (in `filled`), applied to all of them."""
    result = np.empty_like(x)
    filled = x if filled is None else filled
    for index in np.ndindex(x.shape[:-1]):
        row = x[index]
        live = row[filled[index] != 0.0]
        mean, variance = (live.mean(), live.var()) if live.size else (0.0, 0.0)
        result[index] = (row - mean) / np.sqrt(variance + 1e-6) * scale + bias
    return result


def normalise(x, scale, bias):
    variables = {"params": {"scale": jnp.asarray(scale), "bias": jnp.asarray(bias)}}
    return np.asarray(LiveLayerNorm().apply(variables, jnp.asarray(x)))


@pytest.fixture
def generator():
    return np.random.default_rng(2)


@pytest.mark.parametrize("dead", [(), (1,), (0, 2, 5), (0, 1, 2, 3, 4), tuple(range(6))])
def test_layer_norm_leaves_dead_channels_out_of_its_statistics(generator, dead):
    x, scale, bias = generator.normal(size=(5, 3, 6)), generator.normal(size=6), generator.normal(size=6)
    x[..., list(dead)] = 0.0
    found = normalise(x, scale, bias)
    np.testing.assert_allclose(found, live_layer_norm(x, scale, bias), rtol=1e-10, atol=1e-12)
    live = [channel for channel in range(6) if channel not in dead]
    alone = normalise(x[..., live], scale[live], bias[live])
    np.testing.assert_allclose(found[..., live], alone, rtol=1e-10, atol=1e-12)


def test_layer_norm_is_flaxs_when_no_channel_is_zero(generator):
    x, scale, bias = generator.normal(size=(5, 3, 6)), generator.normal(size=6), generator.normal(size=6)
    variables = {"params": {"scale": jnp.asarray(scale), "bias": jnp.asarray(bias)}}

    def plain(x):
        with jax.numpy_dtype_promotion("standard"):
            return nn.LayerNorm(param_dtype=jnp.float64, use_fast_variance=False).apply(
                variables, jnp.asarray(x)
            )

    np.testing.assert_allclose(normalise(x, scale, bias), plain(x), rtol=1e-10)
    x[..., 1] = 0.0
    assert np.abs(normalise(x, scale, bias) - plain(x)).max() > 0.01


def test_derivatives_are_finite_where_all_channels_are_dead():
    gradient = jax.grad(lambda x: LiveLayerNorm().init_with_output(jax.random.key(0), x)[0].sum())
    assert np.isfinite(gradient(jnp.zeros((2, 4)))).all()


OPTIONS = {
    "default": {},
    "as printed": {"norm_first": False, "init": "lecun_normal"},
    "biases": {"bias": True, "kernel_size": 1},
    "large periodic kernel": {"kernel_size": 5, "padding": "periodic"},
    "all": {"kernel_size": 5, "padding": "same", "bias": True, "norm_first": False},
}


def by_definition(network, options, lattice, params, sigma):
    """Log psi in NumPy."""
    padding = options.get("padding", "periodic" if lattice.periodic else "same")

    def conv(x, name):
        bias = params[f"{name}/bias"] if options.get("bias") else 0.0
        return by_loops(x, params[f"{name}/kernel"], padding) + bias

    def norm(x, name, filled=None):
        filled = np.ones_like(x) if options.get("bias") else x if filled is None else filled
        return live_layer_norm(x, params[f"{name}/scale"], params[f"{name}/bias"], filled)

    x = conv(sigma.reshape(len(sigma), *lattice.shape), "embedding")
    for block in ("block_0", "block_1"):
        if options.get("norm_first", True):
            y = gelu(norm(x, f"{block}/norm"))
        else:
            y = norm(gelu(x), f"{block}/norm", x)
        x = x + conv(gelu(conv(y, f"{block}/conv1")), f"{block}/conv2")
    return norm(x, "norm").sum(axis=(1, 2, 3))


@pytest.mark.parametrize("dead", [False, True])
@pytest.mark.parametrize(
    ("options", "lattice"),
    [
        ("default", Lattice(3, 2)),
        ("default", Lattice(2, 2, 2, periodic=True)),
        slow("default", Lattice(6, 5)),
        slow("as printed", Lattice(6, 5)),
        slow("biases", Lattice(2, 2, 2, periodic=True)),
        slow("large periodic kernel", Lattice(3, 4)),
        ("all", Lattice(3, 4, periodic=True)),
    ],
)
def test_log_psi_is_the_definition(lattice, dead, options, generator):
    options = OPTIONS[options]
    network = build_network({"kind": "res_cnn", "features": 3, "blocks": 2, **options}, lattice)
    # Pre-activations as large as those that a GELU leaves as exactly zero are among them.
    params = {name: 0.6 * generator.normal(size=shape) for name, shape in network.shapes.items()}
    params["embedding/kernel"] *= 8.0
    if dead:
        for name in ("embedding/kernel", "block_0/conv2/kernel"):
            params[name][..., 1] = 0.0
    sigma = generator.choice([-1.0, 1.0], size=(7, lattice.n_sites))
    expected = by_definition(network, options, lattice, params, sigma)
    assert set(params) - set(network.prunable) == {name for name in params if not name.endswith("/kernel")}
    params = {name: jnp.asarray(value) for name, value in params.items()}
    # Of sums of numbers of both signs.
    close = {"rtol": 1e-12, "atol": 1e-11}
    np.testing.assert_allclose(network.log_psi(params, jnp.asarray(sigma)), expected, **close)
    value = network.flax_module().apply({"params": network.to_flax(params)}, jnp.asarray(sigma))
    np.testing.assert_allclose(value, expected, **close)


def test_an_activation_that_is_exactly_zero_is_no_dead_channel(generator):
    """Statistics of a LayerNorm after the GELU are those of all channels that pruning has left."""
    lattice, options = Lattice(4, 4), {"norm_first": False}
    network = build_network({"kind": "res_cnn", "features": 3, "blocks": 2, **options}, lattice)
    params = {name: generator.normal(size=shape) for name, shape in network.shapes.items()}
    params["embedding/kernel"] *= 20.0
    sigma = generator.choice([-1.0, 1.0], size=(50, 16))
    x = by_loops(sigma.reshape(50, 4, 4, 1), params["embedding/kernel"], "same")
    assert ((gelu(x) == 0.0) & (x != 0.0)).any()
    expected = by_definition(network, options, lattice, params, sigma)
    params = {name: jnp.asarray(value) for name, value in params.items()}
    np.testing.assert_allclose(network.log_psi(params, jnp.asarray(sigma)), expected, rtol=1e-10, atol=1e-9)


def test_counts_are_the_papers():
    network = build_network({"kind": "res_cnn", "features": 16, "blocks": 4}, Lattice(10, 10))
    sizes = {name: int(np.prod(network.shapes[name])) for name in network.prunable}
    assert sum(sizes.values()) == 18576
    assert sum(size for name, size in sizes.items() if name.startswith("block_")) == 18432
    assert sizes["embedding/kernel"] == 144
    assert set(network.shapes) - set(network.prunable) == {
        f"{place}norm/{name}"
        for place in ("", *(f"block_{index}/" for index in range(4)))
        for name in ("scale", "bias")
    }
