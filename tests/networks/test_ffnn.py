import jax
import jax.numpy as jnp
import numpy as np
import pytest
from cases import MASKS, mask_of

from sparse_nqs.hamiltonians import Lattice
from sparse_nqs.networks import build_network, ffnn
from sparse_nqs.networks.contract import Walkers
from sparse_nqs.networks.sign_bits import packed

N_SITES, N_CONFIGURATIONS = 12, 40
NETWORK = build_network({"kind": "ffnn", "alpha": 1.5, "init_std": 0.4}, Lattice(N_SITES, 1))
PATH = NETWORK.flip_path
SHAPE = NETWORK.shapes["kernel"]

log_psi = jax.jit(NETWORK.log_psi)
build_cache, propose, accept, step = map(
    jax.jit, (PATH.flips.build_cache, PATH.flips.propose, PATH.flips.accept, PATH.masking.step)
)
DERIVATIVES, GRAM = PATH.derivatives, PATH.derivatives.sample_gram
log_derivatives, pullback, sign_bits = map(
    jax.jit, (DERIVATIVES.log_derivatives, DERIVATIVES.pullback, DERIVATIVES.sign_bits)
)
unpruned, product = map(jax.jit, (GRAM.unpruned, GRAM.product))
jacobian = jax.jit(jax.jacrev(lambda kernel, sigma: NETWORK.log_psi({"kernel": kernel}, sigma)))


class State:
    """A masked network with random weights on random configurations."""

    def __init__(self, kind, seed=0):
        generator = np.random.default_rng(seed)
        self.mask = mask_of(kind, SHAPE, seed)
        self.masks = {"kernel": self.mask}
        self.params = {"kernel": jnp.asarray(np.where(self.mask, generator.normal(size=SHAPE), 0.0))}
        self.structure = PATH.masking.build_structure(self.masks)
        self.theta = PATH.masking.compress(self.params, self.structure)
        self.sigma = generator.choice([-1.0, 1.0], size=(N_CONFIGURATIONS, N_SITES))
        self.spins = jnp.asarray(self.sigma.T)
        self.weights = PATH.masking.weights(self.theta, self.structure, jnp.float64)
        self.cache = build_cache(self.weights, self.structure, self.spins)
        self.walkers = Walkers(self.weights, self.structure, self.cache, self.spins)
        self.generator = generator

    def log_psi(self, sigma):
        """The definition, in NumPy."""
        return np.maximum(sigma @ np.asarray(self.params["kernel"]), 0.0).sum(axis=-1)

    def derivatives(self):
        """d log psi / d weight by automatic differentiation, (C, N, H)."""
        return np.asarray(jacobian(self.params["kernel"], jnp.asarray(self.sigma)))


@pytest.mark.parametrize("kind", MASKS)
def test_log_psi_is_the_definition(kind):
    state = State(kind)
    expected = state.log_psi(state.sigma)
    np.testing.assert_allclose(log_psi(state.params, jnp.asarray(state.sigma)), expected, rtol=1e-13)
    np.testing.assert_allclose(PATH.flips.log_psi(state.cache), expected, rtol=1e-13, atol=1e-13)


def test_the_flax_module_is_the_same_function():
    state = State("half")
    value = NETWORK.flax_module().apply({"params": NETWORK.to_flax(state.params)}, jnp.asarray(state.sigma))
    np.testing.assert_allclose(value, state.log_psi(state.sigma), rtol=1e-13)


@pytest.mark.parametrize("small", [4096, 0], ids=["one by one", "gathered"])
@pytest.mark.parametrize("kind", MASKS)
def test_proposals_are_the_change_under_a_flip(kind, small, monkeypatch):
    monkeypatch.setattr(ffnn, "_SMALL", small)
    state = State(kind)
    for width in (1, 2, 4, 8, 9, N_SITES - 1, N_SITES):
        sites = np.sort(state.generator.choice(N_SITES, size=width, replace=False))
        flipped = state.sigma.copy()
        flipped[:, sites] *= -1
        (rows,) = PATH.flips.schedule(state.structure, sites[None], True)
        change, proposal = propose(state.walkers, jax.tree.map(lambda part: part[0], rows))
        assert change.shape == (1, N_CONFIGURATIONS)
        np.testing.assert_allclose(
            change[0],
            state.log_psi(flipped) - state.log_psi(state.sigma),
            atol=1e-12,
            err_msg=f"{width} sites",
        )
        accepted = state.generator.random(N_CONFIGURATIONS) < 0.5
        mixed = np.where(accepted[:, None], flipped, state.sigma)
        cache = accept(state.cache, proposal, jnp.asarray(accepted)[None])
        fresh = build_cache(state.weights, state.structure, jnp.asarray(mixed.T))
        np.testing.assert_allclose(cache.z, fresh.z, atol=1e-12)
        np.testing.assert_allclose(PATH.flips.log_psi(cache), state.log_psi(mixed), atol=1e-12)


