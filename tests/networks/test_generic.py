"""The generic flip path against the FFNN's fast one, and against the definition for a residual network."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from cases import MASKS, mask_of

from sparse_nqs.hamiltonians import Lattice, build_operator, compile_operator, lattice
from sparse_nqs.networks import MaskedNetwork, build_network
from sparse_nqs.networks.contract import Walkers
from sparse_nqs.networks.generic import generic_path
from sparse_nqs.vmc import DeviceSystem, TrainingOptions, couplings, sampler_moves, train

N_SITES, N_CONFIGURATIONS = 10, 30
FFNN = build_network({"kind": "ffnn", "alpha": 1.5, "init_std": 0.4}, Lattice(N_SITES, 1))
SHAPE = FFNN.shapes["kernel"]
FAST = FFNN.flip_path
GENERIC = generic_path(FFNN.log_psi, FFNN.log_psi, tuple(FFNN.shapes.items()))
# Compiled once for each path and padded size.
FUNCTIONS = {
    "masking": ("step",),
    "flips": ("build_cache", "propose", "accept"),
    "derivatives": ("log_derivatives", "pullback"),
}
COMPILED = {
    path: {
        name: jax.jit(getattr(getattr(path, part), name)) for part in FUNCTIONS for name in FUNCTIONS[part]
    }
    for path in (FAST, GENERIC)
}


class Pair:
    """The same state of an FFNN on both paths: every call gives (fast, generic)."""

    def __init__(self, kind):
        generator = np.random.default_rng(4)
        self.masks = {"kernel": mask_of(kind, SHAPE)}
        self.params = {"kernel": jnp.asarray(generator.normal(size=SHAPE))}
        self.spins = jnp.asarray(generator.choice([-1.0, 1.0], size=(N_SITES, N_CONFIGURATIONS)))
        self.structures = [path.masking.build_structure(self.masks) for path in COMPILED]
        self.thetas = [
            path.masking.compress(self.params, structure)
            for path, structure in zip(COMPILED, self.structures, strict=True)
        ]
        # Of both paths the weights are theta itself in float64.
        self.walkers = [
            Walkers(theta, structure, functions["build_cache"](theta, structure, self.spins), self.spins)
            for theta, structure, functions in zip(
                self.thetas, self.structures, COMPILED.values(), strict=True
            )
        ]
        self.caches = [walkers.cache for walkers in self.walkers]
        self.generator = generator

    def call(self, name, *arguments):
        """A function of the walkers."""
        return [
            functions[name](walkers, *arguments)
            for walkers, functions in zip(self.walkers, COMPILED.values(), strict=True)
        ]

    def step(self, update):
        return [
            functions["step"](theta, structure, update)
            for theta, structure, functions in zip(
                self.thetas, self.structures, COMPILED.values(), strict=True
            )
        ]

    def propose(self, flips):
        """A row of one flip set, int (1, w)."""
        return [
            functions["propose"](
                self.walkers[index],
                jax.tree.map(
                    lambda rows: rows[0], path.flips.schedule(self.structures[index], flips, True)[0]
                ),
            )
            for index, (path, functions) in enumerate(COMPILED.items())
        ]


@pytest.mark.parametrize("kind", MASKS)
def test_log_psi_and_proposals_are_those_of_the_fast_path(kind):
    pair = Pair(kind)
    fast, generic = pair.caches
    np.testing.assert_allclose(GENERIC.flips.log_psi(generic), FAST.flips.log_psi(fast), atol=1e-12)
    accepted = jnp.asarray(pair.generator.random(N_CONFIGURATIONS) < 0.5)[None]
    for width in (1, 3, N_SITES):
        flips = np.sort(pair.generator.permutation(N_SITES)[:width])[None]
        (change, proposal), (generic_change, generic_proposal) = pair.propose(flips)
        assert generic_change.shape == (1, N_CONFIGURATIONS)
        np.testing.assert_allclose(generic_change, change, atol=1e-12)
        mixed = (
            FAST.flips.accept(fast, proposal, accepted),
            GENERIC.flips.accept(generic, generic_proposal, accepted),
        )
        np.testing.assert_allclose(GENERIC.flips.log_psi(mixed[1]), FAST.flips.log_psi(mixed[0]), atol=1e-12)


@pytest.mark.parametrize("kind", MASKS)
def test_derivatives_pullbacks_and_steps_are_those_of_the_fast_path(kind):
    pair = Pair(kind)
    assert GENERIC.masking.n_active(pair.structures[1]) == FAST.masking.n_active(pair.structures[0])
    fast, generic = pair.call("log_derivatives")
    np.testing.assert_array_equal(generic, fast)
    x = jnp.asarray(pair.generator.normal(size=N_CONFIGURATIONS))
    fast, generic = pair.call("pullback", x)
    np.testing.assert_allclose(generic, fast, atol=1e-12)
    # Padded entries of an update must not matter.
    update = jnp.asarray(pair.generator.normal(size=GENERIC.masking.n_active(pair.structures[1])))
    stepped = pair.step(update)
    fast, generic = (
        np.asarray(path.masking.expand(theta, structure, pair.masks)["kernel"])
        for path, theta, structure in zip(COMPILED, stepped, pair.structures, strict=True)
    )
    np.testing.assert_allclose(generic, fast, rtol=1e-14)
    assert (generic[~pair.masks["kernel"]] == 0.0).all()


@pytest.mark.parametrize("kind", MASKS)
def test_compress_and_expand_keep_surviving_weights_alone(kind):
    pair = Pair(kind)
    mask = pair.masks["kernel"]
    littered = {"kernel": jnp.where(mask, pair.params["kernel"], jnp.nan)}
    theta = GENERIC.masking.compress(littered, pair.structures[1])
    expected = np.where(mask, pair.params["kernel"], 0.0)
    np.testing.assert_array_equal(theta["kernel"], expected)
    np.testing.assert_array_equal(
        GENERIC.masking.expand(theta, pair.structures[1], pair.masks)["kernel"], expected
    )


def test_tensors_without_a_mask_are_trained_whole():
    network = build_network({"kind": "res_cnn", "features": 2, "blocks": 1}, Lattice(3, 2))
    generator = np.random.default_rng(5)
    masks = {name: generator.random(network.shapes[name]) < 0.5 for name in network.prunable}
    params = network.init(jax.random.key(0))
    masking = network.flip_path.masking
    structure = masking.build_structure(masks)
    trained = sum(
        int(masks[name].sum()) if name in masks else int(np.prod(shape))
        for name, shape in network.shapes.items()
    )
    assert int(structure.valid.sum()) == trained
    theta = masking.compress(params, structure)
    update = jnp.ones(masking.n_active(structure))
    stepped = masking.expand(masking.step(theta, structure, update), structure, masks)
    for name, value in stepped.items():
        change = np.asarray(value) - np.asarray(theta[name])
        np.testing.assert_allclose(change, masks.get(name, np.ones(change.shape)).astype(float), atol=1e-14)


@pytest.mark.slow
@pytest.mark.parametrize("shape", [Lattice(3, 2), Lattice(2, 2, 2, periodic=True)], ids=["open", "torus"])
def test_a_residual_network_is_differentiated_sample_by_sample(shape):
    network = build_network({"kind": "res_cnn", "features": 2, "blocks": 1}, shape)
    generator = np.random.default_rng(6)
    masks = {name: generator.random(network.shapes[name]) < 0.7 for name in network.prunable}
    params = {name: jnp.asarray(generator.normal(size=size)) for name, size in network.shapes.items()}
    path = network.flip_path
    structure = path.masking.build_structure(masks)
    theta = path.masking.compress(params, structure)
    sigma = jnp.asarray(generator.choice([-1.0, 1.0], size=(12, shape.n_sites)))
    walkers = path.flips.at(theta, structure, sigma.T)
    rows = np.asarray(jax.jit(path.derivatives.log_derivatives)(walkers))
    # Forward mode through the other way to compute a convolution.
    jacobian = jax.jit(jax.jacfwd(lambda params: network.log_psi(params, sigma)))(theta)
    expected = np.concatenate(
        [
            np.asarray(jacobian[name]).reshape(12, -1)[
                :, np.ravel(masks.get(name, np.ones(size, dtype=bool)))
            ]
            for name, size in sorted(network.shapes.items())
        ],
        axis=1,
    )
    np.testing.assert_allclose(rows[: expected.shape[1]].T, expected, atol=1e-10)
    np.testing.assert_array_equal(rows[expected.shape[1] :], 0.0)
    x = jnp.asarray(generator.normal(size=12))
    np.testing.assert_allclose(path.derivatives.pullback(walkers, x), rows @ x, atol=1e-10)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["cnn", "res_cnn"])
def test_pruned_weights_stay_zero_and_the_energy_falls_in_training(kind):
    description = {"model": "tfim", "extent": [3, 2], "boundary": "open", "coupling": 1.0, "field": 2.0}
    table = compile_operator(build_operator(description))
    network = build_network({"kind": kind, "features": 3, "blocks": 1}, lattice(description))
    params = network.init(jax.random.key(1))
    generator = np.random.default_rng(7)
    masks = {name: generator.random(network.shapes[name]) < 0.5 for name in network.prunable}
    # Convolutions with a channel that has lost all its weights.
    for name, mask in masks.items():
        mask[..., 0] = "embedding" in name
    options = TrainingOptions(128, 128, 1, 10, 0.05, 0.01)
    state, system = (
        MaskedNetwork(network, params, masks),
        DeviceSystem(couplings(table), sampler_moves({}, 6)),
    )
    trained, history, _ = train(state, system, options, steps=75, key=jax.random.key(2))
    assert set(trained) == set(network.shapes)
    for name, value in trained.items():
        if name in masks:
            value = np.asarray(value)
            assert (value[~masks[name]] == 0.0).all() and not np.signbit(value[~masks[name]]).any()
            assert (value[masks[name]] != np.asarray(params[name])[masks[name]]).any()
    # A step's mean is uncertain by 0.25 at first.
    assert history.energy[-10:].mean() < history.energy[:10].mean() - 0.4
