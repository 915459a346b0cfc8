"""Benchmarks, not tests: what a step costs, ours and NetKet's in turn. `make bench` runs them all.

`setups` describes the cases, `peers` builds NetKet's side, the other modules measure one thing each and return
records; `__main__` writes them down.
"""
