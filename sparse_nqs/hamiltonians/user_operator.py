"""A Hamiltonian of the user's own: a function, named by its dotted path, that returns a NetKet operator."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sparse_nqs.errors import WorkError
from sparse_nqs.hamiltonians.lattice import Lattice
from sparse_nqs.opened_files import warn_of_unlisted
from sparse_nqs.user_code import make

if TYPE_CHECKING:
    from netket.operator import DiscreteOperator


def build(path: str, lattice: Lattice, options: dict, files: Sequence[str] = ()) -> "DiscreteOperator":
    """What the function at "package.module:name" returns for `function(lattice=lattice, **options)`.

    Args:
        path: the function.
        lattice: the `Lattice` of the system.
        options: plain values, its keyword arguments.
        files: what it may read; of other files it reads a line is printed.

    Raises:
        WorkError: if the function cannot be loaded, takes other arguments or raises, or what it returns is no
            operator on the lattice's spins.
    """
    with warn_of_unlisted(path, "system.files", files):
        operator = make(path, lattice, options)
    hilbert = getattr(operator, "hilbert", None)
    if hilbert is None:
        raise WorkError(f"{path} returned {type(operator).__name__}; allowed is a NetKet operator")
    if getattr(hilbert, "local_size", None) != 2:
        raise WorkError(f"{path}: its operator acts on {hilbert}; allowed are spins 1/2")
    if getattr(hilbert, "constrained", False):
        raise WorkError(
            f"{path}: its Hilbert space {hilbert} is constrained; allowed is one of all 2^N configurations"
        )
    if hilbert.size != lattice.n_sites:
        raise WorkError(
            f"{path}: its operator acts on {hilbert.size} spins; allowed are {lattice.n_sites}, the spins of "
            f"{lattice.length} x {lattice.width} cells of {lattice.spins_per_cell}"
        )
    return operator
