import jax
import jax.numpy as jnp
import numpy as np
import pytest
from cases import SYSTEMS, all_configurations, table_matrix
from pauli import random_strings

from sparse_nqs.hamiltonians import cluster_moves, compile_pauli_strings
from sparse_nqs.vmc import couplings, flip_sets, sampler_moves
from sparse_nqs.vmc.couplings import term_values as eager_term_values

from .setups import table_of

term_values = jax.jit(eager_term_values)


def as_sets(groups):
    return [frozenset(row) for group in groups for row in np.asarray(group).tolist()]


def test_flip_sets_are_grouped_by_ascending_width():
    masks = np.random.default_rng(0).random((20, 7)) < 0.4
    masks = masks[masks.any(axis=1)]
    groups, order = flip_sets(masks)
    widths = [group.shape[1] for group in groups]
    assert widths == sorted(set(masks.sum(axis=1).tolist()))
    assert as_sets(groups) == [frozenset(np.flatnonzero(masks[k]).tolist()) for k in order]
    assert sorted(order.tolist()) == list(range(len(masks)))


@pytest.mark.parametrize("name", SYSTEMS)
def test_moves_are_all_single_flips_and_the_cluster_moves(name):
    table = table_of(name)
    families = cluster_moves(SYSTEMS[name], table)
    moves = as_sets(sampler_moves(families, table.n_sites))
    expected = [frozenset([i]) for i in range(table.n_sites)]
    expected += [frozenset(np.flatnonzero(row).tolist()) for rows in families.values() for row in rows]
    assert len(moves) == len(expected)
    assert set(moves) == set(expected)


@pytest.mark.parametrize(
    "table",
    [
        *(table_of(name) for name in SYSTEMS),
        compile_pauli_strings(*random_strings(5, 30, 3)),
        compile_pauli_strings(["ZZI", "IZI", "III"], np.array([1.0, -0.5, 0.25])),
        compile_pauli_strings(["XII", "XZZ"], np.array([1.0, -0.5])),
    ],
    ids=[*SYSTEMS, "random", "diagonal", "off_diagonal"],
)
def test_device_arrays_hold_the_same_matrix(table):
    configurations = all_configurations(table.n_sites)
    spins = jnp.asarray(configurations.T)
    device = couplings(table)
    matrix = np.diag(np.asarray(term_values(device.diagonal, spins)).sum(axis=0))
    row = {tuple(s): r for r, s in enumerate(configurations.tolist())}
    sets = as_sets(device.flips)
    for flip, values in zip(
        np.asarray(device.amplitude_flip), np.asarray(term_values(device.amplitude, spins)), strict=True
    ):
        for r, s in enumerate(configurations):
            flipped = s.copy()
            flipped[list(sets[flip])] *= -1
            matrix[r, row[tuple(flipped.tolist())]] += values[r]
    np.testing.assert_allclose(matrix, table_matrix(table, configurations), atol=1e-13)
