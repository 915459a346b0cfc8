"""Functions that a user might name in a study, some of them wrong."""

from types import SimpleNamespace

import netket as nk

NUMBER = 3


def _spins(lattice):
    return nk.hilbert.Spin(0.5, lattice.n_sites)


def ising(lattice, *, J, h=1.0):
    graph = nk.graph.Grid((lattice.length, lattice.width), pbc=lattice.periodic)
    return nk.operator.Ising(_spins(lattice), graph, J=-J, h=h)


def exchange(lattice):
    words = ["XX" + "I" * (lattice.n_sites - 2), "I" * (lattice.n_sites - 2) + "XX"]
    return nk.operator.PauliStrings(_spins(lattice), words, [-1.0, -0.75])


def frustrated(lattice):
    words = ["XX" + "I" * (lattice.n_sites - 2), "I" * (lattice.n_sites - 2) + "XX"]
    return nk.operator.PauliStrings(_spins(lattice), words, [-1.0, 0.75])


def imaginary(lattice):
    return nk.operator.PauliStrings(_spins(lattice), ["Y" + "I" * (lattice.n_sites - 1)], [1.0])


def not_hermitian(lattice):
    words = ["X" + "I" * (lattice.n_sites - 1), "Y" + "I" * (lattice.n_sites - 1)]
    return nk.operator.PauliStrings(_spins(lattice), words, [-1.0, 0.5j])


def too_small(lattice):
    return nk.operator.PauliStrings(nk.hilbert.Spin(0.5, 2), ["ZZ"], [1.0])


def spin_one(lattice):
    return nk.operator.spin.sigmax(nk.hilbert.Spin(1, lattice.n_sites), 0)


def constrained(lattice):
    hilbert = nk.hilbert.Spin(0.5, lattice.n_sites, total_sz=0)
    return nk.operator.spin.sigmaz(hilbert, 0)


def unwritable(lattice):
    return SimpleNamespace(hilbert=_spins(lattice))


def number(lattice):
    return 4.0
