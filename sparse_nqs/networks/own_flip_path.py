"""A user's module with a flip path of its own, and whether the two are one function; docs/adding-a-network.md."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax.typing import ArrayLike

from sparse_nqs.errors import WorkError
from sparse_nqs.networks.contract import AnyFlipPath, Masks, Network, Params
from sparse_nqs.networks.generic import generic_path

if TYPE_CHECKING:
    from flax import linen as nn

# Configurations, and at most so many single flips of each.
_ROWS, _MOST_FLIPS = 6, 16
# Rounding in double precision is far below.
_TOLERANCE = 1e-9
# Weights that are zero at first would hide what they multiply.
_NOISE = 0.1
# Of the numerical derivative, and what its own error may be.
_STEP, _SLOPE_TOLERANCE = 1e-5, 1e-4


class WithFlipPath(NamedTuple):
    """What a factory of kind flax may return in place of a module.

    Attributes:
        module: the definition of log psi, of the parameters and of their initial values.
        flip_path: the same function with the user's own updates.
    """

    module: "nn.Module"
    flip_path: AnyFlipPath


def require_flip_path(network: Network, name: str, params: Params) -> None:
    """Compare a user's own flip path with log psi, under a random mask, on fixed random configurations.

    Args:
        network: a network of kind flax; with the generic path there is nothing to compare.
        name: what a message calls it.
        params: its initial weights.

    Raises:
        WorkError: if log psi, the ratios of single flips, an accepted flip, the derivatives, or pruned weights of the
            flip path are not those of log psi.
    """
    shapes = tuple(network.shapes.items())
    if network.flip_path is generic_path(network.log_psi, network.log_psi, shapes, single_precision=False):
        return
    generator = np.random.default_rng(0)
    masks = {tensor: generator.random(network.shapes[tensor]) < 0.5 for tensor in network.prunable}
    shaken = {
        tensor: np.where(
            masks.get(tensor, True), value + _NOISE * generator.normal(size=np.shape(value)), 0.0
        )
        for tensor, value in sorted(params.items())
    }
    spins = jnp.asarray(generator.choice([-1.0, 1.0], size=(network.n_sites, _ROWS)))
    for what, found, expected, tolerance in _comparisons(network, shaken, masks, spins):
        if not np.allclose(found, expected, rtol=tolerance, atol=tolerance):
            gap = np.abs(np.asarray(found) - np.asarray(expected)).max()
            raise WorkError(
                f"network {name}: {what} of its flip path differ by up to {gap:.2g} from those of its module; allowed "
                f"is a flip path that is the same function"
            )


def _comparisons(
    network: Network, params: Params, masks: Masks, spins: jax.Array
) -> Iterator[tuple[str, ArrayLike, ArrayLike, float]]:
    """What is compared: its name, what the flip path gives, what log psi gives, and the tolerance."""
    masking, flips, derivatives = network.flip_path
    structure = masking.build_structure(masks)
    theta = masking.compress(params, structure)
    walkers = flips.at(masking.weights(theta, structure, jnp.dtype("float64")), structure, spins)
    log_psi = network.log_psi(params, spins.T)
    back = masking.expand(theta, structure, masks)
    for tensor, value in params.items():
        yield f"weights {tensor}", back[tensor], value, 0.0
    yield "log psi", flips.log_psi(walkers.cache), log_psi, _TOLERANCE
    single = np.arange(min(network.n_sites, _MOST_FLIPS))[:, None]
    for rows in flips.schedule(structure, single, True):
        for row in range(len(rows.sites)):
            chosen = jax.tree.map(lambda array, row=row: array[row], rows)
            ratios, proposal = flips.propose(walkers, chosen)
            accepted = jnp.broadcast_to((jnp.arange(_ROWS) % 2 == 0)[None, :], ratios.shape)
            after = spins
            for place, sites in enumerate(np.asarray(chosen.sites)):
                sites = sites[sites < network.n_sites]
                if len(sites) == 0:
                    continue
                flipped = spins.at[sites].multiply(-1.0)
                yield "ratios", ratios[place], network.log_psi(params, flipped.T) - log_psi, _TOLERANCE
                after = jnp.where(accepted[place], after.at[sites].multiply(-1.0), after)
            cache = flips.accept(walkers.cache, proposal, accepted)
            yield "log psi after flips", flips.log_psi(cache), network.log_psi(params, after.T), _TOLERANCE
    x = jnp.asarray(np.random.default_rng(1).normal(size=_ROWS))
    gradient = derivatives.pullback(walkers, x)
    yield "derivatives", gradient, derivatives.log_derivatives(walkers) @ x, _TOLERANCE

    def along(step: float) -> float:
        moved = masking.expand(masking.step(theta, structure, step * gradient), structure, masks)
        return float(network.log_psi(moved, spins.T) @ x)

    slope = (along(_STEP) - along(-_STEP)) / (2 * _STEP)
    yield "derivatives", slope, float(gradient @ gradient), _SLOPE_TOLERANCE
