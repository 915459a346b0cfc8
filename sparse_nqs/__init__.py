"""Prune neural quantum states and train the sparse networks; see README.md.

Each folder has one topic. Its first file says what lives there and what it may import; docs/architecture.md has the
folders in order. The modules here are leaves: any folder may import them, and they import only each other.
"""
