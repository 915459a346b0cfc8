"""Tests of sampler, local energies, stochastic reconfiguration and training against exact distributions and NetKet."""
