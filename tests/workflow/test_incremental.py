"""What an edit makes Snakemake do: only what depends on it, seen in dry-runs after a finished run."""

import copy
import os
from collections import Counter

import pytest

pytestmark = pytest.mark.slow

FIGURES = Counter({"figure": 14})
# Of one study that is edited, and of all studies together.
SUMMARIES = Counter({"summarise_study": 1, "regions": 1})
JOINED = Counter({"summarise": 1, "summarise_regions": 1, "compare_published": 1, "compare_draws": 1})
SUMMARIES += JOINED
# Of a study whose chains are new.
TICKETS = Counter({"tickets": 1, "summarise_tickets": 1})
# Those that draw a study: isolated, sizes, variance, cost, curves, sparsity and scan the one; cost, sparsity,
# toric_pair, tickets, chains and trace the other; none the user's own. That of the hidden units reads one state, that
# of the matrix the pairs, and that of the analytic networks a table of its own.
ISING_FIGURES = Counter({"figure": 7})
TORIC_FIGURES = Counter({"figure": 6})
UNITS = Counter({"tabulate_weights": 1, "figure": 1})
# One seed of the toric study.
TORIC_TRAININGS = Counter(
    {"dense": 1, "rewind_point": 1, "chain": 3, "isolated": 1, "evaluation": 5, "fidelity": 3}
)
# One seed of the study with a user's own Hamiltonian and network.
OWN_TRAININGS = Counter(
    {"dense": 1, "chain": 1, "isolated": 1, "evaluation": 3, "fidelity": 1, "observables": 3}
)
OBSERVED = Counter({"collect_observables": 1, "summarise_observables": 1})


@pytest.fixture
def edited(small_config):
    return copy.deepcopy(small_config)


def test_nothing_is_left_to_do(finished):
    assert finished.planned() == Counter()


def test_new_file_times_change_nothing(again):
    for path in [*again.folder.rglob("*.py"), *again.folder.rglob("*.smk"), again.folder / "Snakefile"]:
        os.utime(path)
    assert again.planned() == Counter()


def test_style_redraws_figures_only(finished, edited):
    edited["style"] = {"font_size": 9.0}
    assert finished.planned(edited) == FIGURES


def test_analytic_networks_concern_their_own_figure(finished, edited):
    edited["figures"]["networks"]["weights"] = [0.2, 0.6]
    assert finished.planned(edited) == Counter({"plaquette_network": 1, "figure": 1})


def test_more_rounds_train_only_the_new_ones(finished, edited):
    edited["studies"]["ising"]["pruning"]["rounds"] = 6
    # The toric study is like the other one, with its own number of rounds.
    new = Counter({"chain": 1, "evaluation": 1, "fidelity": 1}) + TICKETS
    assert finished.planned(edited) == new + SUMMARIES + ISING_FIGURES


def test_a_new_seed_runs_its_own_chain_only(finished, edited):
    edited["studies"]["toric"]["seeds"] = [0, 1]
    assert (
        finished.planned(edited)
        == Counter({"init": 1}) + TORIC_TRAININGS + TICKETS + SUMMARIES + TORIC_FIGURES
    )


def test_another_procedure_runs_only_that(finished, edited):
    edited["studies"]["ising"]["pruning"]["procedures"] = ["imp_wr", "irp_wr"]
    new = Counter({"chain": 2, "evaluation": 2, "fidelity": 2}) + TICKETS
    assert finished.planned(edited) == new + SUMMARIES + ISING_FIGURES


def test_another_rewind_target_concerns_what_rewinds(finished, edited):
    edited["studies"]["toric"]["pruning"]["rewind_to"] = "init"
    # IMP-WR and IRP-WR; the isolated training takes its mask from IMP-WR.
    again = Counter({"chain": 2, "isolated": 1, "evaluation": 3, "fidelity": 2})
    assert finished.planned(edited) == again + TICKETS + SUMMARIES + TORIC_FIGURES + UNITS


def test_another_target_error_measures_energies_again(finished, edited):
    edited["studies"]["toric"]["evaluation"]["target_error"] = 0.02
    assert finished.planned(edited) == Counter({"evaluation": 5}) + SUMMARIES + TORIC_FIGURES


def test_another_round_of_a_matrix_compares_its_states_only(finished, edited):
    edited["fidelity_matrices"]["across"]["rounds"] = [0, 1, 2]
    edited["fidelity_matrices"]["across"]["procedures"] = ["imp_wr"]
    # Dense and round 1 are compared already; round 2 with both is the other tile.
    new = Counter({"fidelity_tile": 1, "collect_pairs": 1, "summarise_pairs": 1, "figure": 1})
    assert finished.planned(edited) == new


