"""A problem file, specs and states of a 2 x 2 Ising model, the smallest job that the stages can run."""

import numpy as np

from sparse_nqs.config.training import Training
from sparse_nqs.hamiltonians import Lattice, compile_pauli_strings
from sparse_nqs.networks import build_network
from sparse_nqs.pruning import apply_masks, procedure_key
from sparse_nqs.storage.problems import Problem, write_problem
from sparse_nqs.storage.states import State

NETWORK = {"kind": "ffnn", "alpha": 2, "init_std": 0.3}
SYSTEM = {"model": "tfim", "extent": [2, 2], "boundary": "open"}
SEED_SPEC = {"study": "tiny", "seed": 3, "system": SYSTEM, "network": NETWORK, "code": "0" * 16}
TRAINING = {
    **Training(samples=64, chains=64, thermalisation=5, learning_rate=0.05).model_dump(
        mode="json", exclude={"dense_steps", "round_steps", "isolated_steps"}
    ),
    "steps": 4,
}
WORDS = ["ZZII", "IZIZ", "IIZZ", "ZIZI", "XIII", "IXII", "IIXI", "IIIX"]
COEFFICIENTS = [-1.0] * 4 + [-2.0] * 4


def write_tiny_problem(path):
    table = compile_pauli_strings(WORDS, np.array(COEFFICIENTS))
    write_problem(path, Problem(SYSTEM, table, {"global": np.ones((1, 4), dtype=bool)}))


def tiny_state(round_index, density=1.0):
    """An untrained state whose weights depend little on the round, so that neighbours are alike."""
    network = build_network(NETWORK, Lattice(4, 1))
    kernel = np.asarray(network.init(procedure_key(3, "init", 0, "weights"))["kernel"])
    noise = np.random.default_rng(round_index).normal(size=kernel.shape)
    masks = {"kernel": np.random.default_rng(0).random(kernel.shape) < density}
    params = apply_masks({"kernel": kernel + 0.05 * noise}, masks)
    return State(round_index, {"kernel": np.asarray(params["kernel"])}, masks, steps=4)
