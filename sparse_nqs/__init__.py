"""Prune neural quantum states and train the sparse networks; see README.md."""
