"""What jobs cost: time on one core and memory, estimated from the study alone.

It counts the dominant operations of each job and multiplies them by a few constants. The result is good to a factor
of about three. A scheduler's limits (`resources`) and a plan (`plan`) need no more. No result depends on it.
"""

from collections.abc import Iterable
from functools import cache
from math import prod
from typing import NamedTuple

from sparse_nqs import known_energies
from sparse_nqs.config import References, Study
from sparse_nqs.fields.cost import PRODUCT, UNKNOWN_WEIGHTS, NetworkCost
from sparse_nqs.fields.network import Tensors
from sparse_nqs.groups import active_counts
from sparse_nqs.members.loading import load
from sparse_nqs.members.moves import n_cluster_moves
from sparse_nqs.members.protocols import groups_of
from sparse_nqs.members.reference_methods import reference_method
from sparse_nqs.sr_cost import SrSize, Unpruned, sr_operations

# Seconds of processor time on one core, as in `fields.cost`, and from the reference energies of 6 x 6 and 10 x 10.
# Start and compilation are between those of a laptop with a warm cache and of a cluster with none.
_START = 2.0  # a job: Python, JAX
_START_TABLES = 0.6  # a job without JAX
_COMPILE = 2.0  # a compiled program
_STEP = 1.0e-3  # a training step beyond what follows
_CONFIGURATION = 1.0e-8  # one term of the Hamiltonian on one of 2^N configurations
_PRODUCT_TERM = 2.0e-9  # one term of a product with H on one of 2^N configurations, in exact diagonalisation
_SITE_OF_DMRG = 1.0e-3  # one site, over all sweeps at one bond dimension chi: what is proportional to chi
_SITE_OF_DMRG_CUBED = 7.0e-8  # and to chi^3
_STATE = 0.02  # reading what is known of one state

# Megabytes. What a job has before it does anything: two nested Snakemakes on a cluster (130 each), Python, JAX and its
# compiler, as seen in the same runs.
_BASE_MB = 800.0
_MB = 1e-6

# Exact diagonalisation: products with H for each state that is sought, vectors of 2^N numbers at a time.
_LANCZOS_PRODUCTS = 110
_LANCZOS_VECTORS = 6


class Work(NamedTuple):
    """What one job needs: seconds on one core, and memory in MB."""

    seconds: float
    memory_mb: float


class _Size(NamedTuple):
    """How large a study is.

    Attributes:
        weights: prunable weights of the dense network.
        others: weights that are trained and never pruned.
        network: what the dense network costs.
        moves: proposals in a sweep.
        terms: off-diagonal terms of the Hamiltonian.
    """

    weights: int
    others: int
    network: NetworkCost
    moves: int
    terms: int


def _n_weights(tensors: Tensors | None) -> int:
    return UNKNOWN_WEIGHTS if tensors is None else sum(map(prod, tensors.values()))


def _size(study: Study) -> _Size:
    system, network = study.system, study.network
    weights = _n_weights(network.prunable_tensors(system))
    others = _n_weights(network.tensors(system)) - weights
    moves = study.n_sites + n_cluster_moves(system)
    return _Size(weights, others, network.cost(system), moves, system.off_diagonal_terms)


@cache
def _counts(protocol: str, shapes: tuple[tuple[str, int], ...], ratio: float, rounds: int) -> tuple[int, ...]:
    groups = groups_of(protocol, tuple(name for name, _ in shapes), ratio)
    sizes = dict(shapes)
    pruned = [sum(sizes[name] for name in group.tensors) for group in groups]
    left = [active_counts(size, group.ratio, rounds) for size, group in zip(pruned, groups, strict=True)]
    return tuple(sum(sizes.values(), -sum(pruned)) + sum(counts) for counts in zip(*left, strict=True))


def survivors(study: Study) -> tuple[int, ...]:
    """Surviving prunable weights of the rounds 0, 1, ...; for a user's network an estimate."""
    tensors = study.network.prunable_tensors(study.system)
    if tensors is None:
        kept = 1 - study.pruning.ratio
        return tuple(round(UNKNOWN_WEIGHTS * kept**k) for k in range(study.pruning.rounds + 1))
    sizes = tuple((name, prod(shape)) for name, shape in tensors.items())
    return _counts(study.protocol, sizes, study.pruning.ratio, study.pruning.rounds)


