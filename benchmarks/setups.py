"""What is measured: systems, networks and masks, and our side of a comparison."""

from typing import NamedTuple

import jax
import numpy as np

from sparse_nqs.hamiltonians import build_operator, cluster_moves, compile_operator, lattice
from sparse_nqs.networks import Network, build_network
from sparse_nqs.pruning import apply_masks
from sparse_nqs.vmc import DeviceSystem, TrainingOptions, couplings, sampler_moves

SAMPLES = 1024
LEARNING_RATE, SHIFT = 0.008, 1e-3
FIELD = 3.04438
OPTIONS = TrainingOptions(
    samples=SAMPLES,
    chains=SAMPLES,
    sweeps=1,
    thermalisation=20,
    learning_rate=LEARNING_RATE,
    diagonal_shift=SHIFT,
)


def tfim(length: int) -> dict:
    """The critical open square lattice."""
    return {
        "model": "tfim",
        "extent": [length, length],
        "boundary": "open",
        "coupling": 1.0,
        "field": FIELD,
    }


TORIC_CODE = {"model": "toric_code", "length": 3}


def ffnn(alpha: float, init_std: float = 0.01) -> dict:
    """The paper's feed-forward network."""
    return {"kind": "ffnn", "alpha": alpha, "init_std": init_std}


class Setup(NamedTuple):
    """A system, as a study describes it and on the device, and a network on it."""

    system: dict
    network: Network
    arrays: DeviceSystem


def setup(system: dict, network: dict) -> Setup:
    """Compile a system and build a network."""
    table = compile_operator(build_operator(system))
    moves = sampler_moves(cluster_moves(system, table), table.n_sites)
    return Setup(system, build_network(network, lattice(system)), DeviceSystem(couplings(table), moves))


def initial(network: Network, masks: dict[str, np.ndarray]):
    """Random weights under a mask."""
    return apply_masks(network.init(jax.random.key(0)), masks)
