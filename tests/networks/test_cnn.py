import jax
import jax.numpy as jnp
import numpy as np
import pytest
from cases import all_configurations, rows_of
from scipy import stats

from sparse_nqs.hamiltonians import Lattice
from sparse_nqs.networks import build_network
from sparse_nqs.networks.generic import generic_path
from sparse_nqs.vmc import in_order, in_turn, random_spins
from sparse_nqs.vmc.local_energy import log_ratios
from sparse_nqs.vmc.sampler import sweeps

from .test_convolution import by_loops


def gelu(x):
    """The tanh form, which is Flax's default."""
    return 0.5 * x * (1.0 + np.tanh(np.sqrt(2.0 / np.pi) * (x + 0.044715 * x**3)))


# Both sides of the size where evaluation changes from one product to one a cell.
@pytest.mark.parametrize("lattice", [Lattice(3, 4), Lattice(6, 5), Lattice(3, 3, 2, periodic=True)])
def test_log_psi_is_the_definition(lattice):
    network = build_network({"kind": "cnn", "features": 4}, lattice)
    generator = np.random.default_rng(1)
    kernel = generator.normal(size=(3, 3, lattice.spins_per_cell, 4))
    sigma = generator.choice([-1.0, 1.0], size=(9, lattice.n_sites))
    expected = gelu(by_loops(sigma.reshape(9, *lattice.shape), kernel, lattice.periodic)).sum(axis=(1, 2, 3))
    params = {"conv/kernel": jnp.asarray(kernel)}
    np.testing.assert_allclose(network.log_psi(params, jnp.asarray(sigma)), expected, rtol=1e-12)
    module = network.flax_module()
    value = module.apply({"params": network.to_flax(params)}, jnp.asarray(sigma))
    np.testing.assert_allclose(value, expected, rtol=1e-12)


@pytest.mark.parametrize(("spins_per_cell", "count"), [(1, 36), (2, 72)])
def test_four_channels_are_36_weights_a_spin_of_the_cell(spins_per_cell, count):
    network = build_network({"kind": "cnn", "features": 4}, Lattice(4, 4, spins_per_cell))
    assert network.prunable == ("conv/kernel",)
    assert np.prod(network.shapes["conv/kernel"]) == count


def test_building_it_again_shares_the_compiled_programs():
    first, second = (build_network({"kind": "cnn", "features": 3}, Lattice(3, 3)) for _ in range(2))
    assert first.flip_path is second.flip_path and first.log_psi is second.log_psi
    other = build_network({"kind": "cnn", "features": 2}, Lattice(3, 3))
    assert other.log_psi is not first.log_psi


LATTICES = {
    "open": Lattice(7, 6),
    "edges of a torus": Lattice(5, 4, 2, periodic=True),
    "small torus": Lattice(2, 3, periodic=True),
}
MASKS = ("full", "half", "dead_channel", "one_weight")
N_CONFIGURATIONS = 16


def random_mask(kind, shape, generator):
    mask = generator.random(shape) < {"full": 1.0, "half": 0.5, "dead_channel": 0.8, "one_weight": 0.0}[kind]
    if kind == "dead_channel":
        mask[..., 1] = False
    if kind == "one_weight":
        mask[0, 2, 0, 0] = True
    return mask


class Pair:
    """A masked CNN on its own flip path and on the generic one, with random weights and configurations."""

    def __init__(self, lattice, kind, features=3):
        self.network = build_network({"kind": "cnn", "features": features}, lattice)
        log_psi, shapes = self.network.log_psi, tuple(self.network.shapes.items())
        self.paths = (self.network.flip_path, generic_path(log_psi, log_psi, shapes))
        generator = np.random.default_rng(8)
        shape = self.network.shapes["conv/kernel"]
        self.mask = random_mask(kind, shape, generator)
        self.masks = {"conv/kernel": self.mask}
        # What stands at pruned places must not matter.
        self.params = {"conv/kernel": jnp.asarray(generator.normal(size=shape))}
        self.spins = jnp.asarray(generator.choice([-1.0, 1.0], size=(lattice.n_sites, N_CONFIGURATIONS)))
        self.structures = [path.build_structure(self.masks) for path in self.paths]
        self.thetas = [
            path.compress(self.params, structure)
            for path, structure in zip(self.paths, self.structures, strict=True)
        ]
        self.weights = [
            path.weights(theta, structure, jnp.float64)
            for path, theta, structure in zip(self.paths, self.thetas, self.structures, strict=True)
        ]
        self.generator = generator

    def each(self, function):
        """function(path, weights, structure, cache) for both paths."""
        return [
            function(path, weights, structure, path.build_cache(weights, structure, self.spins))
            for path, weights, structure in zip(self.paths, self.weights, self.structures, strict=True)
        ]

    def groups(self, lattice):
        """Single flips, the four edges of a vertex or sites of a square, and all sites."""
        number = np.arange(lattice.n_sites).reshape(lattice.shape)
        moved = {(dx, dy): np.roll(number, (-dx, -dy), axis=(0, 1)) for dx in (0, 1) for dy in (0, 1)}
        if lattice.spins_per_cell == 2:
            stars = [moved[0, 0][..., 0], moved[0, 0][..., 1], moved[1, 0][..., 0], moved[0, 1][..., 1]]
        else:
            stars = [cells[..., 0] for cells in moved.values()]
        stars = np.stack([cells.ravel() for cells in stars], axis=1)
        return np.arange(lattice.n_sites)[:, None], stars, np.arange(lattice.n_sites)[None]


@pytest.fixture(scope="module", params=LATTICES)
def lattice(request):
    return LATTICES[request.param]


ratios_of = jax.jit(log_ratios, static_argnums=0)


