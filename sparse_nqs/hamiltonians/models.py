"""Lattice, Hamiltonian and moves of a system, by the name of its model; members/systems/ has a file each."""

from typing import TYPE_CHECKING

from sparse_nqs.hamiltonians.flip_table import FlipTable
from sparse_nqs.hamiltonians.lattice import Lattice
from sparse_nqs.hamiltonians.moves import Families
from sparse_nqs.hamiltonians.pauli_terms import every_term
from sparse_nqs.members.loading import load

if TYPE_CHECKING:
    from netket.operator import DiscreteOperator


def lattice(system: dict) -> Lattice:
    """The lattice of a system.

    Args:
        system: the system's part of a study: `model` and that model's options (docs/configuration.md).

    Raises:
        ValueError: if the model is unknown.
    """
    where: Lattice = load("systems", system["model"]).lattice(system)
    return where


def build_operator(system: dict) -> "DiscreteOperator":
    """The NetKet operator of a system, with all of its terms however small.

    Raises:
        ValueError: if the model is unknown.
        WorkError: if a user's own function does not give an operator on the system's spins.
    """
    with every_term():
        return load("systems", system["model"]).operator(system)


def cluster_moves(system: dict, table: FlipTable) -> Families:
    """The flip sets, beyond single flips, that the sampler of this system proposes, by the families' names.

    Args:
        system: the system's part of a study.
        table: its compiled Hamiltonian.

    Raises:
        ValueError: if the model is unknown.
    """
    families: Families = load("systems", system["model"]).cluster_moves(system, table)
    return families
