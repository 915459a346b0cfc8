"""Observables: products of Pauli matrices that are measured of every state, a file each.

An observable's file has

- `LETTER`: "x" or "z", which Pauli matrices are multiplied;
- `sites`: from the lattice the sets of spins whose products are measured, integers (P, K) for P products of K matrices.
  A row of a table names the first and the last spin of a set, so a set of more is known by its place;
- `flips`: how many configurations a sample is compared with, for N spins; what measuring it by sampling costs;
- `MEANING`: what it is, for the reference of the config.
"""
