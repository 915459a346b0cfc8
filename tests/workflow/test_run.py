"""The small study set end to end: every file is there and says what it should."""

from itertools import combinations

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from pauli import dense_matrix

from sparse_nqs.config.pruning import CHAINS, ISOLATED
from sparse_nqs.members.protocols import groups_of
from sparse_nqs.storage.states import State, read_histories, read_states
from sparse_nqs.storage.table_schemas import TABLES

pytestmark = pytest.mark.slow


def table(project, name: str) -> pd.DataFrame:
    return pq.read_table(project.folder / "results" / "summaries" / f"{name}.parquet").to_pandas()


@pytest.fixture(scope="module")
def states(finished) -> dict[tuple[str, str, int], State]:
    """Every trained state by study, procedure and round."""
    found = {}
    for path in (finished.folder / "results" / "studies").glob("*/seed_0/*/rounds_*.safetensors"):
        if not path.name.endswith(".history.safetensors"):
            where = path.parts[-4], path.parts[-2]
            found |= {(*where, state.round): state for state in read_states(path)}
    return found


def test_summaries_hold_a_row_for_every_state(finished):
    rounds = table(finished, "rounds")
    expected = {
        ("ising", "dense", 0, 0),
        *(("ising", "imp_wr", k, 0) for k in (1, 2, 3, 4)),
        ("toric", "dense", 0, 0),
        *(("toric", procedure, k, 0) for procedure in ("imp_wr", "imp_ct", "irp_wr") for k in (1, 2)),
        ("ising", "t_init_imp", 1, 0),
        *(("ising", "t_init_shuffled", 1, draw) for draw in (0, 1)),
        ("toric", "t_rand_imp", 1, 0),
        *(("heisenberg", procedure, 1, 0) for procedure in ("imp_wr", "t_init_rand")),
        *(("own", procedure, 1, 0) for procedure in ("imp_wr", "t_rand_rand")),
        ("heisenberg", "dense", 0, 0),
        ("own", "dense", 0, 0),
    }
    named = zip(*(rounds[name] for name in ("study", "procedure", "round", "draw")), strict=True)
    assert set(named) == expected
    assert len(rounds) == len(expected)
    assert set(rounds["procedure"]) == {"dense", *CHAINS, *ISOLATED}
    assert list(rounds.columns) == list(TABLES["rounds"])


def test_counts_follow_the_ratio(finished):
    rounds = table(finished, "rounds")
    ising = rounds[(rounds["study"] == "ising") & rounds["procedure"].isin(["dense", "imp_wr"])]
    # 72 weights, 40 % of what remains goes: 72 - 29, 43 - 17, 26 - 10, 16 - 6.
    assert ising.sort_values("round")["n_active"].tolist() == [72, 43, 26, 16, 10]
    isolated = rounds[rounds["procedure"].str.startswith("t_") & (rounds["study"] == "ising")]
    assert isolated["n_active"].tolist() == [43, 43, 43]
    # All procedures have the same number of weights at the same round.
    assert (rounds.groupby(["study", "round"])["n_active"].nunique() == 1).all()


def test_what_is_pruned_is_zero_and_nothing_else(finished, states):
    for state in states.values():
        assert all(np.isfinite(value).all() for value in state.params.values())
        for name, mask in state.masks.items():
            np.testing.assert_array_equal(state.params[name] != 0.0, mask)
    rounds = table(finished, "rounds").set_index(["study", "procedure", "round"])
    assert {where: state.n_active for where, state in states.items()} == rounds["n_active"].to_dict()
    for path in (finished.folder / "results" / "studies").glob("*/seed_0/**/*.safetensors"):
        if path.stem in ("init", "step_000020"):
            (state,) = read_states(path)
            assert state.masks and all(mask.all() for mask in state.masks.values())


def test_masks_of_a_chain_shrink(states):
    for (study, procedure, k), state in states.items():
        if procedure in CHAINS:
            parent = states[study, procedure if k > 1 else "dense", k - 1]
            assert state.n_active < parent.n_active
            assert not any((mask & ~parent.masks[name]).any() for name, mask in state.masks.items())


