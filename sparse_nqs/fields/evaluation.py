"""How trained states are measured: of a study, and of figures that measure states of their own."""

from typing import Annotated

from pydantic import Field, model_validator

from sparse_nqs.fields.model import Count, CountOrZero, Model, Positive, refuse_all
from sparse_nqs.messages import not_allowed


class Evaluation(Model):
    """How the energies and observables of trained states are measured."""

    exact_max_spins: Annotated[
        int, Field(ge=0, le=26, description="up to so many spins by summing over all configurations")
    ] = 20
    # Error bars come from the spread of the chains, which fewer cannot give.
    chains: Annotated[int, Field(ge=32, le=2**31 - 1, description="independent Markov chains")] = 1024
    samples_per_chain: Annotated[Count, Field(description="samples of each chain, in a batch")] = 64
    sweeps: Annotated[Count, Field(description="sweeps of N proposals between samples")] = 2
    thermalisation: Annotated[CountOrZero, Field(description="sweeps before the first sample")] = 100
    target_error: Annotated[
        Positive | None,
        Field(
            description="standard error that <H> of the whole system shall have: batches are added until it does; "
            "null: one batch"
        ),
    ] = None
    max_samples_per_chain: Annotated[Count, Field(description="the cap on the way to target_error")] = 4096

    @model_validator(mode="after")
    def _check_cap(self) -> "Evaluation":
        if self.target_error is not None and self.max_samples_per_chain < self.samples_per_chain:
            must = f"must be at least samples_per_chain, which is {self.samples_per_chain}, to hold a batch"
            refuse_all([not_allowed(("max_samples_per_chain",), self.max_samples_per_chain, must)])
        return self
