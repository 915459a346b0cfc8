"""Storage: the only place that knows file formats. Every file is written beside its target and then renamed. It
carries a checksum of its own bytes and its origin. A reader refuses it if either is not right (`sealed`).

`states` holds trained networks (safetensors), `tables` the Parquet summaries and their schemas, `problems` the compiled
Hamiltonian, `results` the small JSON files that pass numbers between stages. May import: members, hamiltonians.
"""
