"""Tests of masks, keys and procedures against counts by hand."""
