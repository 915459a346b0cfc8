"""Storage: the only place that knows file formats. Every file is written beside its target and then renamed.

`states` holds trained networks (safetensors), `tables` the Parquet summaries and their schemas, `problems` the compiled
Hamiltonian, `results` the small JSON files that pass numbers between stages. May import: hamiltonians.
"""