def test_observables_are_measured_where_they_are_asked_for(finished, edited):
    edited["studies"]["toric"]["observables"] = ["x"]
    # Dense, three chains, and one isolated training.
    new = Counter({"observables": 5, "collect_observables": 1, "summarise_observables": 1})
    assert finished.planned(edited) == new


def test_another_isolated_round_runs_only_that(finished, edited):
    edited["studies"]["ising"]["isolated"]["rounds"] = [1, 3]
    for name in ("toric", "heisenberg", "own"):
        edited["studies"][name]["isolated"]["rounds"] = [1]
    # Of t_init_shuffled two draws.
    new = Counter({"isolated": 3, "evaluation": 3})
    assert finished.planned(edited) == new + SUMMARIES + ISING_FIGURES


def test_a_learning_rate_concerns_its_study_only(finished, edited):
    edited["studies"]["toric"]["training"] = {"learning_rate": 0.1}
    assert finished.planned(edited) == TORIC_TRAININGS + TICKETS + SUMMARIES + TORIC_FIGURES + UNITS


def test_comments_and_docstrings_change_nothing(again):
    for name in ("sparse_nqs/vmc/sampler.py", "workflow_scripts/train_dense.py", "my_networks.py"):
        path = again.folder / name
        path.write_text("# A remark.\n" + path.read_text().replace('"""', '"""Edited. ', 1))
    assert again.planned() == Counter()


@pytest.mark.parametrize(
    ("edit", "expected"),
    [
        ("sparse_nqs/figures/style.py", FIGURES),
        ("sparse_nqs/figures/size_scan.py", Counter({"figure": 1})),
        (
            "sparse_nqs/analysis/regions.py",
            Counter({"regions": 4, "summarise_regions": 1, "compare_published": 1, "figure": 1}),
        ),
        ("sparse_nqs/analysis/sparsity.py", Counter({"figure": 1})),
        ("sparse_nqs/report/scoreboard.py", Counter({"compare_published": 1})),
        ("sparse_nqs/analysis/overlap.py", Counter({"tickets": 2, "summarise_tickets": 1, "figure": 1})),
        # Of the four systems the Ising model alone may be solved by DMRG.
        (
            "sparse_nqs/references/dmrg.py",
            Counter({"reference": 1, "summarise_references": 1}) + SUMMARIES + ISING_FIGURES,
        ),
    ],
)
def test_code_edits_rerun_what_uses_the_code(again, edit, expected):
    path = again.folder / edit
    path.write_text(path.read_text() + "\nlen(())\n")
    assert again.planned() == expected


def test_an_edit_of_the_core_trains_again(again):
    path = again.folder / "sparse_nqs/vmc/sampler.py"
    path.write_text(path.read_text() + "\nlen(())\n")
    planned = again.planned()
    assert planned["dense"] == 4
    assert planned["rewind_point"] == 1
    assert planned["chain"] == 7
    assert planned["isolated"] == 6
    assert planned["problem"] == planned["init"] == planned["reference"] == 0


def test_an_edit_of_a_users_network_concerns_its_trainings(again):
    path = again.folder / "my_networks.py"
    path.write_text(path.read_text() + "\n_EDITED = 1\n")
    assert again.planned() == Counter({"init": 1}) + OWN_TRAININGS + SUMMARIES + OBSERVED


def test_an_edit_of_a_users_hamiltonian_concerns_all_that_follows_from_it(again):
    path = again.folder / "my_models.py"
    path.write_text(path.read_text() + "\n_EDITED = 1\n")
    new = Counter({"problem": 1, "reference": 1, "summarise_references": 1})
    assert again.planned() == new + OWN_TRAININGS + SUMMARIES + OBSERVED


def test_a_wrong_config_is_refused_before_anything_runs(again, edited):
    edited["studies"]["ising"]["pruning"]["ratio"] = 1.5
    edited["figures"]["isolated"]["studies"] = ["isnig"]
    result = again.snakemake("--cores", "1", config=edited)
    assert result.returncode != 0
    message = result.stdout + result.stderr
    assert "studies.ising.pruning.ratio: 1.5 is not allowed: must be less than 1" in message
    assert "Traceback" not in message
    assert len(message.strip().splitlines()) <= 3


def test_a_failed_job_names_its_log(again, edited):
    edited["studies"]["ising"]["training"]["learning_rate"] = 1e6
    dense = "results/studies/ising/seed_0/dense/rounds_0000-0000.safetensors"
    result = again.snakemake("--cores", "1", dense, config=edited)
    assert result.returncode != 0
    assert "DivergedError" in result.stdout + result.stderr
    assert "at step" in result.stdout + result.stderr
