"""The jobs of a config: where their files are, their specs, their cost.

May import: hashing, fields, members, config, reading. `layout` has the paths, `specs` the parameters of the rules,
`cost` and `resources` time and memory, `plan` the sums. Commands read configs, so `plan` imports reading.
"""
