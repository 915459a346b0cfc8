"""From a study's system to its problem: the Hamiltonian compiled and checked, with the sampler's moves."""

import numpy as np

from sparse_nqs.errors import WorkError
from sparse_nqs.hamiltonians import build_operator, cluster_moves, compile_operator
from sparse_nqs.storage.problems import Problem


def compile_system(system: dict) -> Problem:
    """The problem of a system whose ground state can be positive.

    Raises:
        WorkError: if the Hamiltonian is no sum of Pauli strings on the system's spins, not real and symmetric, or has
            a sign problem.
    """
    operator = build_operator(system)
    name = system.get("operator", system["model"])
    try:
        table = compile_operator(operator)
    except ValueError as error:
        raise WorkError(f"{name}: {error}") from error
    if not table.is_symmetric():
        raise WorkError(f"{name}: the operator is not Hermitian; allowed are real symmetric Hamiltonians")
    positive = table.positive_flip()
    if positive is not None:
        sites = np.flatnonzero(table.flip_sets[positive]).tolist()
        amplitude = table.largest_amplitudes()[positive]
        raise WorkError(
            f"{name}: the flip of spins {sites} has matrix elements up to {amplitude:.6g} > 0, so the ground state "
            "may change sign; allowed are Hamiltonians without positive off-diagonal elements, as the networks are "
            "positive (on a bipartite lattice a rotation of one sublattice may help)"
        )
    return Problem(system, table, cluster_moves(system, table))
