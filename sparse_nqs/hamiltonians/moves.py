"""What the sampler proposes: single flips, and each model's named families of larger flip sets.

A family is bool (M, N), a row a flip set. How often a sweep proposes each is its *mix*: repeats by the family's name,
"single" for the flips of one spin and "cluster" for every family that the mix does not name.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from sparse_nqs.errors import WorkError
from sparse_nqs.hamiltonians.lattice import Lattice
from sparse_nqs.members.loading import load

if TYPE_CHECKING:
    from sparse_nqs.hamiltonians.flip_table import FlipTable

SINGLE, CLUSTER = "single", "cluster"

Families = dict[str, np.ndarray]


def sets_of(groups: np.ndarray | Sequence[Sequence[int]], n_sites: int) -> np.ndarray:
    """Flip sets from lists of sites: bool (M, N)."""
    rows = np.zeros((len(groups), n_sites), dtype=bool)
    for row, group in zip(rows, groups, strict=True):
        row[np.asarray(group, dtype=int)] = True
    return rows


def single_flips(n_sites: int) -> np.ndarray:
    """Each spin by itself: bool (N, N)."""
    return np.eye(n_sites, dtype=bool)


def flip_sets_of(names: Iterable[str], lattice: Lattice, table: "FlipTable") -> Families:
    """Families of members/move_families/, in the order of their names.

    Raises:
        ValueError: if there is no such family.
    """
    return {name: load("move_families", name).flip_sets(lattice, table) for name in names}


def mix_moves(families: Families, n_sites: int, mix: Mapping[str, int] | None = None) -> np.ndarray:
    """All moves of one sweep.

    Args:
        families: a model's cluster moves by name, from `cluster_moves`.
        n_sites: the number of spins N.
        mix: how often a sweep proposes each family; 0 leaves it out. What is not named is proposed once.

    Returns:
        bool (M, N), a row a proposal, repeats included.

    Raises:
        WorkError: if the mix names a family that the model does not have, or leaves moves that do not reach all 2^N
            configurations. Chains start anywhere, so they would sample a mixture of sectors.
    """
    mix = mix or {}
    unknown = sorted(set(mix) - {SINGLE, CLUSTER} - set(families))
    if unknown:
        allowed = ", ".join([SINGLE, CLUSTER, *families])
        raise WorkError(
            f"training.moves: this model has no moves named {unknown[0]!r}; allowed are {allowed}"
        )
    repeats = {name: mix.get(name, mix.get(CLUSTER, 1)) for name in families}
    parts = [np.tile(single_flips(n_sites), (mix.get(SINGLE, 1), 1))]
    parts += [np.tile(rows, (repeats[name], 1)) for name, rows in families.items()]
    moves = np.concatenate(parts)
    reached = n_sites if mix.get(SINGLE, 1) else gf2_rank(moves)
    if reached < n_sites:
        raise WorkError(
            f"training.moves: {dict(mix)} leaves moves that reach 2^{reached} configurations from each; "
            f"allowed are such as reach all 2^{n_sites}"
        )
    return moves


def gf2_rank(sets: np.ndarray) -> int:
    """The rank over GF(2) of flip sets, bool (M, N): from any configuration they reach 2^rank, itself included."""
    basis: dict[int, int] = {}
    for row in np.unique(sets, axis=0):
        left = int.from_bytes(np.packbits(row).tobytes(), "big")
        while left and left.bit_length() in basis:
            left ^= basis[left.bit_length()]
        if left:
            basis[left.bit_length()] = left
    return len(basis)
