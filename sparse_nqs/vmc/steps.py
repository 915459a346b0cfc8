"""Training steps, some of them in one compiled call: sample, evaluate local energies, solve SR, update the weights.

Step t draws from fold_in(key, t), so the result does not depend on how the steps are put into calls.
"""

from functools import partial
from typing import Any, Generic, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax.sharding import Mesh

from sparse_nqs.networks import AnyFlipPath, FlipSchedule, MaskedNetwork
from sparse_nqs.networks.contract import (
    CacheT,
    FlipPath,
    ProposalT,
    StructureT,
    ThetaT,
    Walkers,
    WeightsT,
)
from sparse_nqs.vmc.chunks import group_size, join, largest_divisor, split
from sparse_nqs.vmc.couplings import Couplings, DeviceSystem, in_order, in_turn
from sparse_nqs.vmc.devices import PARTS, SAME, as_on_first, chains_mesh, gathered, on_all, own_part, put
from sparse_nqs.vmc.importance import WeightedSamples, energy_estimate, importance_weights
from sparse_nqs.vmc.local_energy import local_energies
from sparse_nqs.vmc.options import TrainingOptions
from sparse_nqs.vmc.random_numbers import Columns
from sparse_nqs.vmc.sampler import Sampler, random_spins, sweeps
from sparse_nqs.vmc.stochastic_reconfiguration import choose_solver, sr_direction, sr_size
from sparse_nqs.vmc.update_rules import UpdateRule, update_rule

# Steps in one compiled call: long enough to hide Python, short enough to notice a failure soon.
STEPS_PER_CALL = 25

# What a step measures before its update, in the order of a row.
STEP_QUANTITIES = ("energy", "variance", "acceptance", "sr_residual", "effective_samples", "energy_error")


class _Plan(NamedTuple):
    """The static arguments of a compiled step; everything else is an argument, so that studies share programs.

    Attributes:
        per_chain: samples of a chain in a step.
        solver: of SR.
        chunk_size: see `TrainingOptions`.
        chunks: parts of a group of chains that are treated one after another.
        rule: what becomes of the SR direction.
        mesh: the devices; None: one.
        weighted: whether samples have weights.
    """

    per_chain: int
    solver: str
    chunk_size: int | None
    chunks: int
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


class _Constants(NamedTuple, Generic[StructureT]):
    """What the energy and the sampler are made of: arrays that stay the same from step to step."""

    structure: StructureT
    couplings: Couplings
    flips: FlipSchedule
    moves: FlipSchedule


class _Drawing(NamedTuple):
    """How the samples of a step are drawn.

    Attributes:
        key: of the step.
        sweeps: between two samples of a chain.
        extra: sweeps more before the first.
        power: p of |psi|^p.
    """

    key: jax.Array
    sweeps: jax.Array | int
    extra: jax.Array | int
    power: jax.Array | float


class Carry(NamedTuple, Generic[ThetaT]):
    """What a step hands to the next.

    Attributes:
        theta: the weights, as the flip path keeps them.
        rule_state: the update rule's state.
        spins: the chains, (parts of chains, N, chains of a part).
    """

    theta: ThetaT
    rule_state: Any
    spins: jax.Array


# Where a carry lies when there are several devices, as its tree.
_PLACES: Any = Carry(SAME, SAME, PARTS)  # type: ignore[arg-type]


class Run(NamedTuple):
    """A training as it is compiled, and its arguments that stay the same from step to step."""

    path: AnyFlipPath
    plan: _Plan
    constants: _Constants
    key: jax.Array
    numbers: _Numbers


