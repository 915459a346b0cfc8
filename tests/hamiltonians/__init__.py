"""Tests of flip tables against matrices of Pauli strings."""
