"""The `training` part of a study: how networks are trained."""

from collections.abc import Callable
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, model_validator

from sparse_nqs import optax_rules
from sparse_nqs.fields.model import Count, CountOrZero, Model, Name, Positive, refuse_all
from sparse_nqs.fields.options import Scalars
from sparse_nqs.messages import Mistake, not_allowed


class OptaxChoice(Model):
    """An update rule or learning rate schedule of Optax."""

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", description="its name in Optax, such as adam")]
    options: Annotated[Scalars, Field(description="its arguments by name, but the learning rate")] = Field(
        default_factory=dict
    )


def _check_works(build: Callable[..., Any]) -> AfterValidator:
    """A check that Optax makes of a part what a training can use."""

    def check(part: OptaxChoice | None) -> OptaxChoice | None:
        if part is not None:
            try:
                build(part.name, tuple(sorted(part.options.items())))
            except optax_rules.OptaxError as error:
                refuse_all([Mistake((), str(error))])
        return part

    return AfterValidator(check)


class ShiftSchedule(Model):
    """A linear change of the diagonal shift; the paper's code offers lambda to lambda/10 in 1000 steps."""

    end: Annotated[Positive, Field(description="lambda at the end")]
    steps: Annotated[Count, Field(description="steps until then")] = 1000


class Stop(Model):
    """End a training early when the mean energies of two windows in a row agree."""

    window: Annotated[Count, Field(description="steps in a window")] = 100
    tolerance: Annotated[
        Positive,
        Field(
            description="largest difference of the two means, in units of the sum of the absolute values of all "
            "couplings and fields, a constant left out"
        ),
    ]


class Training(Model):
    """Variational Monte Carlo with stochastic reconfiguration."""

    samples: Annotated[Count, Field(description="samples a step")] = 1024
    chains: Annotated[Count, Field(description="Markov chains; a divisor of samples")] = 1024
    sweeps: Annotated[Count, Field(description="sweeps of N proposals between samples")] = 1
    thermalisation: Annotated[CountOrZero, Field(description="sweeps before a training's first step")] = 50
    sampling_power: Annotated[
        float,
        Field(
            gt=0,
            le=2,
            allow_inf_nan=False,
            description="p: training samples psi^p, and with p < 2 a sample has the weight psi^(2-p) in all means; "
            "docs/sampling-power.md. Evaluation samples psi^2 always",
        ),
    ] = 2.0
    learning_rate: Positive = 0.02
    diagonal_shift: Annotated[Positive, Field(description="lambda in (S + lambda) d = F")] = 0.001
    diagonal_shift_schedule: Annotated[
        ShiftSchedule | None, Field(description="linear change of lambda; null: constant")
    ] = None
    sr_space: Annotated[
        Literal["auto", "parameters", "samples"], Field(description="where SR is solved; auto: the cheaper")
    ] = "auto"
    precision: Annotated[
        Literal["float32", "float64"],
        Field(
            description="of sampling, local energies and derivatives in training; weights, means and evaluations "
            "are float64 always"
        ),
    ] = "float32"
    update: Annotated[
        OptaxChoice | None,
        _check_works(optax_rules.rule),
        Field(
            description="Optax rule that the SR direction goes through, one that needs neither the weights (weight "
            "decay) nor the energy as a function; null: plain steps"
        ),
    ] = None
    schedule: Annotated[
        OptaxChoice | None,
        _check_works(optax_rules.schedule),
        Field(
            description="Optax schedule in place of learning_rate, from step 0 of every training on, of a rewound one "
            "too; null: constant"
        ),
    ] = None
    chunk_size: Annotated[
        Count | None,
        Field(
            description="configurations evaluated at a time, a divisor of samples; null: all. It changes memory and "
            "speed, no random number, and results only by rounding"
        ),
    ] = None
    moves: Annotated[
        dict[Name, Annotated[int, Field(ge=0, le=1000)]],
        Field(
            description="how often a sweep proposes each family of moves; what is not named: once. "
            "Together they must reach all configurations"
        ),
    ] = Field(default_factory=dict)
    stop: Annotated[Stop | None, Field(description="when to end early; null: never")] = None
    divergence_retries: Annotated[
        int,
        Field(
            ge=0,
            le=10,
            description="how often a training that diverges goes on from its last good state, each time with ten "
            "times the lambda for the rest of it; then, and with 0 at once, it fails",
        ),
    ] = 0
    dense_steps: Annotated[Count, Field(description="steps of the dense training")] = 1000
    round_steps: Annotated[Count, Field(description="steps of an IMP-WR round")] = 150
    isolated_steps: Annotated[
        Count | None, Field(description="steps of an isolated training; null: as dense_steps")
    ] = None

    @model_validator(mode="after")
    def _check_chains(self) -> "Training":
        if self.samples % self.chains:
            must = f"must divide samples, which is {self.samples}"
            refuse_all([not_allowed(("chains",), self.chains, must)])
        if self.chunk_size is not None and self.samples % self.chunk_size:
            must = f"must divide samples, which is {self.samples}"
            refuse_all([not_allowed(("chunk_size",), self.chunk_size, must)])
        return self
