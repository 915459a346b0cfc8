"""Three questions to the tables of a finished run, and one plot: `python examples/analysis.py results/summaries`.

1. How many weights may go before the error is twice that of the dense network?
2. At that density, is it the mask or the initial weights that the sparse network needs?
3. Where along the rounds does the state itself change?

docs/tables.md lists the tables and their columns. Needs this package, pandas and Matplotlib.
"""

import sys
from pathlib import Path

import pandas as pd
from matplotlib.figure import Figure

from sparse_nqs.storage.sealed import DamagedFileError
from sparse_nqs.storage.tables import read_table


def sparsest_within(rounds: pd.DataFrame, factor: float = 2.0) -> pd.DataFrame:
    """Question 1: the sparsest network of IMP-WR with at most `factor` times the dense error, by study and seed.

    Rounds after the first one above that are not looked at. A seed whose dense error is below its standard error
    has no row: nothing can be said.
    """
    found = []
    for (study, seed), part in rounds.groupby(["study", "seed"]):
        dense = part[part["procedure"] == "dense"].iloc[0]
        if not dense["abs_error_per_site"] > dense["abs_error_per_site_error"]:
            continue
        chain = part[part["procedure"] == "imp_wr"].sort_values("round")
        good = (chain["abs_error_per_site"] <= factor * dense["abs_error_per_site"]).cummin()
        last = chain[good].iloc[-1] if good.any() else dense
        found.append(
            {
                "study": study,
                "seed": seed,
                "round": last["round"],
                "rho": last["rho"],
                "pruned": 1 - last["n_active"] / last["n_total"],
            }
        )
    return pd.DataFrame(found, columns=["study", "seed", "round", "rho", "pruned"])


def mask_or_weights(rounds: pd.DataFrame) -> pd.DataFrame:
    """Question 2: errors of isolated trainings over that of IMP-WR in the same round and seed, the median over seeds.

    One row a study and round. A large `t_init_rand` says that the mask matters, a `t_rand_imp` near `t_init_imp` that
    the initial weights do not.
    """
    isolated = rounds[rounds["procedure"].str.startswith("t_")]
    chain = rounds[rounds["procedure"] == "imp_wr"]
    where = ["study", "seed", "round"]
    both = isolated.merge(chain[[*where, "abs_error_per_site"]], on=where, suffixes=("", "_chain"))
    both["ratio"] = both["abs_error_per_site"] / both["abs_error_per_site_chain"]
    return both.pivot_table(index=["study", "round"], columns="procedure", values="ratio", aggfunc="median")


def lowest_fidelity(fidelities: pd.DataFrame) -> pd.DataFrame:
    """Question 3: which neighbouring rounds of IMP-WR are least alike, by the median fidelity over the seeds."""
    chain = fidelities[fidelities["procedure"] == "imp_wr"]
    middle = chain.groupby(["study", "round_a"])[["rho_a", "rho_b", "fidelity"]].median().reset_index()
    return middle.loc[middle.groupby("study")["fidelity"].idxmin()].set_index("study")


def plot(rounds: pd.DataFrame) -> Figure:
    """Energy error per spin of IMP-WR against weights per spin: a line a study (median), a point a seed."""
    figure = Figure(figsize=(5, 3.5), layout="constrained")
    axes = figure.subplots()
    for study, part in rounds[rounds["procedure"].isin(["dense", "imp_wr"])].groupby("study"):
        middle = part.groupby("round")[["rho", "abs_error_per_site"]].median()
        (line,) = axes.loglog(middle["rho"], middle["abs_error_per_site"], label=study)
        axes.loglog(part["rho"], part["abs_error_per_site"], ".", color=line.get_color(), markersize=3)
    axes.set_xlabel("weights per spin")
    axes.set_ylabel("energy error per spin")
    axes.legend(fontsize="small")
    return figure


def main(summaries: Path, picture: Path) -> None:
    """Answer the questions on the screen and save the plot."""
    rounds = read_table(summaries / "rounds.parquet", "rounds")
    fidelities = read_table(summaries / "fidelities.parquet", "fidelities")
    print("How far can IMP-WR prune?", sparsest_within(rounds).to_string(index=False), sep="\n", end="\n\n")
    print("Errors over that of IMP-WR:", mask_or_weights(rounds).to_string(), sep="\n", end="\n\n")
    print("Where does the state change?", lowest_fidelity(fidelities).to_string(), sep="\n")
    plot(rounds).savefig(picture, dpi=150)


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit("usage: analysis.py SUMMARIES [PICTURE]")
    try:
        main(Path(sys.argv[1]), Path(sys.argv[2] if len(sys.argv) == 3 else "analysis.png"))
    except (DamagedFileError, FileNotFoundError) as error:
        sys.exit(str(error))
