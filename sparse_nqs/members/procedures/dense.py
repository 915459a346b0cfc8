"""The dense network, trained from theta_init: round 0 of every chain."""

KIND = "dense"
KEY = 1
MEANING = "the network before any pruning"
LABEL = SYMBOL = "dense network"
COLOUR, MARKER, LINE = "#000000", "*", "--"
