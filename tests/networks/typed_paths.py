"""What mypy says of flip paths whose functions do not fit together; no test runs this.

Every `type: ignore` here names the error that mypy must find. It reports one that finds nothing, so that the contract
stays checked at the seam.
"""

from typing import NamedTuple

import jax

from sparse_nqs.networks.contract import FlipPath, FlipRows, Flips, Walkers
from sparse_nqs.networks.ffnn import FLIP_PATH
from sparse_nqs.networks.ffnn_mask import FfnnMask
from sparse_nqs.networks.generic import LogPsiCache
from sparse_nqs.networks.hidden_layer import PreActivations, UnitChanges
from sparse_nqs.vmc.sampler import Sampler, sweep


class OtherMask(NamedTuple):
    """The structure of another network."""

    kept: jax.Array


OtherFlips = Flips[jax.Array, OtherMask, PreActivations, UnitChanges]


def propose_from_another_cache(
    walkers: Walkers[jax.Array, FfnnMask, LogPsiCache], row: FlipRows
) -> tuple[jax.Array, UnitChanges]:
    """Reads a cache that `build_cache` does not make."""
    raise NotImplementedError


def propose_with_five_arguments(
    weights: jax.Array, structure: FfnnMask, cache: PreActivations, spins: jax.Array, row: FlipRows
) -> tuple[jax.Array, UnitChanges]:
    """Takes apart what the core hands over as one object."""
    raise NotImplementedError


FITS: FlipPath[jax.Array, jax.Array, FfnnMask, PreActivations, UnitChanges] = FLIP_PATH

WRONG_CACHE: Flips[jax.Array, FfnnMask, PreActivations, UnitChanges] = Flips(
    FLIP_PATH.flips.schedule,
    FLIP_PATH.flips.build_cache,
    FLIP_PATH.flips.log_psi,
    propose_from_another_cache,  # type: ignore[arg-type]
    FLIP_PATH.flips.accept,
    FLIP_PATH.flips.numbers_per_configuration,
)

WRONG_ARGUMENTS: Flips[jax.Array, FfnnMask, PreActivations, UnitChanges] = Flips(
    FLIP_PATH.flips.schedule,
    FLIP_PATH.flips.build_cache,
    FLIP_PATH.flips.log_psi,
    propose_with_five_arguments,  # type: ignore[arg-type]
    FLIP_PATH.flips.accept,
    FLIP_PATH.flips.numbers_per_configuration,
)


def part_of_another_network(
    flips: OtherFlips,
) -> FlipPath[jax.Array, jax.Array, FfnnMask, PreActivations, UnitChanges]:
    """A path whose parts do not have the same structure."""
    return FlipPath(FLIP_PATH.masking, flips, FLIP_PATH.derivatives)  # type: ignore[arg-type]


def sweep_of_another_network(
    walkers: Walkers[jax.Array, OtherMask, PreActivations], sampler: Sampler, key: jax.Array
) -> None:
    """Walkers of one network, flips of another."""
    sweep(FLIP_PATH.flips, walkers, sampler, key)  # type: ignore[arg-type]