@pytest.mark.parametrize("kind", MASKS)
def test_log_derivatives_are_the_gradient_at_the_surviving_weights(kind):
    state = State(kind)
    rows = np.asarray(log_derivatives(state.walkers))
    count = state.mask.sum()
    assert rows.shape == (PATH.masking.n_active(state.structure), N_CONFIGURATIONS)
    np.testing.assert_array_equal(rows[:count], state.derivatives()[:, state.mask].T)
    np.testing.assert_array_equal(rows[count:], 0.0)


@pytest.mark.parametrize("kind", MASKS)
def test_sign_bits_are_the_derivatives(kind):
    state = State(kind)
    rows = np.asarray(log_derivatives(state.walkers))
    assert rows.dtype == np.float32
    found = sign_bits(state.walkers)
    np.testing.assert_array_equal(found.nonzero, packed(jnp.asarray(rows != 0)))
    np.testing.assert_array_equal(found.negative, packed(jnp.asarray(rows < 0)))


def test_derivatives_where_a_unit_is_exactly_at_its_kink():
    state = State("full")
    state.params = {"kernel": jnp.asarray(state.generator.choice([-0.5, 0.0, 0.5], size=SHAPE))}
    theta = PATH.masking.compress(state.params, state.structure)
    cache = build_cache(theta, state.structure, state.spins)
    live = np.asarray(cache.z)[:, : SHAPE[1]]
    assert (live == 0.0).any()
    rows = np.asarray(log_derivatives(Walkers(theta, state.structure, cache, state.spins)))
    np.testing.assert_array_equal(rows[: state.mask.sum()], state.derivatives()[:, state.mask].T)


@pytest.mark.parametrize("kind", MASKS)
def test_the_unpruned_gram_matrix_is_the_covariance_of_the_derivatives_by_all_weights_of_live_units(kind):
    state = State(kind)
    live = state.derivatives()[:, :, state.mask.any(axis=0)].reshape(N_CONFIGURATIONS, -1)
    live = live - live.mean(axis=0)
    share = state.mask.sum() / max(live.shape[1], 1)
    expected = np.triu(share * live @ live.T / N_CONFIGURATIONS)
    np.testing.assert_allclose(np.triu(unpruned(state.walkers, None)), expected, atol=1e-13)
    assert PATH.derivatives.sample_gram.n_unpruned(state.structure) == state.structure.mask.size


@pytest.mark.parametrize("kind", MASKS)
def test_the_gram_matrix_product_is_that_of_the_derivatives_of_surviving_weights(kind):
    state = State(kind)
    rows = state.derivatives()[:, state.mask].T
    x = state.generator.normal(size=N_CONFIGURATIONS)
    np.testing.assert_allclose(product(state.walkers, jnp.asarray(x)), rows.T @ (rows @ x), atol=1e-11)


def test_a_large_sparse_network_proposes_several_flips_at_a_time():
    """Above the size at which rows are worth their programs."""
    network = build_network({"kind": "ffnn", "alpha": 60, "init_std": 0.4}, Lattice(N_SITES, 1))
    mask = mask_of("sparse", network.shapes["kernel"])
    structure = PATH.masking.build_structure({"kernel": mask})
    for together in (False, True):
        (rows,) = PATH.flips.schedule(structure, np.arange(N_SITES)[:, None], together)
        assert rows.details


@pytest.mark.parametrize("kind", MASKS)
def test_pullback_is_the_product_with_the_derivatives(kind):
    state = State(kind)
    x = jnp.asarray(state.generator.normal(size=N_CONFIGURATIONS))
    expected = np.asarray(log_derivatives(state.walkers)).astype(float) @ np.asarray(x)
    np.testing.assert_allclose(pullback(state.walkers, x), expected, atol=1e-12)


def test_pullback_where_so_few_weights_are_left_that_they_are_gathered():
    shape, generator = (64, 200), np.random.default_rng(8)
    mask = np.zeros(shape, dtype=bool)
    mask[generator.integers(shape[0], size=shape[1]), np.arange(shape[1])] = True
    structure = PATH.masking.build_structure({"kernel": mask})
    assert PATH.masking.n_active(structure) * ffnn._FEW < mask.size
    weights = jnp.asarray(np.where(mask, generator.normal(size=shape), 0.0))
    spins = jnp.asarray(generator.choice([-1.0, 1.0], size=(shape[0], N_CONFIGURATIONS)))
    x = jnp.asarray(generator.normal(size=N_CONFIGURATIONS))
    found = pullback(PATH.flips.at(weights, structure, spins), x)
    gradient = jax.grad(lambda kernel: x @ ffnn.log_psi({"kernel": kernel}, spins.T))(weights)
    np.testing.assert_allclose(found[: mask.sum()], np.asarray(gradient)[mask], atol=1e-12)
    np.testing.assert_array_equal(found[mask.sum() :], 0.0)