def test_isolated_masks_are_what_their_names_say(finished, states):
    studies = finished.studies()
    seen = set()
    for (name, procedure, k), state in states.items():
        if procedure in ISOLATED:
            seen.add(procedure.split("_")[2])
            imp = states[name, "imp_wr", k].masks
            is_same = all((mask == imp[tensor]).all() for tensor, mask in state.masks.items())
            assert is_same == procedure.endswith("imp")
            if procedure.endswith("rand"):
                # The residual network's tensors are pruned together; those of the user's own network, each by itself.
                groups = groups_of(studies[name].protocol, tuple(imp), studies[name].pruning.ratio)
                for group in groups:
                    counts = [
                        sum(masks[tensor].sum() for tensor in group.tensors) for masks in (imp, state.masks)
                    ]
                    assert counts[0] == counts[1]
            if procedure.endswith("shuffled"):
                for tensor, mask in state.masks.items():
                    for axis in (0, 1):
                        assert sorted(mask.sum(axis=axis)) == sorted(imp[tensor].sum(axis=axis))
    assert seen == {"imp", "rand", "shuffled"}


def test_a_rewind_point_is_on_the_dense_trajectory(finished):
    seed = finished.folder / "results" / "studies" / "toric" / "seed_0"
    (dense,) = read_histories(seed / "dense" / "rounds_0000-0000.history.safetensors")
    (point,) = read_histories(seed / "rewind" / "step_000020.history.safetensors")
    np.testing.assert_array_equal(point.energy, dense.energy[:20])


def test_exact_energies_respect_the_variational_bound(finished):
    rounds = table(finished, "rounds")
    exact = rounds[rounds["method"] == "exact"]
    assert set(exact["study"]) == {"ising", "heisenberg", "own"}
    assert (exact["energy"] - exact["reference_energy"]).min() > -1e-10
    assert (exact["energy_error"] == 0).all()
    sampled = rounds[rounds["method"] == "sampled"]
    assert (sampled["energy_error"] > 0).all()


def test_training_improves_on_a_flat_state(finished):
    rounds = table(finished, "rounds").set_index(["study", "procedure", "round"])
    # A flat psi has <H> = -kappa N.
    assert rounds.loc[("ising", "dense", 0), "energy"] < -1.5 * 6 - 0.5


def test_fidelities_are_neighbours_and_at_most_one(finished):
    fidelities = table(finished, "fidelities")
    pairs = fidelities[fidelities["study"] == "ising"][["round_a", "round_b"]].to_numpy().tolist()
    assert sorted(pairs) == [[0, 1], [1, 2], [2, 3], [3, 4]]
    chains = fidelities[fidelities["study"] == "toric"][["procedure", "round_a", "round_b"]]
    assert set(chains.itertuples(index=False, name=None)) == {
        (name, k, k + 1) for name in CHAINS for k in (0, 1)
    }
    exact = fidelities[fidelities["method"] == "exact"]
    assert exact["fidelity"].max() <= 1 + 1e-10
    assert exact["fidelity"].min() > 0.5


def test_observables_are_there_for_the_study_that_asks(finished):
    observables = table(finished, "observables")
    assert set(observables["study"]) == {"own"}
    assert set(observables["observable"]) == {"x", "zz", "x_total", "zz_total"}
    rounds = table(finished, "rounds").set_index(["study", "procedure", "round"])
    totals = observables[observables["observable"] == "x_total"].set_index(["study", "procedure", "round"])
    np.testing.assert_allclose(totals["value"] / 4, rounds.loc[totals.index, "m_x"], atol=1e-12)


def test_tickets_and_regions_are_there_for_the_chains(finished):
    rounds, tickets = table(finished, "rounds"), table(finished, "tickets")
    keys = ["study", "seed", "procedure", "round", "n_active", "rho"]
    chains = rounds[rounds["procedure"].isin(CHAINS) & (rounds["network"] == "ffnn")]
    pd.testing.assert_frame_equal(
        tickets[keys].sort_values(keys, ignore_index=True), chains[keys].sort_values(keys, ignore_index=True)
    )
    assert tickets.groupby("study")["analytic_overlap"].count().to_dict() == {"ising": 0, "toric": 6}
    assert table(finished, "ticket_units")["degree"].sum() == tickets["n_active"].sum()
    assert set(table(finished, "ticket_distributions")["study"]) == {"ising", "toric"}
    assert len(table(finished, "mask_overlaps")) == 0  # one seed
    # Five states of the Ising model are enough for a fit, three of the toric code are not.
    assert set(table(finished, "regions")["study"]) == {"ising"}


def test_counts_of_a_residual_network(finished):
    rounds = table(finished, "rounds").set_index(["study", "procedure", "round"])
    # Embedding 9 * 2, which the default protocol leaves alone, and two convolutions of 9 * 2 * 2.
    assert rounds.loc[("heisenberg", "dense", 0), "n_active"] == 18 + 72
    assert rounds.loc[("heisenberg", "imp_wr", 1), "n_active"] == 18 + 72 - 29


