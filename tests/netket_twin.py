"""A network under masks as NetKet's own state, on configurations of the test's choice: what ours is compared with."""

from collections.abc import Callable
from functools import cached_property

import jax.numpy as jnp
import numpy as np
import optax
from flax import linen as nn


class Masked(nn.Module):
    """A network whose masks are a second collection of variables, so that pruned derivatives vanish."""

    module: nn.Module
    to_flax: Callable
    shapes: tuple
    prunable: tuple[str, ...]

    @nn.compact
    def __call__(self, sigma):
        params = {}
        for name, shape in self.shapes:
            path = name.replace("/", ".")
            params[name] = self.param(path, nn.initializers.normal(), shape, jnp.float64)
            if name in self.prunable:
                mask = self.variable("masks", path, jnp.ones, shape, jnp.float64).value
                params[name] = params[name] * mask
        return self.module.apply({"params": self.to_flax(params)}, sigma)


def _dotted(tensors):
    return {name.replace("/", "."): jnp.asarray(value, dtype=float) for name, value in tensors.items()}


class NetketTwin:
    """A network's `MCState`, on given configurations (C, N), with `VMC_SR` and `FullSumState` beside it."""

    def __init__(self, netket, operator, network, configurations):
        self._netket, self._operator, self._network = netket, operator, network
        self._configurations = jnp.asarray(configurations)
        self._module = Masked(
            network.flax_module(), network.to_flax, tuple(network.shapes.items()), network.prunable
        )
        ones = {name: np.ones(shape) for name, shape in network.shapes.items()}
        self._variables = {
            "params": _dotted(ones),
            "masks": _dotted({name: ones[name] for name in network.prunable}),
        }
        chains = len(configurations)
        sampler = netket.sampler.MetropolisLocal(operator.hilbert, n_chains=chains)
        self.state = netket.vqs.MCState(sampler, self._module, n_samples=chains, variables=self._variables)

    def take(self, params, masks):
        """Take weights and masks, by tensor name, and the configurations as samples."""
        self._variables = {"params": _dotted(params), "masks": _dotted(masks)}
        self._give(self.state)
        # Setting parameters forgets the samples.
        self.state._samples = self._configurations[:, None, :]

    def local_energies(self):
        """float64 (C,)."""
        return np.asarray(self.state.local_estimators(self._operator).data).reshape(-1)

    def sr_direction(self, shift):
        """The statistics of the energy, and d of (S + shift) d = F by tensor name, zero where pruned."""
        return self._direction(self._driver, shift)

    def exact_sr_direction(self, shift):
        """The direction alone, from sums over all configurations."""
        self._give(self._full_sum)
        return self._direction(self._driver_of(self._full_sum), shift)[1]

    def _direction(self, driver, shift):
        driver.diag_shift = shift
        statistics, update = driver.compute_loss_and_update()
        # NetKet differentiates <E> by the weights, which is 2 Cov(O, E_loc): its direction is twice ours.
        names = self._network.shapes
        return statistics, {name: np.asarray(update[name.replace("/", ".")]) / 2.0 for name in names}

    def exact_energy(self):
        """The statistics of the energy from the sum over all configurations."""
        self._give(self._full_sum)
        return self._full_sum.expect(self._operator)

    def _give(self, state):
        state.parameters = self._variables["params"]
        state.model_state = {"masks": self._variables["masks"]}

    @cached_property
    def _full_sum(self):
        return self._netket.vqs.FullSumState(self._operator.hilbert, self._module, variables=self._variables)

    @cached_property
    def _driver(self):
        return self._driver_of(self.state)

    def _driver_of(self, state):
        return self._netket.driver.VMC_SR(
            self._operator,
            optax.sgd(1.0),
            diag_shift=1.0,
            variational_state=state,
            mode="real",
            use_ntk=False,
            on_the_fly=False,
            linear_solver=self._netket.optimizer.solver.cholesky,
        )
