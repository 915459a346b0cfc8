"""The generic flip path: any log psi, by calling it.

Nothing is carried but log psi itself; a proposal is an evaluation at the flipped configurations and derivatives come
from automatic differentiation. Slow and sure: the path of networks that have no faster one, and what the fast paths
are tested against.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple, TypeAlias

import jax
import jax.numpy as jnp
import numpy as np
from jax.typing import DTypeLike

from sparse_nqs.networks.contract import (
    FlipPath,
    FlipRows,
    Flips,
    LogDerivatives,
    MaskHandling,
    Masks,
    Params,
    Walkers,
    one_by_one,
)
from sparse_nqs.networks.padding import padded_weights

# What lies behind log psi is not known; so many numbers a configuration are a small convolutional network's.
_NUMBERS = 64

LogPsi = Callable[[Params, jax.Array], jax.Array]


class GenericMask(NamedTuple):
    """Which weights are trained.

    Attributes:
        masks: bool arrays like the prunable tensors, True where a weight survives.
        active: int32 (P,); positions of the trained weights among all, tensors in alphabetical order, padded with 0.
        valid: float64 (P,); 1 for a weight, 0 for padding.
    """

    masks: dict[str, jax.Array]
    active: jax.Array
    valid: jax.Array


class LogPsiCache(NamedTuple):
    """Log psi (C,)."""

    log_psi: jax.Array


GenericWalkers: TypeAlias = Walkers[Params, GenericMask, LogPsiCache]
GenericPath: TypeAlias = FlipPath[Params, Params, GenericMask, LogPsiCache, LogPsiCache]


def _flat(tree: Params) -> jax.Array:
    return jnp.concatenate([tree[name].ravel() for name in sorted(tree)])


def _like(flat: jax.Array, tree: Params) -> Params:
    names = sorted(tree)
    ends = np.cumsum([tree[name].size for name in names])[:-1]
    parts = jnp.split(flat, ends)
    return {name: part.reshape(tree[name].shape) for name, part in zip(names, parts, strict=True)}


@lru_cache
def generic_path(
    log_psi: LogPsi, differentiable: LogPsi, shapes: tuple, *, single_precision: bool = False
) -> GenericPath:
    """The flip path of a network given by its log psi. Theta is the dict of all parameters, pruned ones zero.

    Args:
        log_psi: (params, sigma (C, N)) -> (C,) in the dtype of the params.
        differentiable: the same function, in the form whose derivatives of single configurations cost least.
        shapes: (name, shape) of every parameter tensor, pruned or not.
        single_precision: whether the functions work in float32 as well.
    """

    def build_structure(masks: Masks) -> GenericMask:
        whole = {name: np.ones(shape, dtype=bool) for name, shape in shapes} | masks
        everything = np.concatenate([whole[name].ravel() for name in sorted(whole)])
        active = np.flatnonzero(everything)
        size = padded_weights(len(active), most=len(everything))
        padding = (0, size - len(active))
        return GenericMask(
            masks={name: jax.device_put(np.asarray(mask, dtype=bool)) for name, mask in masks.items()},
            active=jax.device_put(np.pad(active, padding).astype(np.int32)),
            valid=jax.device_put(np.pad(np.ones(len(active)), padding)),
        )

    def compress(params: Params, structure: GenericMask) -> Params:
        return {
            name: jax.device_put(np.where(np.asarray(structure.masks[name]), np.asarray(value), 0.0))
            if name in structure.masks
            else jax.device_put(np.asarray(value))
            for name, value in params.items()
        }

    def expand(theta: Params, structure: GenericMask, masks: Masks) -> Params:
        return {
            name: jnp.where(masks[name], value, 0.0) if name in masks else value
            for name, value in theta.items()
        }

    def weights(theta: Params, structure: GenericMask, dtype: DTypeLike) -> Params:
        return {name: value.astype(dtype) for name, value in theta.items()}

    def build_cache(theta: Params, structure: GenericMask, spins: jax.Array) -> LogPsiCache:
        return LogPsiCache(log_psi(theta, spins.T))

    def propose(walkers: GenericWalkers, row: FlipRows) -> tuple[jax.Array, LogPsiCache]:
        theta, _, cache, spins = walkers
        proposal = LogPsiCache(log_psi(theta, spins.at[row.sites[0]].multiply(-1.0).T))
        return (proposal.log_psi - cache.log_psi)[None, :], proposal

    def accept(cache: LogPsiCache, proposal: LogPsiCache, accepted: jax.Array) -> LogPsiCache:
        return LogPsiCache(jnp.where(accepted[0], proposal.log_psi, cache.log_psi))

    def log_derivatives(walkers: GenericWalkers) -> jax.Array:
        theta, structure, _, spins = walkers
        gradient = jax.grad(lambda params, sigma: differentiable(params, sigma[None])[0])
        rows = jax.vmap(lambda sigma: _flat(gradient(theta, sigma))[structure.active])(spins.T)
        return rows.T * structure.valid.astype(rows.dtype)[:, None]

    def pullback(walkers: GenericWalkers, x: jax.Array) -> jax.Array:
        theta, structure, _, spins = walkers
        _, backward = jax.vjp(lambda params: log_psi(params, spins.T), theta)
        found = _flat(backward(x)[0])[structure.active]
        return found * structure.valid.astype(found.dtype)

    def step(theta: Params, structure: GenericMask, update: jax.Array) -> Params:
        flat = jnp.zeros(sum(value.size for value in theta.values()), update.dtype)
        change = _like(flat.at[structure.active].add(update * structure.valid), theta)
        return {name: value + change[name] for name, value in theta.items()}

    return FlipPath(
        MaskHandling(
            build_structure=build_structure,
            compress=compress,
            expand=expand,
            weights=weights,
            step=step,
            n_active=lambda structure: structure.active.shape[0],
        ),
        Flips(
            schedule=lambda structure, flips, together: (one_by_one(flips),),
            build_cache=build_cache,
            log_psi=lambda cache: cache.log_psi,
            propose=propose,
            accept=accept,
            numbers_per_configuration=lambda structure: _NUMBERS,
            single_precision=single_precision,
        ),
        LogDerivatives(log_derivatives, pullback),
    )
