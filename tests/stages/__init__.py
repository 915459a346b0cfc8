"""Tests of what the scripts share, on a small problem."""
