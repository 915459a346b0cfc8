"""Sampled values against exact ones over many repeats: the deviations in units of the stated errors."""

import jax
import numpy as np
import pytest

from sparse_nqs.evaluation import (
    SamplingOptions,
    all_log_psi,
    evaluate_by_sampling,
    evaluate_exactly,
    exact_fidelity,
    log_psi_at,
    sampled_fidelity,
)
from sparse_nqs.hamiltonians import build_operator, cluster_moves, compile_operator, full_space
from sparse_nqs.networks import MaskedNetwork
from sparse_nqs.vmc import DeviceSystem, couplings, sampler_moves

from .small_systems import first_batch, random_state

REPEATS = 200
OPTIONS = SamplingOptions(chains=64, samples_per_chain=16, sweeps=1, thermalisation=40)
SYSTEMS = {
    "tfim_4x4": {"model": "tfim", "extent": [4, 4], "boundary": "open", "coupling": 1.0, "field": 3.04438},
    "toric_code_3x3": {"model": "toric_code", "length": 3},
}
FIELDS = ("energy", "variance", "m_z", "m_z_abs", "m_x")


def pulls_of(name: str) -> dict[str, np.ndarray]:
    """The pulls of every measured number, float64 (REPEATS,), with those of a fidelity near 1 and one far from it."""
    system = SYSTEMS[name]
    table = compile_operator(build_operator(system))
    network, params, masks = random_state(table.n_sites, 5, scale=0.1)
    noise = np.random.default_rng(1).normal(size=params["kernel"].shape) * masks["kernel"]
    others = [{"kernel": params["kernel"] + size * noise} for size in (0.005, 0.06)]
    arrays = DeviceSystem(couplings(table), sampler_moves(cluster_moves(system, table), table.n_sites))

    def draw(params, key):
        return first_batch(MaskedNetwork(network, params, masks), arrays, OPTIONS, key)

    log_psi = all_log_psi(network, params)
    truth = evaluate_exactly(full_space.hamiltonian_product(table), log_psi)
    fidelities = [exact_fidelity(log_psi, all_log_psi(network, other)).value for other in others]
    assert fidelities[0] > 0.99
    assert 0.4 < fidelities[1] < 0.8

    pulls = {field: [] for field in (*FIELDS, "fidelity_near", "fidelity_far")}
    for keys in jax.random.split(jax.random.key(17), (REPEATS, 3)):
        samples = draw(params=params, key=keys[0])
        measured = evaluate_by_sampling(samples)
        for field in FIELDS:
            value, error = getattr(measured, field)
            pulls[field].append((value - getattr(truth, field).value) / error)
        for field, other, key, fidelity in zip(
            ("fidelity_near", "fidelity_far"), others, keys[1:], fidelities, strict=True
        ):
            theirs = draw(params=other, key=key)
            value, error = sampled_fidelity(
                log_psi_at(network, other, samples.spins) - samples.log_psi,
                log_psi_at(network, params, theirs.spins) - theirs.log_psi,
            )
            pulls[field].append((value - fidelity) / error)
    return {field: np.array(values) for field, values in pulls.items()}


@pytest.mark.slow
@pytest.mark.parametrize("name", SYSTEMS)
def test_pulls_have_mean_zero_and_width_one(name):
    for field, pulls in pulls_of(name).items():
        # 3.5 standard errors of the mean of 200; rare large local energies raise a variance and its error together.
        assert abs(pulls.mean()) < (0.5 if field == "variance" else 0.25), field
        assert 0.8 < pulls.std(ddof=1) < 1.25, field
