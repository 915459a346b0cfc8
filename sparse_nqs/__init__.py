"""Prune neural quantum states and train the sparse networks; see README.md.

A folder a topic, each of which says in its first file what lives there and what it may import; docs/architecture.md
has them in order. The modules here are leaves: any folder may import them, and they import each other at most.
"""
