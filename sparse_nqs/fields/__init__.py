"""Types of the keys of a config: numbers with bounds, lists, free-form options. May import: hashing.

Members and `config` build their descriptions of these.
"""
