"""The dense network, trained from theta_init: round 0 of every chain."""

KIND = "dense"
KEY = 1
MEANING = "the network before any pruning"
LABEL = "dense network"
SYMBOL = LABEL
COLOUR = "#000000"
MARKER = "*"
LINE = "--"
