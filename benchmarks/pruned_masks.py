"""Masks of a real pruning run, short but with trained weights: random masks have another structure."""

from collections.abc import Sequence

import jax
import numpy as np

from benchmarks.setups import OPTIONS, Setup, initial
from sparse_nqs.networks import MaskedNetwork
from sparse_nqs.pruning import build_protocol, full_masks, n_active, prune
from sparse_nqs.vmc import train

DENSE_STEPS, ROUND_STEPS, RATIO = 150, 10, 0.2


def trajectory(setup: Setup, densities: Sequence[float]) -> dict[float, dict[str, np.ndarray]]:
    """Layerwise IMP-WR down to the smallest of the densities.

    Returns:
        The mask of the first round at or below each density.
    """
    network = setup.network
    masks = full_masks(network.shapes, network.prunable)
    total = n_active(masks)
    options = OPTIONS._replace(learning_rate=0.02)

    def trained(params, masks, steps, round_index):
        key = jax.random.key(1000 + round_index)
        arguments = (MaskedNetwork(network, params, masks), setup.arrays, options)
        return train(*arguments, steps=steps, key=key)[0]

    dense = trained(initial(network, masks), masks, DENSE_STEPS, 0)
    params, found, round_index = dense, {}, 0
    while len(found) < len(densities):
        round_index += 1
        # The last step goes to the density itself.
        share = n_active(masks) / total
        target = max(density for density in densities if density not in found)
        ratio = min(RATIO, 1.0 - target / share) if share > target else RATIO
        protocol = build_protocol("layerwise", network.prunable, ratio)
        arrays = {name: np.asarray(value) for name, value in params.items()}
        masks = prune(protocol, arrays, masks, jax.random.key(round_index))
        params = trained(dense, masks, ROUND_STEPS, round_index)
        if n_active(masks) <= target * total * 1.001:
            found[target] = masks
    return found
