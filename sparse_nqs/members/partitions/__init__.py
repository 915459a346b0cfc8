"""Partitions: which prunable tensors share a threshold, a file each.

A partition's file has

- `groups`: from the names of a network's prunable tensors and the study's ratio, groups without a tensor in common,
  each with its ratio. A tensor in none of them is never pruned. It raises a ValueError ("must ...") for a network
  without the tensors that it prunes;
- `MEANING`: what it is, for the reference of the config.
"""
