"""Short versions of the default study's claims, on the core alone: what pruning does to two systems."""

from itertools import pairwise

import numpy as np
import pytest

from sparse_nqs.evaluation import all_log_psi, evaluate_exactly, exact_fidelity
from sparse_nqs.hamiltonians import build_operator, cluster_moves, compile_operator, full_space, lattice
from sparse_nqs.networks import MaskedNetwork, build_network
from sparse_nqs.pruning import (
    build_protocol,
    chain_start,
    full_masks,
    isolated_start,
    n_active,
    procedure_key,
)
from sparse_nqs.references.exact_diagonalisation import ground_state
from sparse_nqs.vmc import DeviceSystem, TrainingOptions, couplings, sampler_moves, train

pytestmark = pytest.mark.slow


class Experiment:
    """A system and a network, with the trainings of one seed."""

    def __init__(self, system: dict, alpha: float, ratio: float, options: TrainingOptions):
        self.table = compile_operator(build_operator(system))
        self.multiply = full_space.hamiltonian_product(self.table)
        self.network = build_network({"kind": "ffnn", "alpha": alpha, "init_std": 0.01}, lattice(system))
        moves = sampler_moves(cluster_moves(system, self.table), self.table.n_sites)
        self.system = DeviceSystem(couplings(self.table), moves)
        self.protocol = build_protocol("layerwise", self.network.prunable, ratio)
        self.options = options
        self.init = self.network.init(procedure_key(0, "init", 0, "weights"))
        self.full = full_masks(self.network.shapes, self.network.prunable)

    def train(self, params, masks, procedure: str, round_index: int, steps: int):
        key = procedure_key(0, procedure, round_index, "training")
        state = MaskedNetwork(self.network, params, masks)
        trained, _, _ = train(state, self.system, self.options, steps=steps, key=key)
        assert all(np.all(np.asarray(trained[name])[~mask] == 0.0) for name, mask in masks.items())
        return trained

    def log_psi(self, params) -> np.ndarray:
        return all_log_psi(self.network, params)

    def energy(self, params) -> float:
        return evaluate_exactly(self.multiply, self.log_psi(params)).energy.value

    def imp_wr(self, dense, rounds: int, steps: int):
        """The (params, masks) of round 0, the dense network, to `rounds`."""
        trajectory = [(dense, self.full)]
        for k in range(1, rounds + 1):
            key = procedure_key(0, "imp_wr", k, "masks")
            start, masks = chain_start("imp_wr", *trajectory[-1], dense, self.protocol, key)
            trajectory.append((self.train(start, masks, "imp_wr", k, steps), masks))
        return trajectory


def test_ising_plateau_jump_and_dip():
    system = {"model": "tfim", "extent": [4, 4], "boundary": "open", "coupling": 1.0, "field": 3.04438}
    experiment = Experiment(system, 2, 0.5, TrainingOptions(512, 512, 1, 30, 0.02, 1e-3))
    reference = ground_state(experiment.table).energy
    assert reference == pytest.approx(-50.858178102, abs=1e-8)
    dense = experiment.train(experiment.init, experiment.full, "dense", 0, 250)
    trajectory = experiment.imp_wr(dense, 5, 60)
    counts = [n_active(masks) for _, masks in trajectory]
    assert counts == [512, 256, 128, 64, 32, 16]
    errors = [(experiment.energy(params) - reference) / 16 for params, _ in trajectory]
    assert min(errors) > -1e-10
    assert errors[0] < 5e-5
    assert errors[1] < 3e-4  # rho = 16
    assert errors[3] < 2e-2  # rho = 4
    assert errors[5] > 2e-2  # rho = 1
    fidelities = [
        exact_fidelity(experiment.log_psi(a), experiment.log_psi(b)).value
        for (a, _), (b, _) in pairwise(trajectory)
    ]
    assert max(fidelities) <= 1 + 1e-10
    assert fidelities[0] > 0.999
    assert min(fidelities[3:]) < 0.97


def test_toric_code_connectivity_decides():
    options = TrainingOptions(512, 512, 1, 30, 0.1, 1e-2)
    experiment = Experiment({"model": "toric_code", "length": 3}, 4, 0.5, options)
    dense = experiment.train(experiment.init, experiment.full, "dense", 0, 400)
    assert 1 + experiment.energy(dense) / 18 < 1e-3
    # rho = 72 / 4 = 18.
    _, masks = experiment.imp_wr(dense, 2, 80)[-1]
    assert n_active(masks) == 324
    errors = {}
    for procedure in ("t_init_imp", "t_rand_imp", "t_init_rand"):
        start, own_masks = isolated_start(
            procedure,
            experiment.init,
            masks,
            experiment.protocol,
            fresh_init=experiment.network.init,
            weights_key=procedure_key(0, procedure, 2, "weights"),
            masks_key=procedure_key(0, procedure, 2, "masks"),
        )
        trained = experiment.train(start, own_masks, procedure, 2, 300)
        errors[procedure] = 1 + experiment.energy(trained) / 18
    assert errors["t_init_imp"] < 1e-2
    assert errors["t_rand_imp"] < 1e-2
    assert errors["t_init_rand"] > 0.1
