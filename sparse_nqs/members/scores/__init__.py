"""Scores: which weights of a group go at a pruning, a file each. Those of the smallest score go.

A score's file has

- `scores`: from a `pruning.ScoreContext` an array of scores for every tensor of its groups, in the tensor's shape.
  Only scores of surviving weights of one group are compared with each other;
- `MEANING`: which weights go, for the reference of the config.
"""
