"""The `start` part of a study: weights of known meaning in place of random ones."""

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from sparse_nqs.fields.model import Model, NonNegative, Positive
from sparse_nqs.messages import Mistake, not_allowed

if TYPE_CHECKING:
    from sparse_nqs.fields.network import NetworkOptions
    from sparse_nqs.fields.system import System


class PlaquetteStart(Model):
    """theta_init is the toric code's analytic network, 8 hidden units a plaquette; for an ffnn with alpha >= 4."""

    kind: Literal["toric_plaquettes"]
    weight: Annotated[Positive, Field(le=100, description="w, the magnitude of its weights")] = 2.0
    noise: Annotated[
        NonNegative,
        Field(
            description="standard deviation of normal noise on all weights but biases, which start at 0, by seed; 0: "
            "the analytic network itself, "
            "in which hidden units beyond 4 N stay idle"
        ),
    ] = 0.0


def start_mistakes(start: PlaquetteStart, system: "System", network: "NetworkOptions") -> list[Mistake]:
    """Why a study's network cannot start so, with paths below the study."""
    path = ("start", "kind")
    if system.model != "toric_code":
        return [
            not_allowed(
                path, start.kind, f"must be left out unless the model is toric_code, and it is {system.model}"
            )
        ]
    if network.kind != "ffnn":
        return [
            not_allowed(
                path, start.kind, f"must be left out unless the network is an ffnn, and it is {network.kind}"
            )
        ]
    alpha = getattr(network, "alpha", 0.0)
    if alpha < 4:
        must = f"must be at least 4 for start {start.kind}, which has 8 hidden units a plaquette"
        return [not_allowed(("network", "alpha"), alpha, must)]
    return []
