"""Two systems small enough for dense matrices, written down here once more, and networks with random weights."""

from typing import NamedTuple

import jax
import numpy as np
from pauli import dense_matrix

from sparse_nqs.evaluation import sample_batches
from sparse_nqs.hamiltonians import Lattice, compile_pauli_strings
from sparse_nqs.networks import build_network
from sparse_nqs.pruning import apply_masks


class SmallSystem(NamedTuple):
    """Pauli strings with coefficients, and the sampler's moves beyond single flips."""

    words: list[str]
    coefficients: list[float]
    cluster_moves: np.ndarray

    @property
    def n_sites(self):
        return len(self.words[0])

    @property
    def table(self):
        return compile_pauli_strings(self.words, np.array(self.coefficients))

    @property
    def matrix(self):
        return dense_matrix(self.words, self.coefficients).real


def word(n_sites, letter, sites):
    return "".join(letter if site in sites else "I" for site in range(n_sites))


def tfim_3x2():
    """Sites 2 x + y, open boundaries, J = 1, kappa = 1.7."""
    bonds = [(0, 1), (2, 3), (4, 5), (0, 2), (2, 4), (1, 3), (3, 5)]
    words = [word(6, "Z", bond) for bond in bonds] + [word(6, "X", {site}) for site in range(6)]
    return SmallSystem(words, [-1.0] * 7 + [-1.7] * 6, np.ones((1, 6), dtype=bool))


def toric_2x2():
    """Edges 4 x + 2 y + d; four stars and four plaquettes of four edges."""
    stars = [{0, 1, 4, 3}, {2, 3, 6, 1}, {4, 5, 0, 7}, {6, 7, 2, 5}]
    plaquettes = [{0, 1, 5, 2}, {2, 3, 7, 0}, {4, 5, 1, 6}, {6, 7, 3, 4}]
    words = [word(8, "X", star) for star in stars] + [word(8, "Z", plaquette) for plaquette in plaquettes]
    moves = np.array([[site in star for site in range(8)] for star in stars])
    return SmallSystem(words, [-1.0] * 8, moves)


SYSTEMS = {"tfim": tfim_3x2, "toric_code": toric_2x2}


def random_state(n_sites, seed, *, alpha=2, scale=0.3, density=0.6):
    """(network, params, masks) of an FFNN with random weights and mask, some hidden units without weights."""
    network = build_network({"kind": "ffnn", "alpha": alpha, "init_std": scale}, Lattice(n_sites, 1))
    mask = np.random.default_rng(seed).random(network.shapes["kernel"]) < density
    mask[:, ::5] = False
    masks = {"kernel": mask}
    params = apply_masks(network.init(jax.random.key(seed)), masks)
    return network, {name: np.asarray(value) for name, value in params.items()}, masks


def all_spins(n_sites):
    """Every configuration, +-1 (2^N, N): bit i of the row's number is 1 where spin i is -1."""
    return np.array([[1 - 2 * ((row >> site) & 1) for site in range(n_sites)] for row in range(2**n_sites)])


def dense_log_psi(kernel, spins):
    """Log psi of an FFNN, unit by unit."""
    return sum(np.maximum(spins @ unit, 0.0) for unit in kernel.T)


def first_batch(state, system, options, key):
    """The first samples of a state."""
    return next(sample_batches(state, system, options, key))
