"""Families of the sampler's moves: flip sets that a system proposes, by name.

A member has

- `flip_sets(lattice, table)`: bool (M, N), a row a flip set;
- `misfit(system)`: why a system cannot have it, as a line "must be ...", or None;
- `count(system)`: about how many flip sets it has, for estimates of time;
- `added_rank(system, before)`: by how much it raises the rank over GF(2) of the families `before` it; None where only
  the job that has the Hamiltonian knows.
"""
