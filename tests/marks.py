"""Marks of single cases of a test."""

import pytest


def slow(*values: object, **options: object):
    """A case that `make test-all` tries, and `make test` leaves out, where others try the same code."""
    return pytest.param(*values, marks=pytest.mark.slow, **options)