def state_bytes(study: Study) -> tuple[int, ...]:
    """Bytes in a file of states of the rounds 0, 1, ...: 8 a weight that is left, a bit a weight for the mask."""
    size = _size(study)
    return tuple(8 * (alive + size.others) + -(-size.weights // 8) for alive in survivors(study))


def _flip_seconds(size: _Size, alive: int) -> float:
    """One flip of one configuration, and the ratio of psi that it makes."""
    whole, per_weight = size.network.flip, size.network.flip_per_weight
    return whole if per_weight is None else min(whole, per_weight * alive)


def _sr_seconds(study: Study, size: _Size, alive: int) -> float:
    """One solution of SR, by the way that costs least."""
    columns = size.network.gram_columns
    unpruned = None if columns is None else Unpruned(size.weights + size.others, columns)
    weighted = study.training.sampling_power != 2
    return PRODUCT * sr_operations(
        SrSize(alive + size.others, study.training.samples, size.network.by_bits, weighted, unpruned)
    )


def step_seconds(study: Study, alive: int) -> float:
    """One training step with so many surviving weights."""
    size, options = _size(study), study.training
    flips = size.moves * options.sweeps + size.terms
    sampling = options.samples * (flips * _flip_seconds(size, alive) + 3 * size.network.evaluation)
    return sampling + _sr_seconds(study, size, alive) + _STEP


def _training_mb(study: Study, alive: int) -> float:
    """What a training step holds: derivatives, Gram matrices and the values of a chunk of configurations."""
    size, options = _size(study), study.training
    trained = alive + size.others
    small = min(options.samples, trained)
    rows = options.chunk_size or options.samples
    # Bits or numbers.
    derivatives = options.samples * trained * (0.25 if size.network.by_bits else 4)
    held = derivatives + 3 * 8 * small**2 + 8 * rows * size.network.values
    return 2 * _MB * held


def _training(study: Study, rounds: Iterable[int], steps: int) -> Work:
    size, counts, options = _size(study), survivors(study), study.training
    alive = [counts[k] for k in rounds]
    proposals = options.thermalisation * options.chains * size.moves
    seconds = sum(
        _COMPILE + proposals * _flip_seconds(size, n) + steps * step_seconds(study, n) for n in alive
    )
    return Work(_START + seconds, _BASE_MB + max(_training_mb(study, n) for n in alive))


def problem(study: Study) -> Work:
    """The Hamiltonian, compiled by NetKet."""
    return Work(_START + 0.05 * study.n_sites, _BASE_MB)


def reference(study: Study, references: References) -> Work:
    """The reference energy: none to compute or known, exact diagonalisation or DMRG."""
    n_sites = study.n_sites
    is_known = references.takes_known(study) and known_energies.find(study.system.model_dump(mode="json"))
    method = reference_method(study.system.model_dump(mode="json"), n_sites, references.max_ed_spins)
    if method == "exact" or is_known:
        return Work(_START, _BASE_MB)
    if method == "ed":
        # Where the ground state may not be unique the next state is sought, too, and the ground level kept.
        states = 1 if study.system.has_unique_ground_state else 2
        products = states * _LANCZOS_PRODUCTS * 2**n_sites
        memory = 8 * (_LANCZOS_VECTORS + states - 1) * 2**n_sites * _MB
        return Work(_START + products * _PRODUCT_TERM * _size(study).terms, _BASE_MB + memory)
    bonds = references.bond_dimensions
    seconds = sum(n_sites * (_SITE_OF_DMRG * chi + _SITE_OF_DMRG_CUBED * chi**3) for chi in bonds)
    # A tensor of the environment has two bonds of the state and one of the Hamiltonian, of the order of the width.
    operator_bond = min(study.system.extent) + 2
    return Work(_START + seconds, _BASE_MB + 2 * 8 * n_sites * operator_bond * bonds[-1] ** 2 * _MB)


def init(study: Study) -> Work:
    """The initial weights."""
    return Work(_START, _BASE_MB)


def dense(study: Study, steps: int | None = None) -> Work:
    """The dense training, or its first `steps` steps."""
    return _training(study, [0], steps or study.training.dense_steps)


def chain(study: Study, first: int, last: int) -> Work:
    """A block of rounds of a chain."""
    return _training(study, range(first, last + 1), study.training.round_steps)


def isolated(study: Study, round_index: int) -> Work:
    """One isolated training."""
    return _training(study, [round_index], study.training.isolated_steps or study.training.dense_steps)


def _all_psi(study: Study) -> Work:
    """Log psi on all configurations of one state, without a job's start."""
    configurations = 2**study.n_sites
    seconds = configurations * (_size(study).network.evaluation + 2 * _CONFIGURATION)
    return Work(seconds, 8 * 8 * configurations * _MB)


def _samples(study: Study, alive: int) -> Work:
    """The samples of one state and their local energies, without a job's start."""
    size, options = _size(study), study.evaluation
    sweeps = options.thermalisation + options.samples_per_chain * options.sweeps
    flips = sweeps * size.moves + options.samples_per_chain * (size.terms + study.n_sites)
    per_chain = 8 * size.network.values + options.samples_per_chain * (study.n_sites + 40)
    return Work(options.chains * flips * _flip_seconds(size, alive), options.chains * per_chain * _MB)


def _measuring(study: Study, rounds: Iterable[int], terms: int, states_at_once: int) -> Work:
    """States one after another, `terms` terms measured in each."""
    counts = survivors(study)
    if study.n_sites <= study.evaluation.exact_max_spins:
        psi = _all_psi(study)
        seconds = psi.seconds + _CONFIGURATION * terms * 2**study.n_sites
        return Work(
            _START + _COMPILE + len(list(rounds)) * seconds, _BASE_MB + states_at_once * psi.memory_mb
        )
    # Masks of different shapes are different programs.
    parts = [_samples(study, counts[k]) for k in rounds]
    seconds = sum(part.seconds + _COMPILE for part in parts)
    return Work(_START + seconds, _BASE_MB + 2 * states_at_once * max(part.memory_mb for part in parts))


def evaluation(study: Study, first: int, last: int) -> Work:
    """Energy, variance and magnetisations of a block."""
    return _measuring(study, range(first, last + 1), _size(study).terms, 1)


def observables(study: Study, first: int, last: int) -> Work:
    """Observables spin by spin of a block."""
    work = _measuring(study, range(first, last + 1), study.n_sites**2, 2)
    if study.n_sites <= study.evaluation.exact_max_spins:
        return work
    size, options = _size(study), study.evaluation
    flips = sum(load("observables", name).flips(study.n_sites) for name in study.observables)
    compared = options.chains * options.samples_per_chain * flips
    seconds = sum(compared * _flip_seconds(size, alive) for alive in survivors(study)[first : last + 1])
    return work._replace(seconds=work.seconds + seconds)


def fidelity(study: Study, first: int, last: int) -> Work:
    """Fidelities of the neighbours in a block, which need the round before it as well."""
    return _measuring(study, range(first - 1, last + 1), 1, 2)


def tile(study: Study, size: int) -> Work:
    """A tile of a fidelity matrix: `size` dense states of a study against `size` others, all kept at once."""
    if study.n_sites <= study.evaluation.exact_max_spins:
        one = _all_psi(study)
        seconds = 2 * size * one.seconds + size**2 * _CONFIGURATION * 2**study.n_sites
    else:
        one = _samples(study, survivors(study)[0])
        compared = (
            study.evaluation.chains * study.evaluation.samples_per_chain * _size(study).network.evaluation
        )
        seconds = 2 * size * one.seconds + 2 * size**2 * compared
    return Work(_START + _COMPILE + seconds, _BASE_MB + 2 * size * one.memory_mb)


def tables(n_states: int) -> Work:
    """The tables of so many states."""
    return Work(_START_TABLES + _STATE * n_states, _BASE_MB)


def figure() -> Work:
    """One figure."""
    return Work(_START, _BASE_MB)
