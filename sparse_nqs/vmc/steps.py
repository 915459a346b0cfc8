"""Training steps, compiled in blocks: sample, evaluate local energies, solve SR, update the weights.

Step t draws from fold_in(key, t), so the result does not depend on how the steps are split into blocks.
"""

from functools import partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax.sharding import Mesh

from sparse_nqs.networks import FlipPath, Network, Params, Stages
from sparse_nqs.networks.protocol import Cache, Structure, Theta, Weights
from sparse_nqs.vmc.chunks import block_size, join, split
from sparse_nqs.vmc.couplings import Couplings, FlipSets, in_order, in_turn
from sparse_nqs.vmc.devices import PARTS, SAME, as_on_first, chains_mesh, gathered, on_all, own_part, put
from sparse_nqs.vmc.importance import energy_estimate, importance_weights
from sparse_nqs.vmc.local_energy import local_energies
from sparse_nqs.vmc.options import TrainingOptions
from sparse_nqs.vmc.sampler import random_spins, sweeps
from sparse_nqs.vmc.stochastic_reconfiguration import choose_solver, sr_direction
from sparse_nqs.vmc.update_rules import UpdateRule, update_rule

# Steps in one compiled call: long enough to hide Python, short enough to notice a failure soon.
BLOCK = 25

# What a step measures before its update, in the order of a row.
MEASURED = ("energy", "variance", "acceptance", "sr_residual", "effective_samples", "energy_error")


class _Plan(NamedTuple):
    """The static arguments of a compiled step; everything else is an argument, so that studies share programs."""

    per_chain: int
    solver: str
    chunk_size: int | None
    rule: UpdateRule
    mesh: Mesh | None
    weighted: bool


class _Numbers(NamedTuple):
    """The numbers among the options that a compiled step takes as arguments; see `TrainingOptions`."""

    learning_rate: float
    diagonal_shift: float
    diagonal_shift_end: float
    diagonal_shift_steps: int
    sweeps: int
    thermalisation: int
    sampling_power: float


class _Problem(NamedTuple):
    """What the energy and the sampler are made of: arrays that stay the same from step to step."""

    structure: Structure
    couplings: Couplings
    flips: Stages
    moves: Stages


class Carry(NamedTuple):
    """What a step hands to the next.

    Attributes:
        theta: the weights, as the flip path keeps them.
        rule_state: the update rule's state.
        spins: the chains, (blocks, N, chains a block).
    """

    theta: Theta
    rule_state: Any
    spins: jax.Array


# Where a carry lies when there are several devices, as its tree.
_PLACES: Any = Carry(SAME, SAME, PARTS)  # type: ignore[arg-type]


class Run(NamedTuple):
    """A training as it is compiled, and its arguments that stay the same from step to step."""

    path: FlipPath
    plan: _Plan
    problem: _Problem
    key: jax.Array
    numbers: _Numbers


def _measure(
    path: FlipPath,
    weights: Weights,
    problem: _Problem,
    spins: jax.Array,
    key: jax.Array,
    plan: _Plan,
    n_sweeps: jax.Array | int,
    n_extra: jax.Array | int,
    power: jax.Array | float,
) -> tuple[jax.Array, jax.Array, Cache, jax.Array, jax.Array]:
    """Move all chains on and measure: blocks of chains one after another, each while it is in the processor's cache.

    A device goes through its own blocks; samples, energies and acceptance are those of all.

    A sample of |psi|^power comes `n_sweeps` sweeps after the one before, the first of them `n_extra` more.

    Args:
        spins: (blocks of this device, N, chains a block).

    Returns:
        (spins, samples (N, n), their cache, local energies float64 (n,), acceptance).
    """
    structure, couplings, flips, moves = problem

    def visit(block: tuple[jax.Array, jax.Array]) -> tuple[jax.Array, tuple[jax.Array, ...]]:
        spins, block_key = block

        def draw(
            carry: tuple[Cache, jax.Array], index: jax.Array
        ) -> tuple[tuple[Cache, jax.Array], tuple[jax.Array, ...]]:
            cache, spins = carry
            count = n_sweeps + jnp.where(index == 0, n_extra, 0)
            # The first draw's sweeps come before all others'.
            first = jnp.where(index == 0, 0, n_extra + index * n_sweeps)
            cache, spins, acceptance = sweeps(
                path, weights, structure, cache, spins, moves, block_key, count, first, power
            )
            energies = local_energies(path, weights, structure, cache, spins, couplings, flips)
            return (cache, spins), (spins, cache, energies, acceptance)

        cache = path.build_cache(weights, structure, spins)
        (_, spins), drawn = jax.lax.scan(draw, (cache, spins), jnp.arange(plan.per_chain))
        return spins, drawn

    mesh = plan.mesh
    keys = own_part(jax.random.split(key, len(spins) * (mesh.size if mesh else 1)), mesh)
    spins, drawn = jax.lax.map(visit, (spins, keys))
    *drawn, acceptance = gathered(drawn, mesh)
    samples, cache, energies = jax.tree.map(lambda parts: join(join(parts)), drawn)
    return spins, samples, cache, energies, acceptance.mean()


