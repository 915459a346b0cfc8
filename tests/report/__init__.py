"""Tests of pages of the report."""
