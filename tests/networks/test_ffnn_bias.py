"""The FFNN with biases: its flip path against the definition, in NumPy and by automatic differentiation."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from cases import mask_of

from sparse_nqs.hamiltonians import Lattice
from sparse_nqs.networks import build_network, ffnn
from sparse_nqs.networks.contract import Walkers
from sparse_nqs.networks.generic import generic_path
from sparse_nqs.networks.sign_bits import packed

N_SITES, N_CONFIGURATIONS = 12, 40
OPTIONS = {"kind": "ffnn", "alpha": 1.5, "init_std": 0.4, "bias": True}
NETWORK = build_network(OPTIONS, Lattice(N_SITES, 1))
PATH = NETWORK.flip_path
SHAPE = NETWORK.shapes["kernel"]

MASKS = ("full", "half", "dead_units")

build_cache, propose, accept = map(jax.jit, (PATH.flips.build_cache, PATH.flips.propose, PATH.flips.accept))
jacobian = jax.jit(jax.jacrev(NETWORK.log_psi))


class State:
    """A masked network with random weights and biases on random configurations."""

    def __init__(self, kind):
        generator = np.random.default_rng(0)
        self.mask = mask_of(kind, SHAPE)
        self.masks = {"kernel": self.mask}
        self.kernel = np.where(self.mask, generator.normal(size=SHAPE), 0.0)
        self.bias = generator.normal(size=SHAPE[1])
        self.params = {"kernel": jnp.asarray(self.kernel), "bias": jnp.asarray(self.bias)}
        self.structure = PATH.masking.build_structure(self.masks)
        # What stands at pruned places must not matter.
        littered = {**self.params, "kernel": np.where(self.mask, self.kernel, 7.0)}
        self.theta = PATH.masking.compress(littered, self.structure)
        self.sigma = generator.choice([-1.0, 1.0], size=(N_CONFIGURATIONS, N_SITES))
        self.spins = jnp.asarray(self.sigma.T)
        self.weights = PATH.masking.weights(self.theta, self.structure, jnp.float64)
        self.cache = build_cache(self.weights, self.structure, self.spins)
        self.walkers = Walkers(self.weights, self.structure, self.cache, self.spins)
        self.generator = generator

    def log_psi(self, sigma):
        """The definition."""
        return np.maximum(sigma @ self.kernel + self.bias, 0.0).sum(axis=-1)

    def derivatives(self):
        """By automatic differentiation, as the flip path orders them: the surviving weights, then the biases."""
        found = jacobian(self.params, jnp.asarray(self.sigma))
        return np.concatenate([np.asarray(found["kernel"])[:, self.mask], found["bias"]], axis=1).T


@pytest.mark.parametrize("kind", MASKS)
def test_log_psi_is_the_definition(kind):
    state = State(kind)
    expected = state.log_psi(state.sigma)
    np.testing.assert_allclose(NETWORK.log_psi(state.params, jnp.asarray(state.sigma)), expected, rtol=1e-12)
    np.testing.assert_allclose(PATH.flips.log_psi(state.cache), expected, rtol=1e-12)
    with jax.numpy_rank_promotion("allow"):
        module = NETWORK.flax_module()
        value = module.apply({"params": NETWORK.to_flax(state.params)}, jnp.asarray(state.sigma))
    np.testing.assert_allclose(value, expected, rtol=1e-12)


@pytest.mark.parametrize("small", [4096, 0], ids=["one by one", "gathered"])
@pytest.mark.parametrize("kind", MASKS)
def test_proposals_are_the_change_under_a_flip(kind, small, monkeypatch):
    monkeypatch.setattr(ffnn, "_SMALL", small)
    state = State(kind)
    for width in (1, 4, 9, N_SITES):
        sites = np.sort(state.generator.choice(N_SITES, size=width, replace=False))
        flipped = state.sigma.copy()
        flipped[:, sites] *= -1
        (rows,) = PATH.flips.schedule(state.structure, sites[None], True)
        change, proposal = propose(state.walkers, jax.tree.map(lambda part: part[0], rows))
        expected = state.log_psi(flipped) - state.log_psi(state.sigma)
        np.testing.assert_allclose(change[0], expected, atol=1e-12, err_msg=f"{width} sites")
        accepted = state.generator.random(N_CONFIGURATIONS) < 0.5
        mixed = np.where(accepted[:, None], flipped, state.sigma)
        cache = accept(state.cache, proposal, jnp.asarray(accepted)[None])
        np.testing.assert_allclose(PATH.flips.log_psi(cache), state.log_psi(mixed), atol=1e-12)


@pytest.mark.parametrize("kind", MASKS)
def test_derivatives_are_those_of_automatic_differentiation(kind):
    state = State(kind)
    rows, expected = np.asarray(PATH.derivatives.log_derivatives(state.walkers)), state.derivatives()
    count = state.mask.sum() + SHAPE[1]
    assert rows.shape == (PATH.masking.n_active(state.structure), N_CONFIGURATIONS) and len(rows) >= count
    np.testing.assert_array_equal(rows[:count], expected)
    np.testing.assert_array_equal(rows[count:], 0.0)
    bits = PATH.derivatives.sign_bits(state.walkers)
    np.testing.assert_array_equal(bits.nonzero, packed(jnp.asarray(rows != 0)))
    np.testing.assert_array_equal(bits.negative, packed(jnp.asarray(rows < 0)))
    x = state.generator.normal(size=N_CONFIGURATIONS)
    np.testing.assert_allclose(
        PATH.derivatives.pullback(state.walkers, jnp.asarray(x))[:count], expected @ x, atol=1e-12
    )
    found = PATH.derivatives.sample_gram.product(state.walkers, jnp.asarray(x))
    np.testing.assert_allclose(found, expected.T @ (expected @ x), atol=1e-11)


@pytest.mark.parametrize("weighted", [False, True])
def test_the_unpruned_gram_matrix_is_the_covariance_of_the_derivatives(weighted):
    state = State("full")
    importance = state.generator.random(N_CONFIGURATIONS) + 0.5 if weighted else np.ones(N_CONFIGURATIONS)
    importance /= importance.mean()
    rows = state.derivatives()
    centred = (rows - (rows @ importance)[:, None] / N_CONFIGURATIONS) * np.sqrt(importance)
    expected = np.triu(centred.T @ centred / N_CONFIGURATIONS)
    found = PATH.derivatives.sample_gram.unpruned(
        state.walkers, jnp.asarray(importance) if weighted else None
    )
    np.testing.assert_allclose(np.triu(found), expected, atol=1e-13)


@pytest.mark.parametrize("kind", MASKS)
def test_steps_move_surviving_weights_and_all_biases_as_on_the_generic_path(kind):
    state = State(kind)
    back = PATH.masking.expand(state.theta, state.structure, state.masks)
    np.testing.assert_array_equal(back["kernel"], state.kernel)
    np.testing.assert_array_equal(back["bias"], state.bias)

    count = state.mask.sum() + SHAPE[1]
    update = state.generator.normal(size=PATH.masking.n_active(state.structure))
    stepped = PATH.masking.expand(
        PATH.masking.step(state.theta, state.structure, update), state.structure, state.masks
    )
    generic = generic_path(NETWORK.log_psi, NETWORK.log_psi, tuple(NETWORK.shapes.items()))
    structure = generic.masking.build_structure(state.masks)
    # There biases stand first, as in the alphabet.
    moved = np.zeros(generic.masking.n_active(structure))
    moved[:count] = np.roll(update[:count], SHAPE[1])
    theta = generic.masking.step(
        generic.masking.compress(state.params, structure), structure, jnp.asarray(moved)
    )
    for name, value in generic.masking.expand(theta, structure, state.masks).items():
        np.testing.assert_allclose(stepped[name], value, rtol=1e-14)
    assert (np.asarray(stepped["kernel"])[~state.mask] == 0.0).all()
