"""Whether a finished run has the numbers that it must have: `python tests/check_study.py configs/check.yaml`.

Energies are compared with the ground energy, from above; numbers of weights with the rule of pruning; fidelities with
their bounds. The last step of `make check`.
"""

import sys
from pathlib import Path

import pandas as pd

from sparse_nqs.config import Config
from sparse_nqs.config.pruning import CHAINS
from sparse_nqs.groups import active_counts
from sparse_nqs.reading import load_config
from sparse_nqs.storage.tables import read_table

# The dense network's relative error. Trainings of a minute reach 1e-3 easily; one that does not learn stays above 0.1.
LARGEST_DENSE_ERROR = 0.01
# Standard errors by which a sampled energy may lie below the ground energy.
DEVIATIONS = 5


def faults(config: Config, rounds: pd.DataFrame, fidelities: pd.DataFrame) -> list[str]:
    """What is wrong with the tables of a run, in words; layerwise pruning of networks with one tensor."""
    found = []
    for name, study in config.studies.items():
        part = rounds[rounds["study"] == name]
        states = len(study.seeds) * (1 + len(study.pruning.procedures) * study.pruning.rounds)
        states += len(study.seeds) * len(study.isolated.rounds) * len(study.isolated.procedures)
        if len(part) != states:
            found.append(f"{name}: {len(part)} states, and {states} are asked for")
            continue
        counts = active_counts(int(part["n_total"].iloc[0]), study.pruning.ratio, study.pruning.rounds)
        wrong = part[part["n_active"] != [counts[k] for k in part["round"]]]
        found += [f"{name}: round {k} has another number of weights" for k in wrong["round"]]
        low = part["reference_energy"] - DEVIATIONS * (part["energy_error"] + part["reference_error"]) - 1e-9
        below = part[part["energy"] < low]
        found += [
            f"{name}: {row.procedure} {row.round} lies below the ground energy" for row in below.itertuples()
        ]
        worst = part.loc[part["procedure"] == "dense", "rel_error"].max()
        if not worst < LARGEST_DENSE_ERROR:
            found.append(
                f"{name}: the dense network has an error of {worst:.3g}; allowed is {LARGEST_DENSE_ERROR}"
            )
        pairs = fidelities[fidelities["study"] == name]
        chains = len([procedure for procedure in study.pruning.procedures if procedure in CHAINS])
        if len(pairs) != len(study.seeds) * chains * study.pruning.rounds:
            found.append(f"{name}: {len(pairs)} neighbour fidelities")
        high = 1 + 1e-9 + DEVIATIONS * pairs["fidelity_error"]
        found += [
            f"{name}: a fidelity of {value:.4g}"
            for value in pairs.loc[~pairs["fidelity"].between(0, high)].fidelity
        ]
    return found


def main(path: str) -> None:
    """Print what the run has, and end with 1 if anything is wrong."""
    config = load_config(path)
    summaries = Path(config.results) / "summaries"
    rounds, fidelities = (
        read_table(summaries / f"{name}.parquet", name) for name in ("rounds", "fidelities")
    )
    columns = [
        "study",
        "procedure",
        "round",
        "n_active",
        "energy",
        "energy_error",
        "reference_energy",
        "rel_error",
    ]
    print(rounds[columns].to_string(index=False))
    found = faults(config, rounds, fidelities)
    for name in config.figures:
        if not (Path(config.results) / "figures" / f"{name}.pdf").stat().st_size:
            found.append(f"figure {name} is empty")
    print(
        "\n".join(found)
        or f"{len(rounds)} states, {len(fidelities)} fidelities, {len(config.figures)} figures: all is well"
    )
    sys.exit(bool(found))


if __name__ == "__main__":
    main(sys.argv[1])
