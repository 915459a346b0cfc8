"""The surviving weights of one state as a table: which hidden unit sees which spin. Needs neither jax nor the core."""

from pathlib import Path

import numpy as np

from sparse_nqs.storage.states import Origin, read_state
from sparse_nqs.storage.tables import write_table


def write_weights(spec: dict, states: Path, target: Path) -> None:
    """Write the weights of one state.

    Args:
        spec: that of rule `tabulate_weights`.
        states: the file with the state.
        target: the table.

    Raises:
        FileNotFoundError, DamagedFileError: if the state cannot be read.
    """
    origin = Origin(spec["study"], spec["seed"], spec["procedure"])
    state = read_state(states, spec["round"], origin)
    kernel, mask = state.params["kernel"], state.masks["kernel"]
    system = spec["system"]
    length, width = system.get("extent") or (system["length"], system["length"])
    shared = {
        **origin.chain,
        "round": spec["round"],
        "model": system["model"],
        "length": length,
        "width": width,
        "n_active": state.n_active,
        "rho": state.n_active / kernel.shape[0],
    }
    rows = [
        {**shared, "unit": int(unit), "site": int(site), "weight": float(kernel[site, unit])}
        for unit, site in np.argwhere(mask.T)
    ]
    write_table(target, "weights", rows, {**origin.chain, "round": spec["round"]})
