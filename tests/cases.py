"""Small systems, masks and configurations that the tests of several packages share."""

import numpy as np

SYSTEMS = {
    "tfim_open": {"model": "tfim", "extent": [3, 2], "boundary": "open", "coupling": 1.0, "field": 0.7},
    "tfim_periodic": {
        "model": "tfim",
        "extent": [3, 2],
        "boundary": "periodic",
        "coupling": 1.3,
        "field": 3.04438,
    },
    "toric_code": {"model": "toric_code", "length": 2},
}

MASKS = ("full", "dense", "half", "sparse", "dead_units", "one_weight")


def mask_of(kind: str, shape: tuple[int, int], seed: int = 0) -> np.ndarray:
    """A mask of the named kind, True where a weight survives."""
    uniform = np.random.default_rng(seed).random(shape)
    mask = {
        "full": np.ones(shape, dtype=bool),
        "dense": uniform < 0.9,
        "half": uniform < 0.5,
        "sparse": uniform < 0.1,
        "dead_units": (uniform < 0.6) & (np.arange(shape[1]) % 3 == 1),
        "one_weight": np.zeros(shape, dtype=bool),
    }[kind]
    if kind == "one_weight":
        mask[shape[0] // 2, shape[1] - 2] = True
    return mask


def all_configurations(n_sites: int) -> np.ndarray:
    """All configurations, float64 (2^N, N): s_i = -1 where bit i of the row's number is 1."""
    return np.array([[1.0 - 2.0 * (row >> i & 1) for i in range(n_sites)] for row in range(2**n_sites)])


def rows_of(configurations: np.ndarray) -> np.ndarray:
    """The row of `all_configurations` that each configuration (..., N) is: int (...)."""
    return ((configurations < 0) @ (1 << np.arange(configurations.shape[-1]))).astype(int)


def table_matrix(table, configurations: np.ndarray) -> np.ndarray:
    """The matrix of a flip table between the given complete set of configurations, term by term."""
    row = {tuple(s): r for r, s in enumerate(configurations.tolist())}
    matrix = np.zeros((len(configurations),) * 2)
    for r, s in enumerate(configurations):
        for coefficient, sites in zip(table.diagonal_coefficient, table.diagonal_sites, strict=True):
            matrix[r, r] += coefficient * np.prod(s[sites])
        for k, coefficient, sites in zip(
            table.term_flip, table.term_coefficient, table.term_sites, strict=True
        ):
            flipped = np.where(table.flip_sets[k], -s, s)
            matrix[r, row[tuple(flipped.tolist())]] += coefficient * np.prod(s[sites])
    return matrix


def netket_matrix(operator, configurations: np.ndarray) -> np.ndarray:
    """The matrix of a NetKet operator between the given complete set of configurations, from its own connections."""
    connected, elements = operator.get_conn_padded(configurations)
    columns = rows_of(np.asarray(connected))
    order = np.argsort(rows_of(configurations))
    matrix = np.zeros((len(configurations),) * 2, dtype=complex)
    for r, (column, element) in enumerate(zip(columns, np.asarray(elements), strict=True)):
        np.add.at(matrix[r], order[column], element)
    return matrix