def test_a_network_and_a_hamiltonian_of_the_users_own(finished):
    rounds = table(finished, "rounds").set_index(["study", "procedure", "round"])
    own = rounds.loc["own"]
    assert set(own["network"]) == {"flax"} and set(own["model"]) == {"operator"}
    # Pairs and weights of 4 x 4 each; of 16 weights 40 % go. The bias is neither pruned nor counted.
    assert own["n_active"].to_dict() == {("dense", 0): 32, ("imp_wr", 1): 20, ("t_rand_rand", 1): 20}
    # The ring of four sites as it stands in the example, from the Pauli matrices.
    bonds = [(0, 1), (2, 3), (0, 2), (1, 3)]
    words = ["".join(letter if i in bond else "I" for i in range(4)) for letter in "XYZ" for bond in bonds]
    words += ["".join("X" if i == site else "I" for i in range(4)) for site in range(4)]
    matrix = dense_matrix(words, [-1.0] * 8 + [0.5] * 4 + [-0.1] * 4)
    np.testing.assert_allclose(own["reference_energy"], np.linalg.eigvalsh(matrix)[0], rtol=1e-9)
    assert own.loc[("dense", 0), "rel_error"] < 0.05


def test_references_and_histories(finished):
    references = table(finished, "references").set_index("system")
    assert references.loc["toric_code_2x2", "energy"] == -8.0
    assert references.loc["tfim_3x2_open_J1_k1.5", "method"] == "ed"
    histories = table(finished, "histories")
    dense = histories[(histories["study"] == "ising") & (histories["procedure"] == "dense")]
    assert dense["step"].tolist() == list(range(30))


def test_a_matrix_compares_states_of_two_procedures(finished):
    pairs = table(finished, "fidelity_pairs")
    assert list(pairs.columns) == list(TABLES["fidelity_pairs"])
    states = [("dense", 0), ("imp_wr", 1), ("t_init_imp", 1)]
    found = {
        ((pair.procedure_a, pair.round_a), (pair.procedure_b, pair.round_b)) for pair in pairs.itertuples()
    }
    assert found == set(combinations(states, 2))
    assert len(pairs) == 3
    # The neighbours along the chain are among them.
    fidelities = table(finished, "fidelities").set_index(["study", "procedure", "round_a"])
    along = pairs[(pairs["procedure_a"] == "dense") & (pairs["procedure_b"] == "imp_wr")]
    assert along["fidelity"].item() == pytest.approx(
        fidelities.loc[("ising", "imp_wr", 0), "fidelity"], abs=1e-12
    )


def test_sampled_energies_say_how_well_their_chains_mix(finished):
    rounds = table(finished, "rounds")
    names = ["n_samples", "autocorrelation_time", "effective_samples", "r_hat"]
    assert rounds[rounds["method"] == "exact"][names].isna().all(axis=None)
    sampled = rounds[rounds["method"] == "sampled"]
    # Batches of 8 samples a chain, as many as the target takes, and no more than 40.
    assert set(sampled["n_samples"] / 32) <= {8, 16, 24, 32, 40}
    reached = sampled["energy_error"] <= 0.05
    assert (reached | (sampled["n_samples"] == 40 * 32)).all()
    assert sampled["r_hat"].between(0.9, 2.0).all()
    assert (sampled["effective_samples"] * sampled["autocorrelation_time"]).to_numpy() == pytest.approx(
        2.0 * sampled["n_samples"].to_numpy()
    )


def test_figures_are_pdf_and_png_with_a_caption(finished):
    figures = finished.folder / "results" / "figures"
    names = list(finished.config["figures"])
    assert {path.name for path in figures.iterdir()} == {
        f"{name}.{kind}" for name in names for kind in ("pdf", "png", "rst")
    }
    for name in names:
        _check_figure(figures, name)


def _check_figure(figures, name):
    assert (figures / f"{name}.rst").read_text().startswith("**Shown.**")
    assert (figures / f"{name}.pdf").read_bytes().startswith(b"%PDF")
    assert (figures / f"{name}.png").read_bytes().startswith(b"\x89PNG")


def test_every_job_left_a_log_and_a_benchmark(finished):
    results = finished.folder / "results"
    logs = {path.relative_to(results / "logs").with_suffix("") for path in results.rglob("*.log")}
    benchmarks = {path.relative_to(results / "benchmarks").with_suffix("") for path in results.rglob("*.tsv")}
    assert logs == benchmarks
    assert sum(path.parts[0] == "isolated" for path in logs) == 6
    assert sum(path.parts[0] == "figure" for path in logs) == 14
