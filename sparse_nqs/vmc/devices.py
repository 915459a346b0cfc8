"""Chains shared among the devices of a process.

Every device moves its own groups of chains and evaluates their local energies; then the samples and energies of all
are gathered, and every device does the rest of the step for itself on the same numbers. A group draws from a key of
its own, so that results do not depend on the number of devices.

Without a mesh there is one device, and all functions here give back what they were given.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import jax
import jax.numpy as jnp
import numpy as np
from jax.sharding import Mesh, NamedSharding, PartitionSpec

Tree = TypeVar("Tree")
# A PartitionSpec, or a tree of them.
Places = Any

_CHAINS = "chains"
# How an array lies on the devices: the same on each, or each with its part of the leading axis.
SAME, PARTS = PartitionSpec(), PartitionSpec(_CHAINS)


def chains_mesh(parts: int) -> Mesh | None:
    """As many of the process's devices as can have equally many parts of the chains; None if that is one."""
    devices = jax.local_devices()
    count = max(count for count in range(1, len(devices) + 1) if parts % count == 0)
    return Mesh(np.array(devices[:count]), (_CHAINS,)) if count > 1 else None


@contextmanager
def without_mesh() -> Iterator[None]:
    """Use no mesh but the project's own. NetKet sets one for the whole process, and results would lie on that."""
    with jax.set_mesh(None):
        yield


def unplaced(tree: Tree) -> Tree:
    """Arrays that belong to no mesh or device in particular; results would lie where their arguments do.

    A program that is called with its own results would otherwise be compiled once more, for their place.
    """

    def unplace(leaf: Any) -> Any:
        if not isinstance(leaf, jax.Array) or not leaf.committed:
            return leaf
        if jnp.issubdtype(leaf.dtype, jax.dtypes.prng_key):
            data = jnp.asarray(np.asarray(jax.random.key_data(leaf)))
            return jax.random.wrap_key_data(data, impl=jax.random.key_impl(leaf))
        return jax.device_put(np.asarray(leaf))

    return jax.tree.map(unplace, tree)


def put(tree: Tree, where: Places, mesh: Mesh | None) -> Tree:
    """Arrays on the devices; `where` is SAME or PARTS, or a tree of them. What lies there already is not moved."""
    if mesh is None:
        return tree
    return jax.device_put(tree, jax.tree.map(lambda spec: NamedSharding(mesh, spec), where))


def on_all(
    function: Callable[..., Tree], mesh: Mesh | None, arguments: Places, results: Places
) -> Callable[..., Tree]:
    """The function as every device runs it on its own arrays.

    Args:
        function: in it `own_part`, `gathered` and `as_on_first` may be called.
        arguments: SAME or PARTS for each of its arguments, or a tree of them.
        results: the same for what it returns.
    """
    if mesh is None:
        return function
    # JAX cannot see that the results are the same on all devices; `as_on_first` takes care of it.
    return jax.shard_map(function, mesh=mesh, in_specs=arguments, out_specs=results, check_vma=False)


def own_part(array: jax.Array, mesh: Mesh | None) -> jax.Array:
    """This device's part of the leading axis of an array that is the same on all."""
    if mesh is None:
        return array
    size = len(array) // mesh.size
    return jax.lax.dynamic_slice_in_dim(array, jax.lax.axis_index(_CHAINS) * size, size)


def gathered(tree: Tree, mesh: Mesh | None) -> Tree:
    """The parts of all devices one after another along the leading axis, the same on all."""
    return tree if mesh is None else jax.lax.all_gather(tree, _CHAINS, tiled=True)


def as_on_first(array: jax.Array, mesh: Mesh | None) -> jax.Array:
    """The first device's numbers: what was computed on each may differ by rounding, and would drift apart."""
    if mesh is None:
        return array
    return jax.lax.psum(jnp.where(jax.lax.axis_index(_CHAINS) == 0, array, 0.0), _CHAINS)
