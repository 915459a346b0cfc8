"""All that a config can name, a file each: systems, networks, scores, partitions, procedures, figures and so on.

A folder here is a kind of member, a file in it a member, the file's name its name in a config. A member says in its
file what a config may say of it, what it is called in figures, what it costs and what it brings; nothing else has a
list of members. May import: hashing, fields. At the top a member imports these and leaves alone, so that a config is
checked fast. Functions that jobs call import what they need (hamiltonians, networks, pruning, evaluation, figures)
when called.
"""
