"""The training loop: blocks of steps compiled as one program each.

A step samples, evaluates local energies, solves SR and updates the weights. Python sees only the ends of blocks,
where it checks that all is well and reports. Step t draws from fold_in(key, t), so the result does not depend on
how the steps are split into blocks.
"""

import time
from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from sparse_nqs.networks import FlipPath, Network, Params, Stages
from sparse_nqs.networks.protocol import Cache, Structure, Theta, Weights
from sparse_nqs.vmc.chunks import block_size, split
from sparse_nqs.vmc.couplings import Couplings, FlipSets, in_order, in_turn
from sparse_nqs.vmc.divergence import diverged, energy_bounds, find_fault
from sparse_nqs.vmc.local_energy import local_energies
from sparse_nqs.vmc.options import Stop, TrainingOptions
from sparse_nqs.vmc.sampler import random_spins, sweeps
from sparse_nqs.vmc.stochastic_reconfiguration import choose_solver, sr_direction
from sparse_nqs.vmc.update_rules import UpdateRule, update_rule

# Steps in one compiled call: long enough to hide Python, short enough to notice a failure soon.
_BLOCK = 25

# What the diagonal shift is multiplied by, for the rest of a training, each time that it diverges.
_SHIFT_FACTOR = 10


class History(NamedTuple):
    """What each of T steps measured before its update, float64 (T,) each.

    Attributes:
        energy: mean local energy of the step's samples.
        variance: variance of the local energy.
        acceptance: accepted fraction of the proposed moves.
        retries: how often the training diverged and went on with a larger diagonal shift.
    """

    energy: np.ndarray
    variance: np.ndarray
    acceptance: np.ndarray
    retries: int = 0


class _Plan(NamedTuple):
    """What a compiled step is specialised to; all else is an argument, so that studies share programs."""

    per_chain: int
    solver: str
    chunk_size: int | None
    rule: UpdateRule


class _Numbers(NamedTuple):
    """The numbers among the options that a compiled step takes as arguments; see `TrainingOptions`."""

    learning_rate: float
    diagonal_shift: float
    diagonal_shift_end: float
    diagonal_shift_steps: int
    sweeps: int
    thermalisation: int


class _Problem(NamedTuple):
    """What the energy and the sampler are made of: arrays that stay the same from step to step."""

    structure: Structure
    couplings: Couplings
    flips: Stages
    moves: Stages


