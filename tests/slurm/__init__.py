"""Tests: a study through a real SLURM of one node; `make test-slurm`."""
