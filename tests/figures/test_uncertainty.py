"""What captions say about seeds, noise and references holds for the rows that are drawn, and for no others."""

import numpy as np
import pandas as pd
import pytest

from sparse_nqs.figures import caption, draw

from . import synthetic

EXACT = "without sampling noise"
# Kinds whose values are of the rounds table.
OF_ROUNDS = [
    "isolated",
    "isolated_two",
    "error_scan",
    "size_scan",
    "toric_pair",
    "energy_variance",
    "sparsity_reached",
]


def seeds_of(asked, case, **changed):
    kind, tables, figure = asked[case]
    text = caption(kind, {**tables, **changed}, figure)
    return text.split("**Seeds.** ")[1].split("\n\n**What it says")[0]


def with_method(table, method, rows=slice(None)):
    table = table.copy().reset_index(drop=True)
    table.loc[rows, "method"] = method
    return table


@pytest.mark.parametrize("case", OF_ROUNDS)
def test_noise_is_that_of_the_drawn_rows(asked, case):
    tables = asked[case][1]
    fidelities = {name: with_method(table, "exact") for name, table in tables.items() if name == "fidelities"}
    exact = seeds_of(asked, case, rounds=with_method(tables["rounds"], "exact"), **fidelities)
    assert f"All values are sums over all configurations, {EXACT}." in exact
    noisy = {
        name: with_method(table, "sampled")
        for name, table in tables.items()
        if name in ("rounds", "fidelities")
    }
    sampled = seeds_of(asked, case, **noisy)
    assert "All values are sampled" in sampled and "sums over" not in sampled
    # A study that the figure does not draw.
    other = synthetic.rounds_table("elsewhere", seeds=range(5), sampled=True)
    rounds = pd.concat([with_method(tables["rounds"], "exact"), other])
    assert seeds_of(asked, case, rounds=rounds, **fidelities) == exact


@pytest.mark.parametrize("case", ["size_scan", "toric_pair"])
def test_fidelities_have_noise_of_their_own(asked, case):
    tables = asked[case][1]
    text = seeds_of(
        asked,
        case,
        rounds=with_method(tables["rounds"], "exact"),
        fidelities=with_method(tables["fidelities"], "sampled"),
    )
    assert EXACT not in text and "are sampled; bars are standard errors" in text


def test_rows_of_procedures_that_are_not_drawn_do_not_count(asked):
    """An error scan draws IMP-WR alone."""
    rounds = synthetic.rounds_table("a0", alpha=2).assign(method="exact")
    rounds.loc[rounds["procedure"].str.startswith("t_"), ["method", "seed"]] = ["sampled", 7]
    figure = {"studies": ["a0"], "label": "alpha", "x": "n_active"}
    text = caption("error_scan", {"rounds": rounds}, figure)
    assert EXACT in text and "2 a study; bands are their range" in text


@pytest.mark.parametrize("case", ["training_curves", "step_cost"])
@pytest.mark.parametrize("method", ["exact", "sampled"])
def test_trainings_and_their_times_are_never_exact(asked, case, method):
    text = seeds_of(asked, case, rounds=with_method(asked[case][1]["rounds"], method))
    assert EXACT not in text and "exact" not in text.replace("exact diagonalisation", "")
    assert ("All values are sampled" in text) == (case == "training_curves")


@pytest.mark.parametrize("case", ["matrix"])
def test_a_fidelity_matrix_says_how_many_are_sampled(asked, case):
    pairs = asked[case][1]["fidelity_pairs"]
    assert EXACT in seeds_of(asked, case, fidelity_pairs=with_method(pairs, "exact"))
    some = with_method(pairs, "sampled", slice(0, 2)).assign(fidelity_error=0.003)
    text = seeds_of(asked, case, fidelity_pairs=some)
    assert f"3 of {len(pairs)} fidelities are sampled, with standard errors of up to 0.003." in text
    assert "All fidelities are sampled" in seeds_of(asked, case, fidelity_pairs=with_method(pairs, "sampled"))


def test_a_single_seed_has_no_band(asked):
    rounds = synthetic.rounds_table("a0", seeds=(3,))
    text = caption("error_scan", {"rounds": rounds}, {"studies": ["a0"], "label": "alpha", "x": "n_active"})
    assert "1 a study." in text and "band" not in text