@pytest.mark.parametrize("together", [False, True])
def test_log_ratios_are_the_generic_paths(lattice, together):
    pair = Pair(lattice, "half")
    groups = pair.groups(lattice)
    path, structure = pair.paths[0], pair.structures[0]
    stages = (in_turn if together else in_order)(path, structure, groups)
    # Rows of several sets where the lattice is large enough; on the larger torus any two have a cell in common.
    several = ("open",) if together else ("open", "edges of a torus")
    assert (stages[0].sites.shape[1] > 1) == (lattice in [LATTICES[name] for name in several])
    sets = [np.asarray(stage.sites).reshape(-1, stage.sites.shape[-1]) for stage in stages]
    kept = [flips[:, 0] < lattice.n_sites for flips in sets]
    plain = tuple(flips[real] for flips, real in zip(sets, kept, strict=True))
    for mine, flips in zip(plain, groups, strict=True):
        if together:
            mine, flips = (np.array(sorted(rows.tolist())) for rows in (mine, flips))
        np.testing.assert_array_equal(mine, flips)
    fast, generic = pair.each(lambda *context: context)
    ratios = ratios_of(*fast, pair.spins, stages)[np.concatenate(kept)]
    expected = ratios_of(*generic, pair.spins, in_order(pair.paths[1], None, plain))
    assert np.abs(expected).max() > 1.0
    np.testing.assert_allclose(ratios, expected, atol=1e-11)


def test_sweeps_leave_the_cache_of_the_spins_they_end_in(lattice):
    pair = Pair(lattice, "dead_channel")
    path, weights, structure, cache = pair.each(lambda *context: context)[0]
    moves = in_turn(path, structure, pair.groups(lattice))
    cache, ends, _ = jax.jit(sweeps, static_argnums=0)(
        path, weights, structure, cache, pair.spins, moves, jax.random.key(0), 5
    )
    assert (ends != pair.spins).any(axis=1).all()
    fresh = path.build_cache(weights, structure, ends)
    for carried, expected in zip(cache, fresh, strict=True):
        np.testing.assert_allclose(carried, expected, atol=1e-11)
    kernel = path.expand(pair.thetas[0], structure, pair.masks)
    expected = pair.network.log_psi(kernel, ends.T)
    np.testing.assert_allclose(path.log_psi(cache), expected, atol=1e-11)


@pytest.mark.parametrize("kind", MASKS)
def test_derivatives_pullbacks_and_steps_are_the_generic_paths(lattice, kind):
    pair = Pair(lattice, kind)
    kept, count = pair.mask.ravel(), pair.mask.sum()
    derivatives = jax.jit(lambda path, *context: path.log_derivatives(*context, pair.spins), static_argnums=0)
    fast, generic = map(np.asarray, pair.each(derivatives))
    assert fast.shape == (pair.paths[0].n_active(pair.structures[0]), N_CONFIGURATIONS)
    np.testing.assert_allclose(fast[kept], generic[:count], atol=1e-11)
    np.testing.assert_array_equal(fast[~kept], 0.0)

    x = jnp.asarray(pair.generator.normal(size=N_CONFIGURATIONS))
    mine, _ = pair.each(lambda path, *context: path.pullback(*context, pair.spins, x))
    np.testing.assert_allclose(mine, fast @ np.asarray(x), atol=1e-10)

    # Entries of an update that belong to no weight must not matter.
    update = pair.generator.normal(size=kept.size)
    path, theta, structure = pair.paths[0], pair.thetas[0], pair.structures[0]
    stepped = path.expand(path.step(theta, structure, jnp.asarray(update)), structure, pair.masks)
    expected = np.where(
        pair.mask, np.asarray(pair.params["conv/kernel"]) + update.reshape(pair.mask.shape), 0.0
    )
    np.testing.assert_allclose(stepped["conv/kernel"], expected, rtol=1e-14)
    back = path.expand(theta, structure, pair.masks)["conv/kernel"]
    np.testing.assert_array_equal(back, np.where(pair.mask, pair.params["conv/kernel"], 0.0))


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_samples_of_rows_of_several_moves_are_distributed_as_psi_squared(dtype):
    lattice, chains = Lattice(7, 2), 100_000
    network = build_network({"kind": "cnn", "features": 2}, lattice)
    path = network.flip_path
    kernel = 0.25 * np.random.default_rng(3).normal(size=network.shapes["conv/kernel"])
    params = {"conv/kernel": jnp.asarray(kernel)}
    structure = path.build_structure({"conv/kernel": np.ones(kernel.shape, dtype=bool)})
    weights = path.weights(path.compress(params, structure), structure, jnp.dtype(dtype))
    moves = in_turn(path, structure, (np.arange(14)[:, None], np.arange(14)[None]))
    assert moves[0].sites.shape[1] > 1
    start = random_spins(jax.random.key(4), 14, chains).astype(dtype)

    @jax.jit
    def run(start):
        cache = path.build_cache(weights, structure, start)
        return sweeps(path, weights, structure, cache, start, moves, jax.random.key(5), 12)

    _, ends, acceptance = run(start)
    assert 0.05 < acceptance < 0.6
    log_psi = np.asarray(network.log_psi(params, jnp.asarray(all_configurations(14))))
    probability = np.exp(2.0 * (log_psi - log_psi.max()))
    probability /= probability.sum()
    expected = chains * probability
    rare = expected < 10.0
    assert (~rare).sum() > 500

    def p_value(spins):
        counts = np.bincount(rows_of(np.asarray(spins).T), minlength=2**14)
        return stats.chisquare(
            np.append(counts[~rare], counts[rare].sum()), np.append(expected[~rare], expected[rare].sum())
        ).pvalue

    assert p_value(ends) > 1e-4
    # The test can tell.
    assert p_value(start) < 1e-12
