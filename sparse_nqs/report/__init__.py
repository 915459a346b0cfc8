"""Pages of the report: the scoreboard against the paper, and what a run was. Plain functions from rows to text.

They know tables and the config as plain values, never states or jax. May import: the leaves.
"""
