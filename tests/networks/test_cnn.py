from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from cases import all_configurations, rows_of
from marks import slow
from scipy import stats

from sparse_nqs.hamiltonians import Lattice
from sparse_nqs.networks import build_network
from sparse_nqs.networks.generic import generic_path
from sparse_nqs.vmc import Sampler, in_order, in_turn, random_spins
from sparse_nqs.vmc.local_energy import log_ratios
from sparse_nqs.vmc.sampler import sweeps

from .test_convolution import by_loops


def gelu(x):
    """The tanh form, which is Flax's default."""
    return 0.5 * x * (1.0 + np.tanh(np.sqrt(2.0 / np.pi) * (x + 0.044715 * x**3)))


def padding_of(lattice, options):
    return options.get("padding", "periodic" if lattice.periodic else "same")


# Both sides of the size where evaluation changes from one product to one a cell.
@pytest.mark.parametrize("lattice", [Lattice(3, 4), Lattice(6, 5), Lattice(3, 3, 2, periodic=True)], ids=str)
@pytest.mark.parametrize("padding", [{}, {"padding": "same"}, {"padding": "valid"}, {"padding": "periodic"}])
@pytest.mark.parametrize(
    "options", [{}, {"bias": True}, {"kernel_size": 5}, {"kernel_size": 1, "bias": True}]
)
def test_log_psi_is_the_definition(lattice, padding, options):
    options = padding | options
    size = options.get("kernel_size", 3)
    if options.get("padding") == "valid" and size > min(lattice.shape[:2]):
        pytest.skip("the kernel does not fit")
    network = build_network({"kind": "cnn", "features": 4, **options}, lattice)
    generator = np.random.default_rng(1)
    kernel = generator.normal(size=(size, size, lattice.spins_per_cell, 4))
    params = {"conv/kernel": kernel}
    if options.get("bias"):
        params["conv/bias"] = generator.normal(size=4)
    assert {name: value.shape for name, value in params.items()} == network.shapes
    assert network.prunable == ("conv/kernel",)
    sigma = generator.choice([-1.0, 1.0], size=(9, lattice.n_sites))
    hidden = by_loops(sigma.reshape(9, *lattice.shape), kernel, padding_of(lattice, options))
    expected = gelu(hidden + params.get("conv/bias", 0.0)).sum(axis=(1, 2, 3))
    params = {name: jnp.asarray(value) for name, value in params.items()}
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


class Case(NamedTuple):
    """A lattice and options; whether rows hold several single flips, in their order and where moves are reordered."""

    lattice: Lattice
    in_order: bool
    together: bool
    options: Mapping = MappingProxyType({})


CASES = {
    "open": Case(Lattice(7, 6), True, True),
    # Any two flips have a cell in common.
    "edges of a torus": Case(Lattice(5, 4, 2, periodic=True), True, False),
    "small torus": Case(Lattice(2, 3, periodic=True), False, False),
    "valid": Case(Lattice(7, 6), True, True, {"padding": "valid", "bias": True}),
    "large kernel": Case(Lattice(6, 7), True, False, {"kernel_size": 5, "padding": "periodic"}),
    "zeros round a torus": Case(
        Lattice(4, 5, 2, periodic=True), True, True, {"padding": "same", "bias": True}
    ),
}
N_CONFIGURATIONS = 16


def random_mask(kind, shape, generator):
    mask = generator.random(shape) < {"full": 1.0, "half": 0.5, "dead_channel": 0.8, "one_weight": 0.0}[kind]
    if kind == "dead_channel":
        mask[..., 1] = False
    if kind == "one_weight":
        mask[0, -1, 0, 0] = True
    return mask


