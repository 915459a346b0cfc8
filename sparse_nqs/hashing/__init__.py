"""Hashes of what results depend on: plain data, the project's code, the user's files. May import: the leaves.

The module `canonical` hashes the slices of the config that a result depends on, `fingerprint` the code, and
`user_files` what a user brings.
"""
