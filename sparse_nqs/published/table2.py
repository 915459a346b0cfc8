"""The paper's Table 2: independent initialisations under one mask, with errors from the right ground energy."""

from collections.abc import Mapping
from functools import cache
from typing import Any, NamedTuple

from sparse_nqs.published.series import CRITICAL, corrected_rel_error
from sparse_nqs.published.tables import independent_draws


class Table2Row(NamedTuple):
    """The relative errors of one network and round.

    Attributes:
        model: "tfim" (10 x 10, open, critical field) or "toric_code" (3 x 3).
        length: L.
        alpha: hidden units per spin.
        round: in our counting, one more than the paper's.
        t_init_imp: T(init, imp).
        mean: over `draws` initialisations of T(rand, imp).
        low, high: ends of the 99.9 % interval of the mean.
        draws: their number.
    """

    model: str
    length: int
    alpha: float
    round: int
    t_init_imp: float
    mean: float
    low: float
    high: float
    draws: int

    def is_of(self, row: Mapping[str, Any]) -> bool:
        """Whether a row is of this system and network.

        Args:
            row: the columns model, length, width, network, alpha, field and boundary of rounds.parquet.
        """
        same = (row["model"], row["length"], row["width"], row["network"], row["alpha"]) == (
            self.model,
            self.length,
            self.length,
            "ffnn",
            self.alpha,
        )
        return same and (self.model != "tfim" or (row["field"], row["boundary"]) == (CRITICAL, "open"))


@cache
def table2() -> tuple[Table2Row, ...]:
    """All rows, those of the Ising model corrected as the curves of Figure 1a (`series.corrected`)."""
    rows = []
    for row in independent_draws().to_dict("records"):
        model = "toric_code" if row["system"].startswith("toric") else "tfim"
        right = corrected_rel_error if model == "tfim" else float
        rows.append(
            Table2Row(
                model=model,
                length=int(row["system"].split("x")[-1]),
                alpha=float(row["network"].removeprefix("ffnn_alpha")),
                round=row["round"] + 1,
                t_init_imp=right(row["rel_error_t_init_imp"]),
                mean=right(row["mean_rel_error_t_rand_imp"]),
                low=right(row["ci999_low"]),
                high=right(row["ci999_high"]),
                draws=row["draws"],
            )
        )
    return tuple(rows)
