"""NetKet's side: the same network under the same mask, sampled and updated by NetKet, in the fastest of its ways."""

import time
import warnings
from collections.abc import Callable, Iterator

import jax
import jax.numpy as jnp
import netket
import optax
from flax import linen as nn

from benchmarks.setups import LEARNING_RATE, SAMPLES, SHIFT, Setup
from sparse_nqs.hamiltonians import build_operator

# More parameters than this make a matrix that no one would factorise.
_MOST_PARAMETERS = 5000


class Masked(nn.Module):
    """A module whose weights are multiplied by masks, a second collection of variables."""

    module: nn.Module

    @nn.compact
    def __call__(self, sigma):
        masks = self.variable("masks", "tree", dict).value
        params = self.param("tree", lambda key: self.module.init(key, sigma)["params"])
        return self.module.apply({"params": jax.tree.map(jnp.multiply, params, masks)}, sigma)


def _operator(system: dict):
    if system["model"] != "tfim":
        return build_operator(system).to_jax_operator()
    length, width = system["extent"]
    graph = netket.graph.Grid([length, width], pbc=system["boundary"] == "periodic")
    hilbert = netket.hilbert.Spin(0.5, graph.n_nodes)
    return netket.operator.IsingJax(hilbert, graph=graph, h=system["field"], J=-system["coupling"])


def drivers(setup: Setup, params, masks) -> Iterator[tuple[str, object]]:
    """NetKet's drivers for a training, each with a name that tells its options."""
    network = setup.network
    operator = _operator(setup.system)
    whole = {
        name: masks.get(name, jnp.ones(shape)) * jnp.ones(shape) for name, shape in network.shapes.items()
    }
    variables = {
        "params": {"tree": network.to_flax(params)},
        "masks": {"tree": network.to_flax(whole)},
    }
    n_parameters = sum(value.size for value in params.values())
    for chains in (SAMPLES, 16):
        sampler = netket.sampler.MetropolisLocal(operator.hilbert, n_chains=chains)
        for use_ntk in (True, False):
            if (not use_ntk and n_parameters > _MOST_PARAMETERS) or (use_ntk and n_parameters < SAMPLES // 4):
                continue
            state = netket.vqs.MCState(
                sampler,
                Masked(network.flax_module()),
                n_samples=SAMPLES,
                n_discard_per_chain=0 if chains == SAMPLES else 5,
                variables=variables,
            )
            # NetKet's direction is twice ours, so half the rate is the same step.
            driver = netket.driver.VMC_SR(
                operator,
                optax.sgd(LEARNING_RATE / 2.0),
                diag_shift=SHIFT,
                variational_state=state,
                mode="real",
                use_ntk=use_ntk,
            )
            yield f"{chains} chains, {'sample' if use_ntk else 'parameter'} space", driver


def steps(driver, count: int) -> list[float]:
    """Run some steps; returns their energies."""
    energies = []

    def note(_, data, __) -> bool:
        energies.append(float(data["Energy"].mean.real))
        return True

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        driver.run(count, out=(), show_progress=False, callback=note)
    return energies


def fastest(setup: Setup, params, masks) -> tuple[str, Callable[[], float]]:
    """The fastest of NetKet's drivers: its name, and a function that does a step and returns its milliseconds."""

    def timed(driver) -> float:
        started = time.perf_counter()
        steps(driver, 1)
        return 1e3 * (time.perf_counter() - started)

    best = None
    for name, driver in drivers(setup, params, masks):
        timed(driver)
        cost = min(timed(driver), timed(driver))
        if best is None or cost < best[0]:
            best = (cost, name, driver)
    _, name, driver = best
    return name, lambda: timed(driver)
