"""The surviving weights of one IMP-WR round as a table: which hidden unit sees which spin."""

import numpy as np

from sparse_nqs.stages.arguments import read_arguments, run
from sparse_nqs.storage.states import Origin, read_state
from sparse_nqs.storage.tables import write_table


def main() -> None:
    """Read a state, write its weights."""
    arguments = read_arguments(__doc__, "states", "weights")
    spec = arguments.spec
    origin = Origin(spec["study"], spec["seed"], spec["procedure"])
    state = read_state(arguments.states, spec["round"], origin)
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
    write_table(arguments.weights, "weights", rows, {**origin.chain, "round": spec["round"]})


if __name__ == "__main__":
    run(main)
