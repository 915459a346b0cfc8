"""Pages of the report: the scoreboard against the paper, and what a run was. Plain functions from rows to text.

They know tables and the config, never states or jax.
"""
