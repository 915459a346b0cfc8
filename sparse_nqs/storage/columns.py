"""What the columns of the summary tables are made of, and those that many tables share."""

from typing import NamedTuple

import pyarrow as pa


class Column(NamedTuple):
    """A column: Arrow type, unit ("" for pure numbers, "energy" for the Hamiltonian's), meaning."""

    type: pa.DataType
    unit: str
    meaning: str


TEXT, INT, FLOAT = pa.string(), pa.int64(), pa.float64()

# Which training a row is of.
WHERE = {
    "study": Column(TEXT, "", "name of the study"),
    "seed": Column(INT, "", "seed"),
    "procedure": Column(TEXT, "", "dense, or one of the study's pruning.procedures or isolated.procedures"),
}

# Which of its independent draws.
DRAW = {
    "draw": Column(
        INT, "", "which independent draw of weights or random mask of an isolated training; 0 is the first"
    )
}

# How sparse its mask is.
MASK = {
    "round": Column(INT, "", "number of prunings behind the mask"),
    "n_active": Column(INT, "", "surviving weights n"),
    "n_total": Column(INT, "", "weights of the dense network"),
    "density": Column(FLOAT, "", "n_active / n_total"),
    "rho": Column(FLOAT, "1/spin", "n_active / n_sites"),
}