def _measure(
    path: FlipPath,
    weights: Weights,
    problem: _Problem,
    spins: jax.Array,
    key: jax.Array,
    plan: _Plan,
    n_sweeps: jax.Array | int,
    n_extra: jax.Array | int,
) -> tuple[jax.Array, jax.Array, jax.Array, jax.Array]:
    """Move all chains on and measure: blocks of chains one after another, each while it is in the processor's cache.

    A sample comes `n_sweeps` sweeps after the one before, the first of them `n_extra` more.

    Args:
        spins: (blocks, N, chains a block).

    Returns:
        (spins, samples (N, n), local energies float64 (n,), acceptance).
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
                path, weights, structure, cache, spins, moves, block_key, count, first
            )
            energies = local_energies(path, weights, structure, cache, spins, couplings, flips)
            return (cache, spins), (spins, energies, acceptance)

        cache = path.build_cache(weights, structure, spins)
        (_, spins), drawn = jax.lax.scan(draw, (cache, spins), jnp.arange(plan.per_chain))
        return spins, drawn

    keys = jax.random.split(key, len(spins))
    spins, (samples, energies, acceptance) = jax.lax.map(visit, (spins, keys))
    samples = jnp.moveaxis(samples, 2, 0).reshape(spins.shape[1], -1)
    return spins, samples, energies.reshape(-1), acceptance.mean()


@partial(jax.jit, static_argnames=("path", "plan"))
def _run_block(
    carry: "Carry",
    problem: _Problem,
    key: jax.Array,
    numbers: _Numbers,
    first: jax.Array | int,
    count: jax.Array | int,
    *,
    path: FlipPath,
    plan: _Plan,
) -> tuple["Carry", jax.Array]:
    """Steps first .. first + count - 1, at most `_BLOCK` of them; step 0 thermalises the chains first."""
    structure = problem.structure

    def one_step(index: jax.Array, carry: tuple[Carry, jax.Array]) -> tuple[Carry, jax.Array]:
        (theta, rule_state, spins), history = carry
        step = first + index
        weights = path.weights(theta, structure, spins.dtype)
        spins, samples, energies, acceptance = _measure(
            path,
            weights,
            problem,
            spins,
            jax.random.fold_in(key, step),
            plan,
            numbers.sweeps,
            jnp.where(step == 0, numbers.thermalisation, 0),
        )
        passed = jnp.minimum(step / numbers.diagonal_shift_steps, 1.0)
        shift = numbers.diagonal_shift + passed * (numbers.diagonal_shift_end - numbers.diagonal_shift)
        direction = sr_direction(
            path,
            weights,
            structure,
            samples,
            energies,
            shift,
            solver=plan.solver,
            chunk_size=plan.chunk_size,
        )
        change, rule_state = plan.rule.apply(direction, rule_state, step, numbers.learning_rate)
        theta = path.step(theta, structure, change)
        row = jnp.stack([energies.mean(), energies.var(), acceptance])
        return Carry(theta, rule_state, spins), history.at[index].set(row)

    return jax.lax.fori_loop(0, count, one_step, (carry, jnp.zeros((_BLOCK, 3))))


class Run(NamedTuple):
    """A training as it is compiled, and its arguments that stay the same from step to step."""

    path: FlipPath
    plan: _Plan
    problem: _Problem
    key: jax.Array
    numbers: _Numbers


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


class Progress(NamedTuple):
    """A training between two blocks, from which it can go on.

    Attributes:
        carry: what the next step starts from.
        rows: the history of the steps so far, float64 (steps, 3).
        seconds: their wall time.
        retries: see `History`.
    """

    carry: Carry
    rows: np.ndarray
    seconds: float
    retries: int = 0


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
    """A training before its first step; arguments and errors as for `train`."""
    path = network.flip_path
    structure = path.build_structure(masks)
    chain_key, step_key = jax.random.split(key)
    problem = _Problem(
        structure,
        couplings,
        in_order(path, structure, couplings.flips),
        in_turn(path, structure, moves),
    )
    dtype = jnp.dtype(options.precision if path.single_precision else "float64")
    block = block_size(options.chains, path.numbers_per_configuration(structure), dtype, options.chunk_size)
    rule = update_rule(options.update, options.schedule)
    solver = choose_solver(path, structure, n_samples=options.samples, asked=options.sr_space)
    if options.diagonal_shift_end is None:
        options = options._replace(diagonal_shift_end=options.diagonal_shift)
    numbers = _Numbers(*(getattr(options, name) for name in _Numbers._fields))
    plan = _Plan(options.samples // options.chains, solver, options.chunk_size, rule)
    carry = Carry(
        path.compress(params, structure),
        rule.init(jnp.zeros(path.n_active(structure))),
        split(random_spins(chain_key, network.n_sites, options.chains).astype(dtype), block),
    )
    return Run(path, plan, problem, step_key, numbers), carry


def advance(run: Run, carry: Carry, first: int, count: int) -> tuple[Carry, jax.Array]:
    """Steps first .. first + count - 1 of a training, in one compiled call.

    Args:
        count: at most 25; 0 compiles and changes nothing.

    Returns:
        The next carry, and the rows of the `History`, float64 (25, 3), of which `count` are filled.
    """
    arguments = (run.problem, run.key, run.numbers, first, count)
    return _run_block(carry, *arguments, path=run.path, plan=run.plan)


def train(
    network: Network,
    params: Params,
    masks: dict[str, np.ndarray],
    couplings: Couplings,
    moves: FlipSets,
    options: TrainingOptions,
    *,
    steps: int,
    key: jax.Array,
    report: Callable[[int, History], None] = lambda step, history: None,
    keep: Callable[[Progress], None] = lambda progress: None,
    resume: Callable[[Carry], Progress | None] = lambda start: None,
    warn: Callable[[str], None] = lambda text: None,
) -> tuple[Params, History, float]:
    """Minimise the energy of a masked network.

    Args:
        params: the weights to start from; pruned ones are set to zero first.
        masks: bool arrays by the name of each prunable tensor, True where a weight survives.
        moves: the sampler's moves.
        steps: number of steps, at least 1; fewer are done if `options.stop` says so.
        key: the only source of randomness.
        report: called after every block with the number of steps done and the block's history.
        keep: called after every block with what a later call may go on from.
        resume: called with the first carry; returns what an earlier call's `keep` was given, or None. The result is
            the same as without the interruption, bit for bit on the same machine.
        warn: called with a line of text when the training has diverged and goes on.

    Returns:
        (params, history, seconds): pruned weights exactly zero; seconds of wall time without compilation.

    Raises:
        DivergedError: at the end of the block of steps in which something became non-finite or the energy ran away,
            if that was more than `options.divergence_retries` times.
        WorkError: if Optax does not know the update rule or schedule.
    """
    run, carry = start(network, params, masks, couplings, moves, options, key=key)
    jax.block_until_ready(advance(run, carry, 0, 0))
    bounds = energy_bounds(couplings, network.n_sites)
    carry, rows, seconds, retries = resume(carry) or Progress(carry, np.zeros((0, 3)), 0.0)
    while len(rows) < steps and not (options.stop and _has_converged(rows[:, 0], options.stop)):
        started = time.perf_counter()
        count = min(_BLOCK, steps - len(rows))
        after, measured = advance(_steadied(run, retries), carry, len(rows), count)
        block = np.asarray(measured)[:count]
        seconds += time.perf_counter() - started
        fault = find_fault(rows, block, after.theta, bounds)
        if fault is not None:
            if retries == options.divergence_retries:
                raise diverged(fault, rows, block)
            retries += 1
            warn(f"{fault.text}; goes on from step {len(rows)} with {_SHIFT_FACTOR**retries} times lambda")
            continue
        carry, rows = after, np.concatenate([rows, block])
        report(len(rows), History(*block.T))
        keep(Progress(carry, rows, seconds, retries))
    params = run.path.expand(carry.theta, run.problem.structure, masks)
    energy, variance, acceptance = rows.T
    return params, History(energy, variance, acceptance, retries), seconds


def _steadied(run: Run, retries: int) -> Run:
    """A training whose diagonal shift is larger, for it diverged so many times."""
    shifts = {
        name: getattr(run.numbers, name) * _SHIFT_FACTOR**retries
        for name in ("diagonal_shift", "diagonal_shift_end")
    }
    return run._replace(numbers=run.numbers._replace(**shifts)) if retries else run


def _has_converged(energies: np.ndarray, stop: Stop) -> bool:
    """Whether the means of the last window and of the one before it agree."""
    if len(energies) < 2 * stop.window:
        return False
    before, last = energies[-2 * stop.window :].reshape(2, stop.window).mean(axis=1)
    return abs(last - before) <= stop.tolerance * abs(last)
