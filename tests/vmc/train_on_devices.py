"""Train small networks on all devices of this process; `test_devices.py` runs this. It must not import NetKet."""

import sys

import jax
import numpy as np

from sparse_nqs import runtime
from sparse_nqs.hamiltonians import Lattice, compile_pauli_strings
from sparse_nqs.networks import MaskedNetwork, build_network
from sparse_nqs.vmc import (
    DeviceSystem,
    Hooks,
    TrainingOptions,
    advance,
    chunks,
    couplings,
    sampler_moves,
    start,
    train,
)
from sparse_nqs.vmc.options import Named

runtime.configure()
# Four groups of chains, and two in two parts each.
chunks._CACHE_BYTES = 1
N_SITES = 8
OPTIONS = TrainingOptions(
    samples=256,
    chains=256,
    sweeps=1,
    thermalisation=5,
    learning_rate=0.05,
    diagonal_shift=1e-2,
)
CASES = {
    "parameters": OPTIONS._replace(sr_solver="parameters", update=Named("adam")),
    "samples": OPTIONS._replace(sr_solver="samples", precision="float64", chains=128, chunk_size=32),
}
# More than a call does, so that there is something to go on from.
STEPS = 30


def system():
    """A ring of N spins in a transverse field."""
    sites = range(N_SITES)
    words = ["".join("Z" if site in (i, (i + 1) % N_SITES) else "I" for site in sites) for i in sites]
    words += ["".join("X" if site == i else "I" for site in sites) for i in sites]
    table = compile_pauli_strings(words, np.full(len(words), -1.0))
    moves = sampler_moves({"global": np.ones((1, N_SITES), dtype=bool)}, N_SITES)
    return DeviceSystem(couplings(table), moves)


def main(output: str) -> None:
    network = build_network({"kind": "ffnn", "alpha": 2, "init_std": 0.1}, Lattice(N_SITES, 1))
    masks = {"kernel": np.random.default_rng(0).random(network.shapes["kernel"]) < 0.5}
    params = network.init(jax.random.key(0))
    found = {}
    for name, options in CASES.items():
        arguments = (MaskedNetwork(network, params, masks), system(), options)
        key = jax.random.key(1)
        run, carry = start(*arguments, key=key)
        found[f"{name}.devices"] = len(advance(run, carry, 0, 0)[0].spins.sharding.device_set)
        kept = []
        trained, history, _ = train(*arguments, steps=STEPS, key=key, hooks=Hooks(keep=kept.append))
        point = kept[0]._replace(carry=jax.tree.map(np.asarray, kept[0].carry))
        found |= {f"{name}.carry_{index}": leaf for index, leaf in enumerate(jax.tree.leaves(point.carry))}
        hooks = Hooks(resume=lambda _, point=point: point)
        resumed, _, _ = train(*arguments, steps=STEPS, key=key, hooks=hooks)
        found |= {f"{name}.kernel": trained["kernel"], f"{name}.resumed_kernel": resumed["kernel"]}
        found |= {
            f"{name}.{field}": getattr(history, field) for field in ("energy", "variance", "acceptance")
        }
    assert "netket" not in sys.modules
    np.savez(output, **found)


if __name__ == "__main__":
    main(sys.argv[1])
