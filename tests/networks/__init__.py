"""Tests of fast flip paths against the generic one, and all against NetKet."""
