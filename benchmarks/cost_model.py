"""Seconds of a training step, measured and as `sparse_nqs.planning.cost` estimates them, on one thread.

    OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 NPROC=1 python benchmarks/cost_model.py

Processor time, so that other work on the machine does little harm. The constants of `cost` come from this table.
"""

import time

import numpy as np

from sparse_nqs import runtime
from sparse_nqs.hamiltonians import lattice
from sparse_nqs.networks import MaskedNetwork, build_network
from sparse_nqs.planning import cost
from sparse_nqs.pruning import full_masks, procedure_key
from sparse_nqs.reading import parse_config
from sparse_nqs.stages.compiling import compile_system
from sparse_nqs.vmc import DeviceSystem, couplings, sampler_moves, train, training_options

# Name: system, network, samples, steps.
CASES = {
    "ffnn 4x4 alpha 2": ({"extent": [4, 4]}, {"kind": "ffnn", "alpha": 2}, 1024, 100),
    "ffnn 6x6 alpha 8": ({"extent": [6, 6]}, {"kind": "ffnn", "alpha": 8}, 1024, 20),
    "ffnn 10x10 alpha 5": ({"extent": [10, 10]}, {"kind": "ffnn", "alpha": 5}, 1024, 5),
    "ffnn toric 3x3 alpha 8": ({"model": "toric_code", "length": 3}, {"kind": "ffnn", "alpha": 8}, 1024, 40),
    "cnn 6x6": ({"extent": [6, 6]}, {"kind": "cnn", "features": 4}, 256, 10),
    "res_cnn 6x6": ({"extent": [6, 6]}, {"kind": "res_cnn", "features": 8, "blocks": 2}, 128, 4),
}
DENSITIES = (1.0, 0.3, 0.02)


def measure(system: dict, network: dict, samples: int, steps: int) -> None:
    """Print a line for every density."""
    section = {"system": {"model": "tfim"} | system, "network": network, "pruning": {"rounds": 1}}
    section["training"] = {"samples": samples, "chains": samples, "thermalisation": 20, "learning_rate": 1e-4}
    study = parse_config({"studies": {"s": section}}).studies["s"]
    problem = compile_system(study.system.model_dump(mode="json"))
    built = build_network(study.network.model_dump(mode="json"), lattice(problem.system))
    options = training_options(study.training.model_dump(mode="json"))
    params = built.init(procedure_key(0, "init", 0, "weights"))
    generator = np.random.default_rng(0)
    for density in DENSITIES:
        masks = {
            name: mask & (generator.random(mask.shape) < density)
            for name, mask in full_masks(built.shapes, built.prunable).items()
        }

        def seconds_of(count, masks=masks):
            started = time.process_time()
            train(
                MaskedNetwork(built, params, masks),
                DeviceSystem(
                    couplings(problem.table), sampler_moves(problem.cluster_moves, problem.table.n_sites)
                ),
                options,
                steps=count,
                key=procedure_key(0, "dense", 0, "training"),
            )
            return time.process_time() - started

        # With NetKet in the process, which has a mesh of its own, the second block of steps is compiled again.
        seconds_of(1 + steps)
        measured = (seconds_of(1 + steps) - seconds_of(1)) / steps
        alive = sum(int(mask.sum()) for mask in masks.values())
        estimated = cost.step_seconds(study, alive)
        print(
            f"{alive:8} weights {1e3 * measured:10.2f} ms {1e3 * estimated:10.2f} ms {estimated / measured:6.2f}",
            flush=True,
        )


if __name__ == "__main__":
    runtime.configure()
    print("weights, measured, estimated, ratio")
    for name, case in CASES.items():
        print(name)
        measure(*case)
