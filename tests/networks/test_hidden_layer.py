"""A hidden layer for random W against the definition in NumPy, and the rows of flip sets it goes through."""

from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from flax import linen as nn
from marks import slow

from sparse_nqs.networks.contract import FlipRows
from sparse_nqs.networks.hidden_layer import hidden_layer, layer_schedule
from sparse_nqs.vmc.sampler import Sampler, sweep, sweeps

from .test_cnn import gelu

N_SITES, N_UNITS, CHAINS = 20, 150, 24
# The schedules are made in the tests.
LAYERS = {
    "relu": (hidden_layer(jax.nn.relu, None, None, keep_values=False), lambda z: np.maximum(z, 0.0)),
    "gelu": (hidden_layer(nn.gelu, None, None, keep_values=True), gelu),
}
DENSITIES = (0.02, 0.08, 0.3)


def random_flips(generator, width, count):
    """Different flip sets int (count, width), in no order."""
    sets = {tuple(sorted(generator.permutation(N_SITES)[:width].tolist())) for _ in range(3 * count)}
    return np.array(sorted(sets, key=hash)[:count])


def flip_groups(generator):
    singles = generator.permutation(N_SITES)[:, None]
    wide = [random_flips(generator, width, count) for width, count in ((2, 30), (4, 12), (9, 6))]
    return [singles, *wide, np.arange(N_SITES)[None]]


class Case(NamedTuple):
    w: np.ndarray
    groups: list
    spins: np.ndarray

    @property
    def linked(self):
        return self.w != 0

    def schedules(self, together, pad_rows=False):
        return [layer_schedule(self.linked, flips, together, pad_rows=pad_rows) for flips in self.groups]


def case(density, seed=0):
    generator = np.random.default_rng(seed)
    w = np.where(
        generator.random((N_SITES, N_UNITS)) < density, generator.normal(size=(N_SITES, N_UNITS)), 0.0
    )
    # Sites without weights, and units without weights, among them not the last.
    w[3] = 0.0
    w[:, 5] = 0.0
    w[7, -1] = 1.5
    spins = generator.choice([-1.0, 1.0], size=(N_SITES, CHAINS))
    return Case(w, flip_groups(generator), spins)


def real_sets(rows):
    """For every row the flip sets that are not padding."""
    return [[tuple(s) for s in row.tolist() if s[0] < N_SITES] for row in np.asarray(rows.sites)]


def has_units(rows):
    return len(rows.details) == 1


@pytest.mark.parametrize("density", DENSITIES)
@pytest.mark.parametrize("pad_rows", [False, True])
def test_ordered_rows_keep_the_order_and_have_no_padding(density, pad_rows):
    several = 0
    state = case(density)
    for flips, (rows,) in zip(state.groups, state.schedules(False, pad_rows), strict=True):
        np.testing.assert_array_equal(np.asarray(rows.sites).reshape(flips.shape), flips)
        several += rows.sites.shape[1] > 1
    assert several > 0 or density > 0.2


@pytest.mark.parametrize("density", DENSITIES)
@pytest.mark.parametrize("pad_rows", [False, True])
def test_moves_made_together_are_all_moves_once_and_share_no_unit_in_a_row(density, pad_rows):
    several = 0
    state = case(density)
    for flips, (rows,) in zip(state.groups, state.schedules(True, pad_rows), strict=True):
        sets = real_sets(rows)
        assert sorted(flip for row in sets for flip in row) == sorted(map(tuple, flips.tolist()))
        for row in sets:
            counts = sum((state.linked[list(flip)].any(axis=0).astype(int) for flip in row), 0)
            assert np.max(counts) <= 1
        several += max(map(len, sets)) > 1
        # Padding is all of a set or nothing of it.
        outside = np.asarray(rows.sites) == N_SITES
        assert (outside.all(axis=-1) == outside.any(axis=-1)).all()
    assert several > 0 or density > 0.2


@pytest.mark.parametrize("together", [False, True])
@pytest.mark.parametrize("density", DENSITIES)
def test_the_units_of_a_set_are_those_it_is_connected_to(density, together):
    state = case(density)
    gathered = [rows for (rows,) in state.schedules(together, True) if has_units(rows)]
    assert gathered
    for rows in gathered:
        assert rows.details[0].shape[:2] == rows.sites.shape[:2]
        sites = np.asarray(rows.sites).reshape(-1, rows.sites.shape[-1])
        for flip, units in zip(sites, np.asarray(rows.details[0]).reshape(len(sites), -1), strict=True):
            real = sorted(units[units < N_UNITS].tolist())
            expected = [] if flip[0] == N_SITES else np.flatnonzero(state.linked[flip].any(axis=0)).tolist()
            assert real == expected


def test_padded_rows_come_in_few_shapes():
    generator = np.random.default_rng(1)
    found = {}
    for pad_rows in (False, True):
        shapes = set()
        for density in np.linspace(0.02, 0.08, 25):
            linked = generator.random((N_SITES, N_UNITS)) < density
            (rows,) = layer_schedule(linked, np.arange(N_SITES)[:, None], True, pad_rows=pad_rows)
            shapes.add(rows.sites.shape)
        found[pad_rows] = shapes
    assert len(found[True]) < len(found[False]) / 2


