"""A user's own flip path: the page's example, against the generic path of the same module."""

import sys

import jax
import numpy as np
import pytest
from flax import linen as nn
from pages import code_blocks

from sparse_nqs.errors import WorkError
from sparse_nqs.hamiltonians import Lattice, build_operator, cluster_moves, compile_operator, lattice
from sparse_nqs.networks import MaskedNetwork, build_network
from sparse_nqs.networks.generic import generic_path
from sparse_nqs.networks.own_flip_path import require_flip_path
from sparse_nqs.vmc import DeviceSystem, TrainingOptions, couplings, sampler_moves, train

SYSTEM = {"model": "tfim", "extent": [3, 2], "boundary": "open", "coupling": 1.0, "field": 2.0}


class Linear(nn.Module):
    lattice: Lattice

    @nn.compact
    def __call__(self, sigma):
        return nn.Dense(1, param_dtype="float64")(sigma)[:, 0]


@pytest.fixture
def network(tmp_path, monkeypatch):
    """The example of the page, built as a job builds it."""
    (tmp_path / "my_jastrow.py").write_text(code_blocks("adding-a-network.md", "python")[2])
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    yield build_network({"kind": "flax", "module": "my_jastrow:jastrow"}, lattice(SYSTEM))
    sys.modules.pop("my_jastrow", None)


def test_the_example_trains_as_its_module_does_on_the_generic_path(network):
    assert network.prunable == ("pairs",)
    table = compile_operator(build_operator(SYSTEM))
    system = DeviceSystem(couplings(table), sampler_moves(cluster_moves(SYSTEM, table), 6))
    generic = generic_path(network.log_psi, network.log_psi, tuple(network.shapes.items()))
    masks = {"pairs": np.random.default_rng(0).random((6, 6)) < 0.5}
    results = []
    for path in (network.flip_path, generic._replace(flips=generic.flips._replace(single_precision=False))):
        masked = MaskedNetwork(network._replace(flip_path=path), network.init(jax.random.key(0)), masks)
        options = TrainingOptions(64, 64, 1, 5, 0.05, 0.01)
        trained, history, _ = train(masked, system, options, steps=10, key=jax.random.key(1))
        results.append((np.asarray(trained["pairs"]), np.asarray(history.energy)))
    (pairs, energy), (expected_pairs, expected_energy) = results
    np.testing.assert_allclose(energy, expected_energy, rtol=1e-9)
    np.testing.assert_allclose(pairs, expected_pairs, atol=1e-9)
    assert (pairs[~masks["pairs"]] == 0.0).all() and (pairs[masks["pairs"]] != 0.0).all()


def test_the_check_of_the_job_init_takes_the_example(network):
    require_flip_path(network, "my_jastrow:jastrow", network.init(jax.random.key(0)))


def test_a_module_alone_has_no_path_to_check(monkeypatch):
    plain = build_network({"kind": "flax", "module": f"{__name__}:Linear"}, lattice(SYSTEM))
    monkeypatch.setattr("sparse_nqs.networks.own_flip_path._comparisons", None)
    require_flip_path(plain, "Linear", plain.init(jax.random.key(0)))


@pytest.mark.parametrize(
    ("part", "name", "wrong", "what"),
    [
        ("masking", "compress", lambda right: lambda *given: 2 * right(*given), "weights pairs"),
        ("flips", "log_psi", lambda right: lambda cache: right(cache) + 1e-6, "log psi"),
        (
            "flips",
            "propose",
            lambda right: lambda *given: (right(*given)[0] / 2, right(*given)[1]),
            "ratios",
        ),
        ("flips", "accept", lambda right: lambda cache, proposal, accepted: cache, "log psi after flips"),
        ("derivatives", "pullback", lambda right: lambda *given: -right(*given), "derivatives"),
        ("masking", "step", lambda right: lambda theta, *given: theta, "derivatives"),
    ],
)
def test_a_path_that_is_another_function_is_refused(network, part, name, wrong, what):
    path = network.flip_path
    functions = getattr(path, part)
    changed = functions._replace(**{name: wrong(getattr(functions, name))})
    bad = network._replace(flip_path=path._replace(**{part: changed}))
    with pytest.raises(WorkError, match=f"my: {what} of its flip path differ by up to"):
        require_flip_path(bad, "my", network.init(jax.random.key(0)))