@partial(jax.jit, static_argnames=("n_sites", "chains", "block", "dtype"))
def _random_chains(
    key: jax.Array, *, n_sites: int, chains: int, block: int, dtype: np.dtype
) -> tuple[jax.Array, jax.Array]:
    """Where the chains start, as a carry has them, and the key of the steps."""
    chain_key, step_key = jax.random.split(key)
    return split(random_spins(chain_key, n_sites, chains).astype(dtype), block), step_key


@partial(jax.jit, static_argnames=("path", "plan"))
def _run_block(*arguments: Any, path: FlipPath, plan: _Plan) -> tuple[Carry, jax.Array]:
    """`_run_steps` on all devices of the plan."""
    steps = partial(_run_steps, path=path, plan=plan)
    return on_all(steps, plan.mesh, (_PLACES, *[SAME] * 5), (_PLACES, SAME))(*arguments)


def _run_steps(
    carry: Carry,
    problem: _Problem,
    key: jax.Array,
    numbers: _Numbers,
    first: jax.Array | int,
    count: jax.Array | int,
    *,
    path: FlipPath,
    plan: _Plan,
) -> tuple[Carry, jax.Array]:
    """Steps first .. first + count - 1, at most `BLOCK` of them; step 0 thermalises the chains first."""
    structure = problem.structure

    def one_step(index: jax.Array, carry: tuple[Carry, jax.Array]) -> tuple[Carry, jax.Array]:
        (theta, rule_state, spins), history = carry
        step = first + index
        weights = path.weights(theta, structure, spins.dtype)
        # As a constant 2, where it is, it costs nothing.
        power = numbers.sampling_power if plan.weighted else 2.0
        spins, samples, cache, energies, acceptance = _measure(
            path,
            weights,
            problem,
            spins,
            jax.random.fold_in(key, step),
            plan,
            numbers.sweeps,
            jnp.where(step == 0, numbers.thermalisation, 0),
            power,
        )
        importance = importance_weights(path.log_psi(cache), power) if plan.weighted else None
        passed = jnp.minimum(step / numbers.diagonal_shift_steps, 1.0)
        shift = numbers.diagonal_shift + passed * (numbers.diagonal_shift_end - numbers.diagonal_shift)
        direction, residual = sr_direction(
            path,
            weights,
            structure,
            cache,
            samples,
            energies,
            shift,
            solver=plan.solver,
            importance=importance,
            chunk_size=plan.chunk_size,
        )
        direction = as_on_first(direction, plan.mesh)
        change, rule_state = plan.rule.apply(direction, rule_state, step, numbers.learning_rate)
        theta = path.step(theta, structure, change)
        found = energy_estimate(energies, importance, plan.per_chain)
        row = jnp.stack(
            [found.energy, found.variance, acceptance, residual, found.effective_samples, found.error]
        )
        return Carry(theta, rule_state, spins), history.at[index].set(row)

    return jax.lax.fori_loop(0, count, one_step, (carry, jnp.zeros((BLOCK, len(MEASURED)))))


def start(
    network: Network,
    params: Params,
    masks: dict[str, np.ndarray],
    couplings: Couplings,
    moves: FlipSets,
    options: TrainingOptions,
    *,
    key: jax.Array,
) -> tuple[Run, Carry]:
    """A training before its first step; arguments and errors as for `training.train`."""
    path = network.flip_path
    structure = path.build_structure(masks)
    problem = _Problem(
        structure,
        couplings,
        in_order(path, structure, couplings.flips),
        in_turn(path, structure, moves),
    )
    dtype = jnp.dtype(options.precision if path.single_precision else "float64")
    block = block_size(options.chains, path.numbers_per_configuration(structure), dtype, options.chunk_size)
    rule = update_rule(options.update, options.schedule)
    weighted = options.sampling_power != 2.0
    solver = choose_solver(
        path, structure, n_samples=options.samples, asked=options.sr_space, weighted=weighted
    )
    if options.diagonal_shift_end is None:
        options = options._replace(diagonal_shift_end=options.diagonal_shift)
    numbers = _Numbers(*(getattr(options, name) for name in _Numbers._fields))
    mesh = chains_mesh(options.chains // block)
    plan = _Plan(options.samples // options.chains, solver, options.chunk_size, rule, mesh, weighted)
    spins, step_key = _random_chains(
        key, n_sites=network.n_sites, chains=options.chains, block=block, dtype=dtype
    )
    zeros = jax.device_put(np.zeros(path.n_active(structure)))
    carry = Carry(path.compress(params, structure), rule.init(zeros), spins)
    problem, step_key = put((problem, step_key), SAME, mesh)
    return Run(path, plan, problem, step_key, numbers), carry


def advance(run: Run, carry: Carry, first: int, count: int) -> tuple[Carry, jax.Array]:
    """Steps first .. first + count - 1 of a training, in one compiled call.

    Args:
        count: at most `BLOCK`; 0 compiles and changes nothing.

    Returns:
        The next carry, and the rows of what the steps measured, float64 (BLOCK, 6), of which `count` are filled.
    """
    carry = put(carry, _PLACES, run.plan.mesh)
    arguments = (run.problem, run.key, run.numbers, first, count)
    return _run_block(carry, *arguments, path=run.path, plan=run.plan)
