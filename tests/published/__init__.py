"""Tests of the paper's tables and their counterparts in ours."""
