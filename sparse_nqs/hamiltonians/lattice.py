"""How the spins of a system lie."""

from typing import NamedTuple


class Lattice(NamedTuple):
    """Where the spins lie: the order of their indices is (x, y, spin of the cell).

    Attributes:
        length: cells along x, L.
        width: cells along y, M.
        spins_per_cell: 1 for spins on sites, 2 for spins on the edges of a square lattice.
        periodic: whether both directions are closed.
    """

    length: int
    width: int
    spins_per_cell: int = 1
    periodic: bool = False

    @property
    def shape(self) -> tuple[int, int, int]:
        """(L, M, spins a cell): the shape of a configuration as an image."""
        return self.length, self.width, self.spins_per_cell

    @property
    def n_sites(self) -> int:
        """The number of spins N."""
        return self.length * self.width * self.spins_per_cell


def on_sites(system: dict) -> Lattice:
    """The lattice of a system with one spin on each of its L x M sites.

    Args:
        system: with `extent` and `boundary`.
    """
    length, width = system["extent"]
    return Lattice(length, width, periodic=system["boundary"] == "periodic")
