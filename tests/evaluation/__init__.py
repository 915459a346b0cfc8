"""Tests of exact sums against NetKet, sampled estimates against exact ones, pulls of error bars."""
