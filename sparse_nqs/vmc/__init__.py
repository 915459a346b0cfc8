"""Variational Monte Carlo: sampling, local energies, stochastic reconfiguration and the training loop.

Everything here is compiled by JAX and knows a network only through its flip path and a Hamiltonian only through its
couplings. May import: hamiltonians, networks.
"""

from sparse_nqs.vmc.couplings import (
    Couplings,
    DeviceSystem,
    FlipSets,
    couplings,
    flip_sets,
    in_order,
    in_turn,
    sampler_moves,
)
from sparse_nqs.vmc.divergence import DivergedError
from sparse_nqs.vmc.local_energy import local_energies
from sparse_nqs.vmc.options import Named, StopRule, TrainingOptions, training_options
from sparse_nqs.vmc.sampler import Sampler, random_spins, sweep
from sparse_nqs.vmc.steps import Carry, Run, advance, start
from sparse_nqs.vmc.training import History, Hooks, Progress, train

__all__ = [
    "Carry",
    "Couplings",
    "DeviceSystem",
    "DivergedError",
    "FlipSets",
    "History",
    "Hooks",
    "Named",
    "Progress",
    "Run",
    "Sampler",
    "StopRule",
    "TrainingOptions",
    "advance",
    "couplings",
    "flip_sets",
    "in_order",
    "in_turn",
    "local_energies",
    "random_spins",
    "sampler_moves",
    "start",
    "sweep",
    "train",
    "training_options",
]
