"""Reference energies: exact diagonalisation, DMRG, and ours beside the published ones.

`reference_energy` picks the method that fits a system. The modules that need SciPy or TeNPy are imported only
when their method is used. May import: hamiltonians, members.
"""

from sparse_nqs.references.choose import Reference, reference_energy
from sparse_nqs.references.relative import note_on_zero, relative_to

__all__ = ["Reference", "note_on_zero", "reference_energy", "relative_to"]
