"""Analysis: what the tables and masks of finished studies say. Pure functions of NumPy arrays.

`piecewise` fits broken lines, and `regions` reads the scaling regions LEP, APL and HEP off them. `geometry` knows where
the spins lie; `tickets` describes the surviving weights of one mask and `overlap` compares two. `plaquette_network`
is the toric code's analytic network. May import: hamiltonians. Import the modules: each stage runs a few of them only.
"""