def test_comparisons_are_of_procedures_that_are_there(asked):
    rounds = synthetic.rounds_table("small")
    rounds = rounds[rounds["procedure"] != "t_rand_imp"]
    text = caption("isolated", {"rounds": rounds}, {"studies": ["small"], "x": "n_active"})
    assert "of IMP-WR, T(init, imp), T(init, rand) against" in text and "T(rand, imp)" not in text


@pytest.mark.parametrize("kind", ["error_scan", "isolated"])
def test_the_error_of_a_reference_is_in_the_bars_and_in_the_words(kind):
    """Energies that are exact, from a reference that is not."""
    rounds = synthetic.rounds_table("s", seeds=(0,), reference_method="dmrg", reference_error=0.02)
    figure = {"studies": ["s"], "label": "alpha", "x": "n_active"}
    (ax, *_) = draw(kind, {"rounds": rounds}, figure, {}).axes
    column = {"error_scan": "abs_error_per_site", "isolated": "rel_error"}[kind]
    expected = 0.02 / {"error_scan": 16, "isolated": 3.1786 * 16}[kind]
    bars = {
        round(float(np.ptp(segment[:, 1])) / 2, 9)
        for box in ax.containers
        for segment in box[2][0].get_segments()
    }
    assert bars == {round(expected, 9)}
    # Values below their error are no curve, but upper limits.
    small = rounds[rounds["procedure"].isin(["dense", "imp_wr"])][column] < expected
    marks = [line for line in ax.get_lines() if line.get_gid() == "limit"]
    assert small.any() and sum(len(line.get_xdata()) for line in marks) >= small.sum()
    text = caption(kind, {"rounds": rounds}, figure)
    assert (
        "The ground energy of ``s`` is from DMRG, with an error of up to 0.0013 per spin, which the bars include."
        in text
    )
    exact = rounds.assign(abs_error_per_site_reference_error=0.0, reference_method="ed")
    text = caption(kind, {"rounds": exact}, figure)
    assert "The ground energy of ``s`` is from exact diagonalisation." in text


def without_relative_errors(rounds, study):
    """The same errors per spin, of a ground energy of zero."""
    own = rounds["study"] == study
    changed = rounds.copy()
    changed.loc[own, "energy"] -= changed.loc[own, "reference_energy"]
    changed.loc[own, "reference_energy"] = 0.0
    changed.loc[own, ["rel_error", "rel_error_error"]] = np.nan
    return changed


@pytest.mark.parametrize("case", ["isolated", "isolated_two", "toric_pair", "training_curves", "error_scan"])
def test_a_ground_energy_of_zero_shows_errors_per_spin(asked, case):
    kind, tables, figure = asked[case]
    study = figure.get("study", figure.get("isolated", (figure.get("studies") or [""])[0]))
    rounds = without_relative_errors(tables["rounds"], study)
    shifted = dict(tables, rounds=rounds)
    if "histories" in tables:
        shifted["histories"] = synthetic.histories_table(rounds)
    shown = draw(kind, shifted, {**figure, "published": "shifted"}, {})
    ax = shown.axes[0]
    assert ax.get_ylabel() == "energy error per spin $|E-E_0|/N$"
    assert not [line for line in ax.get_lines() if line.get_gid() == "diverged"]
    values = rounds.loc[(rounds["study"] == study) & (rounds["procedure"] == "dense"), "abs_error_per_site"]
    if case != "training_curves":
        drawn = [line for line in ax.get_lines() if line.get_gid() == "curve"]
        middle = np.exp(np.log(values).mean())
        assert any(np.isclose(np.asarray(line.get_ydata()), middle, rtol=1e-9).any() for line in drawn)
    text = caption(kind, shifted, figure)
    assert "nan" not in text
    if case != "error_scan":
        assert (
            f"The ground energy of ``{study}`` is zero, so there are no relative errors: shown is the error per spin."
            in (text)
        )
    # Ratios to IMP-WR are what they were.
    if case == "isolated":
        ratios = [
            line for line in caption(kind, tables, figure).splitlines() if "times those of IMP-WR" in line
        ]
        assert ratios and all(line in text for line in ratios)