@pytest.mark.parametrize("kind", MASKS)
def test_compress_and_expand_are_inverse_on_surviving_weights(kind):
    state = State(kind)
    # What stands at pruned places must not matter.
    littered = {"kernel": jnp.where(state.mask, state.params["kernel"], 7.0)}
    theta = PATH.masking.compress(littered, state.structure)
    np.testing.assert_array_equal(theta, state.theta)
    np.testing.assert_array_equal(
        PATH.masking.expand(theta, state.structure, state.masks)["kernel"], state.params["kernel"]
    )


@pytest.mark.parametrize("kind", MASKS)
def test_steps_move_surviving_weights_alone(kind):
    state = State(kind)
    # Padded entries of an update must not matter either.
    update = state.generator.normal(size=PATH.masking.n_active(state.structure))
    theta = step(state.theta, state.structure, jnp.asarray(update))
    expected = np.zeros(SHAPE)
    expected[state.mask] = np.asarray(state.params["kernel"])[state.mask] + update[: state.mask.sum()]
    expanded = np.asarray(PATH.masking.expand(theta, state.structure, state.masks)["kernel"])
    np.testing.assert_allclose(expanded, expected, rtol=1e-14)
    assert (expanded[~state.mask] == 0.0).all()
    np.testing.assert_array_equal(PATH.masking.compress({"kernel": expanded}, state.structure), theta)


def test_no_surviving_weight_is_the_uniform_state():
    masks = {"kernel": np.zeros(SHAPE, dtype=bool)}
    structure = PATH.masking.build_structure(masks)
    state = State("full")
    theta = PATH.masking.compress(state.params, structure)
    cache = build_cache(theta, structure, state.spins)
    np.testing.assert_array_equal(PATH.flips.log_psi(cache), 0.0)
    np.testing.assert_array_equal(log_derivatives(Walkers(theta, structure, cache, state.spins)), 0.0)
    np.testing.assert_array_equal(PATH.masking.expand(theta, structure, masks)["kernel"], 0.0)


def test_one_program_serves_all_masks_of_a_padded_size():
    traces = []

    @jax.jit
    def program(theta, structure, spins):
        traces.append(theta.shape)
        return PATH.derivatives.log_derivatives(PATH.flips.at(theta, structure, spins))

    states = [State("half", seed) for seed in range(4)]
    assert len({int(state.mask.sum()) for state in states}) > 1
    for state in states:
        program(state.theta, state.structure, state.spins)
    assert len(traces) == 1


def test_sparser_masks_of_a_large_network_have_smaller_programs():
    sizes = [
        PATH.masking.n_active(PATH.masking.build_structure({"kernel": mask_of(kind, (N_SITES, 720))}))
        for kind in ("full", "half", "sparse")
    ]
    assert sizes == sorted(set(sizes), reverse=True)


def test_initial_weights_are_normal_and_follow_the_key():
    network = build_network({"kind": "ffnn", "alpha": 8, "init_std": 0.01}, Lattice(40, 1))
    kernel = np.asarray(network.init(jax.random.key(3))["kernel"])
    assert kernel.shape == (40, 320)
    assert abs(kernel.mean()) < 5 * 0.01 / kernel.size**0.5
    assert kernel.std() == pytest.approx(0.01, rel=0.03)
    np.testing.assert_array_equal(kernel, network.init(jax.random.key(3))["kernel"])
    assert (kernel != np.asarray(network.init(jax.random.key(4))["kernel"])).all()


@pytest.mark.parametrize(
    ("alpha", "n_sites", "units"), [(2.5, 4, 10), (1.1, 10, 11), (0.5, 4, 2), (3, 7, 21)]
)
def test_width_is_alpha_times_the_number_of_spins(alpha, n_sites, units):
    network = build_network({"kind": "ffnn", "alpha": alpha, "init_std": 0.01}, Lattice(n_sites, 1))
    assert network.shapes == {"kernel": (n_sites, units)}


@pytest.mark.parametrize(("alpha", "n_sites"), [(0.3, 7), (2.5, 5), (0.1, 4)])
def test_a_fraction_of_a_unit_is_refused(alpha, n_sites):
    with pytest.raises(ValueError, match="must give a whole number of hidden units"):
        build_network({"kind": "ffnn", "alpha": alpha, "init_std": 0.01}, Lattice(n_sites, 1))