@pytest.mark.parametrize(
    ("name", "density", "together"),
    [
        slow("relu", 0.02, False),
        ("gelu", 0.02, True),
        slow("gelu", 0.08, False),
        ("relu", 0.08, True),
        slow("gelu", 0.3, True),
    ],
)
def test_log_ratios_are_the_definition(name, density, together):
    layer, f = LAYERS[name]
    state = case(density)
    w, spins = jnp.asarray(state.w), jnp.asarray(state.spins)
    walkers = layer.at(w, None, spins)
    before = f(state.w.T @ state.spins).sum(axis=0)
    np.testing.assert_allclose(layer.log_psi(walkers.cache), before, atol=1e-12)
    propose = jax.jit(lambda rows: jax.lax.map(lambda row: layer.propose(walkers, row)[0], rows))
    for (rows,) in state.schedules(together):
        ratios = np.asarray(propose(rows)).reshape(-1, CHAINS)
        for flip, ratio in zip(np.asarray(rows.sites).reshape(len(ratios), -1), ratios, strict=True):
            if flip[0] == N_SITES:
                continue
            flipped = state.spins.copy()
            flipped[flip] *= -1
            expected = f(state.w.T @ flipped).sum(axis=0) - before
            np.testing.assert_allclose(ratio, expected, atol=1e-11, err_msg=str(flip))


def test_units_beside_the_live_ones_do_not_count_in_a_flip_of_all_sites():
    """Many dead units, and the last one alive: what padding would read."""
    state = case(0.3)
    w = state.w.copy()
    w[:, 20:-1] = 0.0
    layer, f = LAYERS["gelu"]
    (rows,) = layer_schedule(w != 0, np.arange(N_SITES)[None], False, pad_rows=False)
    assert has_units(rows) and (np.asarray(rows.details[0]) == N_UNITS).any()
    spins = jnp.asarray(state.spins)
    row = jax.tree.map(lambda part: part[0], rows)
    ratio, _ = layer.propose(layer.at(jnp.asarray(w), None, spins), row)
    z = w.T @ state.spins
    np.testing.assert_allclose(ratio[0], (f(-z) - f(z)).sum(axis=0), atol=1e-11)


@pytest.mark.parametrize(("name", "density"), [slow("gelu", 0.02), ("relu", 0.08), slow("gelu", 0.3)])
def test_sweeps_leave_the_cache_of_the_spins_they_end_in(name, density):
    state, (layer, _) = case(density), LAYERS[name]
    w, spins = jnp.asarray(state.w), jnp.asarray(state.spins)
    sampler = Sampler(sum(state.schedules(True, True), ()))
    run = jax.jit(lambda walkers, key: sweeps(layer, walkers, sampler, key, 5))
    (_, _, cache, ends), acceptance = run(layer.at(w, None, spins), jax.random.key(1))
    assert 0.01 < acceptance < 0.7
    assert (ends != spins).any(axis=1).all()
    fresh = layer.build_cache(w, None, ends)
    for carried, expected in zip(cache, fresh, strict=True):
        if expected is not None:
            np.testing.assert_allclose(carried, expected, atol=1e-11)


@pytest.mark.parametrize("density", [0.02, slow(0.3)])
def test_padding_is_never_accepted_nor_counted(density):
    """Where every proposal is certain every move is made once, whatever stands in its row."""
    state = case(density)
    layer, _ = LAYERS["relu"]

    def certain(*arguments):
        ratios, proposal = layer.propose(*arguments)
        return jnp.full_like(ratios, jnp.inf), proposal

    w, spins = jnp.asarray(state.w), jnp.asarray(state.spins)
    moves = sum(state.schedules(True, True), ())
    # A row that is padding alone, as padded rows are.
    padded = [rows for rows in moves if (np.asarray(rows.sites) == N_SITES).all(axis=(1, 2)).any()]
    assert padded or density > 0.2
    rigged = layer._replace(propose=certain)
    run = jax.jit(lambda walkers, key: sweep(rigged, walkers, Sampler(moves), key))
    (_, _, cache, ends), acceptance = run(layer.at(w, None, spins), jax.random.key(2))
    assert acceptance == 1.0
    flips = np.concatenate([np.bincount(group.ravel(), minlength=N_SITES)[None] for group in state.groups])
    np.testing.assert_array_equal(ends, state.spins * (-1.0) ** flips.sum(axis=0)[:, None])
    np.testing.assert_allclose(cache.z, state.w.T @ np.asarray(ends), atol=1e-11)


def test_a_row_of_padding_changes_nothing():
    layer, _ = LAYERS["gelu"]
    state = case(0.1)
    w, spins = jnp.asarray(state.w), jnp.asarray(state.spins)
    walkers = layer.at(w, None, spins)
    units = jnp.full((3, 8), N_UNITS, dtype=jnp.int32)
    row = FlipRows(jnp.full((3, 2), N_SITES, dtype=jnp.int32), (units,))
    ratios, proposal = layer.propose(walkers, row)
    np.testing.assert_array_equal(ratios, 0.0)
    after = layer.accept(walkers.cache, proposal, jnp.ones((3, CHAINS), dtype=bool))
    for mine, theirs in zip(after, walkers.cache, strict=True):
        np.testing.assert_array_equal(mine, theirs)


@pytest.mark.parametrize(
    ("name", "dtype"),
    [("gelu", "float32"), slow("gelu", "float64"), slow("relu", "float32"), slow("relu", "float64")],
)
def test_everything_is_in_the_dtype_of_the_spins(name, dtype):
    state, (layer, _) = case(0.08), LAYERS[name]
    w, spins = (jnp.asarray(part, dtype=dtype) for part in (state.w, state.spins))
    sampler = Sampler(sum(state.schedules(True), ()))
    run = jax.jit(lambda walkers: sweep(layer, walkers, sampler, jax.random.key(0)))
    (_, _, cache, ends), _ = run(layer.at(w, None, spins))
    assert {ends.dtype, layer.log_psi(cache).dtype, *(part.dtype for part in cache if part is not None)} == {
        jnp.dtype(dtype)
    }