def _measure(
    path: FlipPath[ThetaT, WeightsT, StructureT, CacheT, ProposalT],
    plan: _Plan,
    weights: WeightsT,
    constants: _Constants[StructureT],
    spins: jax.Array,
    drawing: _Drawing,
) -> tuple[jax.Array, WeightedSamples[WeightsT, StructureT, CacheT], jax.Array, jax.Array]:
    """Move all chains on and measure: parts of them one after another, each while it is in the processor's cache.

    A device goes through its own chains; samples, energies and acceptance are those of all.

    Args:
        spins: (parts of this device, N, chains of a part).

    Returns:
        (spins, samples (N, n), local energies float64 (n,), acceptance).
    """
    structure, couplings, flips, moves = constants
    n_chains = spins.shape[2]

    def visit(
        part: tuple[jax.Array, jax.Array, jax.Array | None],
    ) -> tuple[jax.Array, tuple[jax.Array, CacheT, jax.Array, jax.Array]]:
        spins, key, first_chain = part
        columns = None if first_chain is None else Columns(first_chain, plan.chunks * n_chains)
        sampler = Sampler(moves, drawing.power, columns)
        begun = path.flips.at(weights, structure, spins)

        def draw(
            carry: tuple[CacheT, jax.Array], index: jax.Array
        ) -> tuple[tuple[CacheT, jax.Array], tuple[jax.Array, CacheT, jax.Array, jax.Array]]:
            count = drawing.sweeps + jnp.where(index == 0, drawing.extra, 0)
            # The first draw's sweeps come before all others'.
            first = jnp.where(index == 0, 0, drawing.extra + index * drawing.sweeps)
            walkers, acceptance = sweeps(path.flips, begun.moved(*carry), sampler, key, count, first)
            energies = local_energies(path.flips, walkers, couplings, flips)
            return (walkers.cache, walkers.spins), (walkers.spins, walkers.cache, energies, acceptance)

        (_, spins), drawn = jax.lax.scan(draw, (begun.cache, spins), jnp.arange(plan.per_chain))
        return spins, drawn

    mesh = plan.mesh
    n_parts = len(spins) * (mesh.size if mesh else 1)
    keys, first_chains = jax.random.split(drawing.key, n_parts // plan.chunks), None
    if plan.chunks > 1:
        # Parts of a group share its key, and each takes the numbers of its own chains.
        keys = keys[jnp.arange(n_parts) // plan.chunks]
        first_chains = own_part(n_chains * (jnp.arange(n_parts) % plan.chunks), mesh)
    spins, drawn = jax.lax.map(visit, (spins, own_part(keys, mesh), first_chains))
    *drawn, acceptance = gathered(drawn, mesh)
    samples, cache, energies = jax.tree.map(lambda parts: join(join(parts)), drawn)
    acceptance = acceptance.mean()
    importance = importance_weights(path.flips.log_psi(cache), drawing.power) if plan.weighted else None
    walkers = Walkers(weights, structure, cache, samples)
    return spins, WeightedSamples(walkers, importance), energies, acceptance


@partial(jax.jit, static_argnames=("n_sites", "chains", "part", "dtype"))
def _random_chains(
    key: jax.Array, *, n_sites: int, chains: int, part: int, dtype: np.dtype
) -> tuple[jax.Array, jax.Array]:
    """Where the chains start, as a carry has them, and the key of the steps."""
    chain_key, step_key = jax.random.split(key)
    return split(random_spins(chain_key, n_sites, chains).astype(dtype), part), step_key


@partial(jax.jit, static_argnames=("path", "plan"))
def _run_compiled(*arguments: Any, path: AnyFlipPath, plan: _Plan) -> tuple[Carry, jax.Array]:
    """`_run_steps` on all devices of the plan."""
    steps = partial(_run_steps, path, plan)
    return on_all(steps, plan.mesh, (_PLACES, *[SAME] * 3), (_PLACES, SAME))(*arguments)


def _run_steps(
    path: FlipPath[ThetaT, WeightsT, StructureT, CacheT, ProposalT],
    plan: _Plan,
    carry: Carry[ThetaT],
    constants: _Constants[StructureT],
    schedule: tuple[jax.Array, _Numbers],
    steps: tuple[jax.Array | int, jax.Array | int],
) -> tuple[Carry[ThetaT], jax.Array]:
    """Some steps, at most `STEPS_PER_CALL` of them; step 0 thermalises the chains first.

    Args:
        schedule: the key of the steps, and the options' numbers.
        steps: the first of them, and their number.
    """
    structure, (key, numbers), (first, count) = constants.structure, schedule, steps

    def one_step(index: jax.Array, carry: tuple[Carry[ThetaT], jax.Array]) -> tuple[Carry[ThetaT], jax.Array]:
        (theta, rule_state, spins), history = carry
        step = first + index
        weights = path.masking.weights(theta, structure, spins.dtype)
        drawing = _Drawing(
            # As a constant 2, where it is, it costs nothing.
            power=numbers.sampling_power if plan.weighted else 2.0,
            key=jax.random.fold_in(key, step),
            sweeps=numbers.sweeps,
            extra=jnp.where(step == 0, numbers.thermalisation, 0),
        )
        spins, samples, energies, acceptance = _measure(path, plan, weights, constants, spins, drawing)
        passed = jnp.minimum(step / numbers.diagonal_shift_steps, 1.0)
        shift = numbers.diagonal_shift + passed * (numbers.diagonal_shift_end - numbers.diagonal_shift)
        direction, residual = sr_direction(
            path, samples, energies, shift, solver=plan.solver, chunk_size=plan.chunk_size
        )
        direction = as_on_first(direction, plan.mesh)
        change, rule_state = plan.rule.apply(direction, rule_state, step, numbers.learning_rate)
        theta = path.masking.step(theta, structure, change)
        found = energy_estimate(energies, samples.importance, plan.per_chain)
        row = jnp.stack(
            [found.energy, found.variance, acceptance, residual, found.effective_samples, found.error]
        )
        return Carry(theta, rule_state, spins), history.at[index].set(row)

    history = jnp.zeros((STEPS_PER_CALL, len(STEP_QUANTITIES)))
    return jax.lax.fori_loop(0, count, one_step, (carry, history))


def start(
    state: MaskedNetwork, system: DeviceSystem, options: TrainingOptions, *, key: jax.Array
) -> tuple[Run, Carry]:
    """A training before its first step; arguments and errors as for `training.train`."""
    path = state.network.flip_path
    structure = path.masking.build_structure(state.masks)
    constants = _Constants(
        structure,
        system.couplings,
        in_order(path.flips, structure, system.couplings.flips),
        in_turn(path.flips, structure, system.moves),
    )
    dtype = jnp.dtype(options.precision if path.flips.single_precision else "float64")
    group = group_size(options.chains, path.flips.numbers_per_configuration(structure), dtype)
    part = largest_divisor(group, options.chunk_size or group)
    mesh = chains_mesh(options.chains // part)
    weighted = options.sampling_power != 2.0
    size = sr_size(path, structure, options.samples, weighted)
    plan = _Plan(
        per_chain=options.samples // options.chains,
        solver=choose_solver(options.sr_solver, size),
        chunk_size=options.chunk_size,
        chunks=group // part,
        rule=update_rule(options.update, options.schedule),
        mesh=mesh,
        weighted=weighted,
    )
    if options.diagonal_shift_end is None:
        options = options._replace(diagonal_shift_end=options.diagonal_shift)
    numbers = _Numbers(*(getattr(options, name) for name in _Numbers._fields))
    spins, step_key = _random_chains(
        key, n_sites=state.network.n_sites, chains=options.chains, part=part, dtype=dtype
    )
    zeros = jax.device_put(np.zeros(size.weights))
    carry = Carry(path.masking.compress(state.params, structure), plan.rule.init(zeros), spins)
    constants, step_key = put((constants, step_key), SAME, mesh)
    return Run(path, plan, constants, step_key, numbers), carry


def advance(run: Run, carry: Carry, first: int, count: int) -> tuple[Carry, jax.Array]:
    """Steps first .. first + count - 1 of a training, in one compiled call.

    Args:
        count: at most `STEPS_PER_CALL`; 0 compiles and changes nothing.

    Returns:
        The next carry, and the rows of what the steps measured, float64 (STEPS_PER_CALL, 6), of which `count` are
        filled.
    """
    carry = put(carry, _PLACES, run.plan.mesh)
    arguments = (run.constants, (run.key, run.numbers), (first, count))
    return _run_compiled(carry, *arguments, path=run.path, plan=run.plan)