class Pair:
    """A masked CNN on its own flip path and on the generic one, with random weights and configurations."""

    def __init__(self, case, kind):
        lattice = case.lattice
        self.network = build_network({"kind": "cnn", "features": 3, **case.options}, lattice)
        log_psi, shapes = self.network.log_psi, tuple(self.network.shapes.items())
        self.paths = (self.network.flip_path, generic_path(log_psi, log_psi, shapes))
        generator = np.random.default_rng(8)
        shape = self.network.shapes["conv/kernel"]
        self.mask = random_mask(kind, shape, generator)
        self.masks = {"conv/kernel": self.mask}
        # What stands at pruned places must not matter.
        self.params = {name: jnp.asarray(generator.normal(size=shape)) for name, shape in shapes}
        self.spins = jnp.asarray(generator.choice([-1.0, 1.0], size=(lattice.n_sites, N_CONFIGURATIONS)))
        self.structures = [path.masking.build_structure(self.masks) for path in self.paths]
        self.thetas = [
            path.masking.compress(self.params, structure)
            for path, structure in zip(self.paths, self.structures, strict=True)
        ]
        self.weights = [
            path.masking.weights(theta, structure, jnp.float64)
            for path, theta, structure in zip(self.paths, self.thetas, self.structures, strict=True)
        ]
        self.generator = generator

    def each(self, function):
        """function(path, walkers) for both paths."""
        return [
            function(path, path.flips.at(weights, structure, self.spins))
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


# The others try the same code on other edges.
FAST = ("open", "edges of a torus", "valid")


@pytest.fixture(scope="module", params=[name if name in FAST else slow(name) for name in CASES])
def case(request):
    return CASES[request.param]


ratios_of = jax.jit(log_ratios, static_argnums=0)


@pytest.mark.parametrize("together", [False, True])
def test_log_ratios_are_the_generic_paths(case, together):
    pair, lattice = Pair(case, "half"), case.lattice
    groups = pair.groups(lattice)
    path, structure = pair.paths[0], pair.structures[0]
    schedule = (in_turn if together else in_order)(path.flips, structure, groups)
    assert (schedule[0].sites.shape[1] > 1) == (case.together if together else case.in_order)
    sets = [np.asarray(rows.sites).reshape(-1, rows.sites.shape[-1]) for rows in schedule]
    kept = [flips[:, 0] < lattice.n_sites for flips in sets]
    plain = tuple(flips[real] for flips, real in zip(sets, kept, strict=True))
    for mine, flips in zip(plain, groups, strict=True):
        if together:
            mine, flips = (np.array(sorted(rows.tolist())) for rows in (mine, flips))
        np.testing.assert_array_equal(mine, flips)
    (_, fast), (other, generic) = pair.each(lambda *both: both)
    ratios = ratios_of(path.flips, fast, schedule)[np.concatenate(kept)]
    expected = ratios_of(other.flips, generic, in_order(other.flips, None, plain))
    assert np.abs(expected).max() > 1.0
    np.testing.assert_allclose(ratios, expected, atol=1e-11)


def test_sweeps_leave_the_cache_of_the_spins_they_end_in(case):
    pair = Pair(case, "dead_channel")
    path, walkers = pair.each(lambda *both: both)[0]
    sampler = Sampler(in_turn(path.flips, walkers.structure, pair.groups(case.lattice)))
    (weights, structure, cache, ends), _ = jax.jit(sweeps, static_argnums=0)(
        path.flips, walkers, sampler, jax.random.key(0), 5
    )
    assert (ends != pair.spins).any(axis=1).all()
    fresh = path.flips.build_cache(weights, structure, ends)
    for carried, expected in zip(cache, fresh, strict=True):
        np.testing.assert_allclose(carried, expected, atol=1e-11)
    params = path.masking.expand(pair.thetas[0], structure, pair.masks)
    expected = pair.network.log_psi(params, ends.T)
    np.testing.assert_allclose(path.flips.log_psi(cache), expected, atol=1e-11)


@pytest.mark.parametrize("kind", ["full", "dead_channel", slow("half"), slow("one_weight")])
def test_derivatives_pullbacks_and_steps_are_the_generic_paths(case, kind):
    pair = Pair(case, kind)
    # Ours are the kernel's and then those of the biases, which stand first in the alphabet.
    n_biases = 3 if case.options.get("bias") else 0
    kept, count = np.append(pair.mask.ravel(), np.ones(n_biases, dtype=bool)), pair.mask.sum() + n_biases
    derivatives = jax.jit(lambda path, walkers: path.derivatives.log_derivatives(walkers), static_argnums=0)
    fast, generic = map(np.asarray, pair.each(derivatives))
    assert fast.shape == (pair.paths[0].masking.n_active(pair.structures[0]), N_CONFIGURATIONS)
    np.testing.assert_allclose(fast[kept], np.roll(generic[:count], -n_biases, axis=0), atol=1e-11)
    np.testing.assert_array_equal(fast[~kept], 0.0)

    x = jnp.asarray(pair.generator.normal(size=N_CONFIGURATIONS))
    mine, _ = pair.each(lambda path, walkers: path.derivatives.pullback(walkers, x))
    np.testing.assert_allclose(mine, fast @ np.asarray(x), atol=1e-10)

    # Entries of an update that belong to no weight must not matter.
    update = pair.generator.normal(size=kept.size)
    path, theta, structure = pair.paths[0], pair.thetas[0], pair.structures[0]
    stepped = path.masking.expand(
        path.masking.step(theta, structure, jnp.asarray(update)), structure, pair.masks
    )
    expected = {name: np.asarray(value) for name, value in pair.params.items()}
    expected["conv/kernel"] = np.where(pair.mask, expected["conv/kernel"], 0.0)
    back = path.masking.expand(theta, structure, pair.masks)
    assert set(stepped) == set(back) == set(pair.network.shapes)
    for name, value in back.items():
        np.testing.assert_array_equal(value, expected[name])
    expected["conv/kernel"] += np.where(pair.mask, update[: pair.mask.size].reshape(pair.mask.shape), 0.0)
    if n_biases:
        expected["conv/bias"] = expected["conv/bias"] + update[pair.mask.size :]
    for name, value in stepped.items():
        np.testing.assert_allclose(value, expected[name], rtol=1e-14)


@pytest.mark.parametrize("dtype", ["float32", slow("float64")])
def test_samples_of_rows_of_several_moves_are_distributed_as_psi_squared(dtype):
    lattice, chains = Lattice(7, 2), 100_000
    network = build_network({"kind": "cnn", "features": 2}, lattice)
    path = network.flip_path
    kernel = 0.25 * np.random.default_rng(3).normal(size=network.shapes["conv/kernel"])
    params = {"conv/kernel": jnp.asarray(kernel)}
    structure = path.masking.build_structure({"conv/kernel": np.ones(kernel.shape, dtype=bool)})
    weights = path.masking.weights(path.masking.compress(params, structure), structure, jnp.dtype(dtype))
    moves = in_turn(path.flips, structure, (np.arange(14)[:, None], np.arange(14)[None]))
    assert moves[0].sites.shape[1] > 1
    start = random_spins(jax.random.key(4), 14, chains).astype(dtype)

    @jax.jit
    def run(start):
        walkers = path.flips.at(weights, structure, start)
        walkers, acceptance = sweeps(path.flips, walkers, Sampler(moves), jax.random.key(5), 12)
        return walkers.spins, acceptance

    ends, acceptance = run(start)
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
