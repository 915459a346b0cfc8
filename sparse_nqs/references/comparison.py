"""Our reference energies beside the published ones, as a page to read.

A variational energy lies above the ground energy. If a published one lies below a reference by more than its error,
it belongs to another Hamiltonian. If there are two references at neighbouring fields, the page also says how the step
in the field changes the energy, E(k2) - E(k1) = -N M_x (k2 - k1) + ..., by the theorem of Hellmann and Feynman.
"""

from itertools import combinations
from typing import NamedTuple

from sparse_nqs import published

# Fields nearer than this are compared with each other's published energies: their digits may have been mixed up.
_NEAR = 1e-3


class Computed(NamedTuple):
    """A reference energy of ours.

    Attributes:
        system: the system's part of a study.
        n_sites: its number of spins.
        energy: in the Hamiltonian's units, to compare with.
        error: its error.
        method: "exact", "ed" or "dmrg".
        m_x: <sum X> / N; None if it is not known.
    """

    system: dict
    n_sites: int
    energy: float
    error: float
    method: str
    m_x: float | None


def page(references: list[Computed]) -> str:
    """The comparison as Markdown."""
    lines = [
        "# Reference energies beside the published ones",
        "",
        "| system | ours | error | method | published | by | published - ours | |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for ours in references:
        rows = _published(ours.system)
        for row in rows:
            difference = row["energy"] - ours.energy
            remark = "below the ground energy" if difference < -ours.error - 1e-9 else ""
            lines.append(
                f"| {_name(ours.system)} | {ours.energy:.6f} | {ours.error:.1e} | {ours.method} "
                f"| {row['energy']:.6f} | {row['method']} | {difference:+.6f} | {remark} |"
            )
        if not rows:
            lines.append(
                f"| {_name(ours.system)} | {ours.energy:.6f} | {ours.error:.1e} | {ours.method} | none | | | |"
            )
    for first, second in combinations(references, 2):
        if _are_neighbours(first.system, second.system):
            lines += ["", _step(first, second)]
    return "\n".join(lines) + "\n"


def _published(system: dict) -> list[dict]:
    rows = published.energies()
    if system["model"] == "toric_code":
        rows = rows[(rows["model"] == "toric code") & (rows["L"] == system["length"])]
    elif system["model"] == "tfim" and system["coupling"] == 1.0:
        length, width = system["extent"]
        rows = rows[(rows["model"] == "TFIM2D") & (rows["boundary"] == system["boundary"])]
        rows = rows[(rows["L"] == length) & (rows["L"] == width)]
        rows = rows[(rows["kappa"] - system["field"]).abs() < _NEAR]
    else:
        rows = rows[:0]
    return rows.to_dict("records")


def _are_neighbours(first: dict, second: dict) -> bool:
    if not first["model"] == second["model"] == "tfim":
        return False
    same = {key: value for key, value in first.items() if key != "field"}
    distance = abs(first["field"] - second["field"])
    return all(second[key] == value for key, value in same.items()) and 0.0 < distance < _NEAR


def _step(first: Computed, second: Computed) -> str:
    low, high = sorted((first, second), key=lambda ours: ours.system["field"])
    step = high.system["field"] - low.system["field"]
    if low.m_x is None or high.m_x is None:
        return f"From field {low.system['field']:g} to {high.system['field']:g} nothing is said: M_x is not known."
    m_x = 0.5 * (low.m_x + high.m_x)
    return (
        f"From field {low.system['field']:g} to {high.system['field']:g} the energy changes by "
        f"{high.energy - low.energy:+.6f}; -N M_x times the step, with M_x = {m_x:.4f}, is "
        f"{-low.n_sites * m_x * step:+.6f}."
    )


def _name(system: dict) -> str:
    if system["model"] == "toric_code":
        return f"toric code {system['length']} x {system['length']}"
    length, width = system.get("extent", (0, 0))
    field = f", field {system['field']:g}" if "field" in system else ""
    return f"{system['model']} {length} x {width} {system.get('boundary', '')}{field}"
