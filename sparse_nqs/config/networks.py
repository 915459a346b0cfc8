"""The networks: what the `network` part of a study may say, and the tensors that follow from it."""

from typing import Annotated, Literal

from pydantic import Field

from sparse_nqs.config.fields import Model, Positive


class Ffnn(Model):
    """One hidden layer without biases: log psi(s) = sum_h relu((s W)_h), W of shape (N, alpha N)."""

    kind: Literal["ffnn"]
    alpha: Annotated[Positive, Field(le=100_000, description="hidden units per spin; may be a fraction")]
    init_std: Annotated[Positive, Field(description="standard deviation of the initial weights")] = 0.01

    def hidden_units(self, n_sites: int) -> int:
        """The number of hidden units, alpha N.

        Raises:
            ValueError: if that is not a whole number of at least 1.
        """
        width = self.alpha * n_sites
        units = round(width)
        if units < 1 or abs(width - units) > 1e-9 * units:
            raise ValueError(
                f"must give a whole number of hidden units, at least 1, and alpha * N = "
                f"{self.alpha:g} * {n_sites} = {width:g}"
            )
        return units

    def tensors(self, n_sites: int) -> dict[str, tuple[int, ...]]:
        """Names and shapes of all parameter tensors.

        Raises:
            ValueError: as `hidden_units`.
        """
        return {"kernel": (n_sites, self.hidden_units(n_sites))}

    def prunable(self, n_sites: int) -> dict[str, tuple[int, ...]]:
        """Names and shapes of the tensors that are pruned: all of them.

        Raises:
            ValueError: as `hidden_units`.
        """
        return self.tensors(n_sites)


KINDS = (Ffnn,)

# With a second network this becomes a union discriminated by `kind`, as `System` is.
Network = Annotated[Ffnn, Field(description="the ansatz for the wave function")]
