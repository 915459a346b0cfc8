"""Tests of regions, tickets and overlaps on synthetic curves and masks whose answer is known."""
