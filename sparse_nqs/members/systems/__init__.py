"""Systems: what `model` of a study's `system` may name.

A member has

- `Options`, a `fields.system.System`: what a config may say of it;
- `LABEL`: its name in captions; `SOLVED`: of which of its systems a reference energy is known or computed beyond exact
  diagonalisation, in words, or None;
- `lattice(system)`, `operator(system)`, `cluster_moves(system, table)`: how the spins lie, the Hamiltonian, the
  sampler's moves;
- `columns(system)`: what it fills of rounds.parquet;
- `solution(system)`: how its ground energy is found beyond exact diagonalisation, "exact", "dmrg" or None. Where that
  is "exact" there is `exact_ground_level(system)`, where it is "dmrg" `ground_state_by_dmrg(system, bond_dimensions)`.

The functions take the system as plain data, the study's `system` with all defaults.
"""
