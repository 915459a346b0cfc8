"""Models by name: the one place that knows which systems there are."""

from typing import NamedTuple

import numpy as np

from sparse_nqs.hamiltonians import tfim, toric_code


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


def _unknown(system: dict) -> ValueError:
    return ValueError(f"unknown model {system['model']!r}; allowed are tfim and toric_code")


def lattice(system: dict) -> Lattice:
    """The lattice of a system.

    Raises:
        ValueError: if the model is unknown.
    """
    match system["model"]:
        case "tfim":
            return Lattice(*system["extent"], periodic=system["boundary"] == "periodic")
        case "toric_code":
            return Lattice(system["length"], system["length"], spins_per_cell=2, periodic=True)
        case _:
            raise _unknown(system)


def build_operator(system: dict):
    """The NetKet operator of a system.

    Args:
        system: the system's part of a study: `model` and that model's options (docs/configuration.md).

    Raises:
        ValueError: if the model is unknown.
    """
    match system["model"]:
        case "tfim":
            return tfim.build(
                tuple(system["extent"]),
                periodic=system["boundary"] == "periodic",
                coupling=system["coupling"],
                field=system["field"],
            )
        case "toric_code":
            return toric_code.build(system["length"])
        case _:
            raise _unknown(system)


def cluster_moves(system: dict) -> np.ndarray:
    """The flip sets, beyond single flips, that the sampler of this system proposes: bool (M, N).

    Raises:
        ValueError: if the model is unknown.
    """
    match system["model"]:
        case "tfim":
            return tfim.cluster_moves(tuple(system["extent"]))
        case "toric_code":
            return toric_code.cluster_moves(system["length"])
        case _:
            raise _unknown(system)
