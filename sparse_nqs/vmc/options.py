"""How to train: everything a user may choose."""

from typing import Any, NamedTuple


class Named(NamedTuple):
    """Something of Optax by name, with its options as sorted (name, value) pairs, so that it can be hashed."""

    name: str
    options: tuple[tuple[str, Any], ...] = ()


class StopRule(NamedTuple):
    """When a training may end early: the mean energies of two windows in a row agree.

    Attributes:
        window: steps in a window.
        tolerance: the largest difference of the two means, in units of the sum of |c_t| over the Pauli strings but the
            identity.
    """

    window: int
    tolerance: float


class TrainingOptions(NamedTuple):
    """How to train.

    Attributes:
        samples: configurations a step, a multiple of `chains`.
        chains: independent Markov chains, kept from step to step.
        sweeps: sweeps between two samples of a chain.
        thermalisation: sweeps from random configurations before the first step.
        learning_rate: eta, the step along the SR direction.
        diagonal_shift: lambda of SR at the first step.
        diagonal_shift_end: lambda after `diagonal_shift_steps` steps of linear change; None: it stays.
        diagonal_shift_steps: see above.
        sr_solver: "auto" (the cheapest), "parameters" or "samples": the space that SR is solved in; or "iterative".
        precision: "float32" or "float64": of sampling, local energies and derivatives, where the network allows the
            first; weights, means and the solution of SR are float64 always.
        chunk_size: configurations whose derivatives and local energies are evaluated at a time; None: all. It changes
            no random number, and results only by rounding.
        update: an Optax update rule that the SR direction goes through in place of a gradient; None: plain steps.
        schedule: an Optax schedule of the learning rate, which takes the place of `learning_rate`; None: constant.
        stop: when to end early; None: never.
        divergence_retries: how often a training that diverges goes on from its last good state, with a larger lambda.
        sampling_power: p of the distribution |psi|^p that is sampled, 0 < p <= 2; below 2 samples have weights.
    """

    samples: int
    chains: int
    sweeps: int
    thermalisation: int
    learning_rate: float
    diagonal_shift: float
    diagonal_shift_end: float | None = None
    diagonal_shift_steps: int = 1
    sr_solver: str = "auto"
    precision: str = "float32"
    chunk_size: int | None = None
    update: Named | None = None
    schedule: Named | None = None
    stop: StopRule | None = None
    divergence_retries: int = 0
    sampling_power: float = 2.0


def _named(description: dict | None) -> Named | None:
    if description is None:
        return None
    return Named(description["name"], tuple(sorted(description["options"].items())))


def training_options(description: dict) -> TrainingOptions:
    """From the `training` part of a study, without its numbers of steps and its moves."""
    shift = description["diagonal_shift_schedule"] or {"end": None, "steps": 1}
    stop = description["stop"]
    plain = (
        "samples",
        "chains",
        "sweeps",
        "thermalisation",
        "learning_rate",
        "diagonal_shift",
        "precision",
        "divergence_retries",
        "sampling_power",
    )
    return TrainingOptions(
        **{name: description[name] for name in plain},
        diagonal_shift_end=shift["end"],
        diagonal_shift_steps=shift["steps"],
        sr_solver=description["sr_space"],
        chunk_size=description["chunk_size"],
        update=_named(description["update"]),
        schedule=_named(description["schedule"]),
        stop=StopRule(**stop) if stop else None,
    )
