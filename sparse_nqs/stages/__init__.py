"""Stages: what the workflow's scripts share. The layer above the core and the storage; only scripts know it.

`arguments` reads a script's command line, `compiling` checks a Hamiltonian, `training` runs one round and makes a
state of it, `progress` writes to the job's log, `measuring` evaluates states exactly or by sampling, `summary` makes
rows of tables.
May import: members, hamiltonians, networks, pruning, vmc, evaluation, references, analysis, storage. Not config, whose
specs reach it as plain values, and not figures.
"""
