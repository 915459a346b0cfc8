"""The published curves with what they are of: system, network, procedure and quantity.

Errors in figures 1a, 1b and 2a are measured from the mean energy of nine residual networks that were trained at
kappa = 3.04483, the digits of 3.04438 transposed; `corrected` measures them from the DMRG energy at 3.04438 instead.
The networks of figure 1c were trained at that other field too, so their printed errors are right, but for another
system.
"""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

import numpy as np

CRITICAL, TRANSPOSED = 3.04438, 3.04483
_PROCEDURES = {
    "IMP-WR": "imp_wr",
    "T(init,imp)": "t_init_imp",
    "T(rand,imp)": "t_rand_imp",
    "T(init,rand)": "t_init_rand",
}
_QUANTITIES = {
    "rel_energy_error": "rel_error",
    "dE_per_site": "abs_error_per_site",
    "fidelity": "fidelity",
}


class Series(NamedTuple):
    """A published curve.

    Attributes:
        figure: "1a", "2a", "3b", ...
        name: what the legend there says.
        model: "tfim" (open boundaries) or "toric_code".
        length: L of the L x L lattice.
        n_sites: its number of spins N.
        field: kappa, in units of J; None for the toric code.
        network: "ffnn", "cnn" or "res_cnn".
        n_total: weights of the dense network, which with `network` says which one it is.
        procedure: as in rounds.parquet.
        quantity: "rel_error", "abs_error_per_site" or "fidelity" (of the neighbours k and k + 1).
        n_active: int64 (K,), surviving weights, from dense to sparse.
        value: float64 (K,), the quantity; errors are positive as printed.
        is_shifted: whether the reference energy was corrected.
    """

    figure: str
    name: str
    model: str
    length: int
    n_sites: int
    field: float | None
    network: str
    n_total: int
    procedure: str
    quantity: str
    n_active: np.ndarray
    value: np.ndarray
    is_shifted: bool = False

    @property
    def rho(self) -> np.ndarray:
        """float64 (K,), surviving weights per spin."""
        return self.n_active / self.n_sites


@cache
def series() -> tuple[Series, ...]:
    """All published curves as printed, in the order of the figures. The points of the inset of figure 1 are none."""
    from sparse_nqs.published.tables import curves

    found = []
    for (figure, panel, name, model), rows in curves().groupby(
        ["figure", "panel", "series", "model"], sort=False
    ):
        if figure == "1_inset":
            continue
        system = _system(name, model)
        x = rows["x"].to_numpy(dtype=np.float64)
        # Curves against rho are of whole numbers of weights too.
        counts = np.rint(x * (system["n_sites"] if rows["x_name"].iloc[0] == "rho" else 1)).astype(np.int64)
        found.append(
            Series(
                figure=figure if panel in figure else f"{figure}{panel}",
                name=name,
                procedure=_PROCEDURES.get(name, "imp_wr"),
                quantity=_QUANTITIES[rows["y_name"].iloc[0]],
                n_active=counts,
                value=rows["y"].to_numpy(dtype=np.float64),
                **system,
            )
        )
    return tuple(found)


def corrected(curve: Series) -> Series:
    """The curve with errors from the ground energy at the critical field; unchanged where they are so already.

    A published energy that lies below DMRG, by noise, comes out with a negative error.
    """
    if curve.figure not in ("1a", "1b", "2a"):
        return curve
    if curve.quantity == "rel_error":
        value = corrected_rel_error(curve.value)
    else:
        assumed, ground = _critical_energies()
        value = curve.value + (assumed - ground) / curve.n_sites
    return curve._replace(value=value, is_shifted=True)


def corrected_rel_error(value: Any) -> Any:
    """Relative errors at the critical field as printed, float or float64 (K,), measured from the DMRG energy there."""
    assumed, ground = _critical_energies()
    energy = assumed + value * abs(assumed)
    return (energy - ground) / abs(ground)


@cache
def _critical_energies() -> tuple[float, float]:
    """The energy that the paper measures from at the critical field, and its DMRG energy there."""
    from sparse_nqs.published.tables import energies

    rows = energies()
    rows = rows[rows["kappa"] == CRITICAL]

    assumed = rows.loc[rows["method"].str.startswith("mean of 9"), "energy"].item()
    return assumed, rows.loc[rows["method"] == "DMRG", "energy"].item()


def _system(name: str, model: str) -> dict:
    """System and network from the words of the table."""
    words = dict(word.split("=") for word in (name, *model.split()) if "=" in word)
    length = int(words.get("L", 3 if model.startswith("toric") else 10))
    toric = model.startswith("toric")
    n_sites = 2 * length**2 if toric else length**2
    if "ResCNN" in model:
        features, blocks = (int(model.split()[position]) for position in (1, 3))
        network, n_total = "res_cnn", 9 * features + 18 * blocks * features**2
    elif "FFNN" in model:
        network, n_total = "ffnn", round(float(words["alpha"]) * n_sites**2)
    else:
        network, n_total = "cnn", 9 * int(model.split()[1])
    field = float(words.get("kappa", TRANSPOSED if network == "res_cnn" else CRITICAL))
    return {
        "model": "toric_code" if toric else "tfim",
        "length": length,
        "n_sites": n_sites,
        "field": None if toric else field,
        "network": network,
        "n_total": n_total,
    }
