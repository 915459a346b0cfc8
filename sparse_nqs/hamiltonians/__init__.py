"""Hamiltonians: sums of Pauli strings, written with NetKet and compiled to a flip table.

`models` finds a system by its name in members/systems/; `tfim`, `toric_code`, `heisenberg` and `user_operator` build
NetKet operators. `flip_table` compiles any real Pauli-string operator to the arrays that the variational Monte Carlo
core runs on; `moves` says what the sampler proposes. Only the functions that build an operator import NetKet. May
import: members.
"""

from sparse_nqs.hamiltonians import full_space
from sparse_nqs.hamiltonians.flip_table import FlipTable, compile_operator, compile_pauli_strings
from sparse_nqs.hamiltonians.lattice import Lattice
from sparse_nqs.hamiltonians.models import build_operator, cluster_moves, lattice
from sparse_nqs.hamiltonians.moves import Families, mix_moves

__all__ = [
    "Families",
    "FlipTable",
    "Lattice",
    "build_operator",
    "cluster_moves",
    "compile_operator",
    "compile_pauli_strings",
    "full_space",
    "lattice",
    "mix_moves",
]
