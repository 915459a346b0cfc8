from typing import get_args

import pytest
from complete_config import REMOVE, complete, edited

from sparse_nqs.config.figures import KINDS
from sparse_nqs.fields.evaluation import Evaluation
from sparse_nqs.members.loading import names
from sparse_nqs.messages import ConfigError
from sparse_nqs.planning import specs
from sparse_nqs.reading import parse_config


def test_defaults():
    data = complete()
    data["figures"] = {
        "one": {"kind": "isolated", "studies": ["ising"]},
        "two": {"kind": "error_scan", "studies": ["ising"]},
        "three": {"kind": "size_scan", "studies": ["ising"]},
        "four": {"kind": "toric_pair", "isolated": "toric", "studies": ["toric"]},
        "five": {"kind": "hidden_units", "study": "toric", "round": 0},
        "six": {"kind": "mask_overlap", "studies": ["ising"]},
        "seven": {"kind": "ticket_structure", "studies": ["toric"]},
        "eight": {"kind": "energy_variance", "studies": ["ising"]},
        "nine": {"kind": "step_cost", "studies": ["ising"]},
        "ten": {"kind": "training_curves", "study": "ising"},
        "eleven": {"kind": "sparsity_reached", "studies": ["ising"]},
        "twelve": {"kind": "chain_comparison", "studies": ["ising"]},
        "thirteen": {"kind": "energy_trace", "study": "ising"},
        "fourteen": {"kind": "plaquette_network"},
    }
    figures = parse_config(data).figures
    assert (figures["one"].x, figures["one"].y) == ("n_active", "error")
    assert (figures["two"].label, figures["two"].x, figures["two"].regions) == ("alpha", "n_active", False)
    assert figures["three"].mark_rho == 4.0
    assert figures["four"].mark_rho == 16.0
    assert figures["five"].seed == 0
    assert (figures["six"].label, figures["six"].x) == ("alpha", "density")
    assert figures["seven"].mark_rho == 16.0
    assert {figures[name].published for name in ("one", "two", "three", "four", "eight")} == {"none"}
    assert (figures["one"].inset, figures["nine"].label, figures["ten"].rounds) == ((), "study", ())
    assert figures["eleven"].factor == 2.0
    assert (figures["twelve"].x, figures["twelve"].published) == ("n_active", "none")
    assert (figures["thirteen"].procedures, figures["thirteen"].seed) == (("imp_wr",), 0)
    assert figures["fourteen"].lengths == (3, 5) and figures["fourteen"].evaluation == Evaluation()


def test_a_kind_is_called_as_its_file():
    for name, options in zip(names("figures"), KINDS, strict=True):
        assert get_args(options.model_fields["kind"].annotation) == (name,)


def test_hidden_units_draw_the_ising_model_too():
    assert parse_config(edited("figures.five.study", "ising")).figures["five"].study == "ising"


def test_a_scan_of_fields_needs_a_field():
    data = edited("figures.two.label", "field")
    parse_config(data)
    data["figures"]["two"]["studies"] = ["ising", "toric"]
    with pytest.raises(ConfigError, match=r"figures\.two\.studies\[1\]: 'toric' .* a study with a field"):
        parse_config(data)


def test_a_pair_needs_isolated_rounds():
    with pytest.raises(ConfigError, match=r"figures\.four\.isolated: 'toric' .* with isolated\.rounds"):
        parse_config(edited("studies.toric.isolated.rounds", []))


def test_an_overlap_needs_two_seeds():
    with pytest.raises(ConfigError, match=r"figures\.six\.studies\[1\]: 'toric' .* with two seeds or more"):
        parse_config(edited("studies.toric.seeds", [3]))


def test_the_structure_of_tickets_is_the_toric_code_s():
    with pytest.raises(ConfigError, match=r"figures\.seven\.studies\[0\]: 'ising' .* of the toric code"):
        parse_config(edited("figures.seven.studies", ["ising"]))


def test_chains_are_compared_with_another_one():
    with pytest.raises(
        ConfigError, match=r"figures\.twelve\.studies\[0\]: 'toric' .* with imp_wr and another chain"
    ):
        parse_config(edited("figures.twelve.studies", ["toric"]))


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        (
            "procedures",
            ["imp_wr", "irp_wr"],
            r"procedures\[1\]: 'irp_wr' .* procedures of ising: imp_wr, imp_ct",
        ),
        ("seed", 7, r"seed: 7 .* one of the seeds of ising: 0, 1"),
        ("study", "isign", r"study: 'isign' .* the name of a study: .*closest: ising"),
    ],
)
def test_a_trace_is_of_trainings_that_there_are(key, value, message):
    with pytest.raises(ConfigError, match=rf"figures\.thirteen\.{message}"):
        parse_config(edited(f"figures.thirteen.{key}", value))


def test_a_trace_needs_no_imp_wr():
    data = edited("studies.ising.pruning.procedures", ["imp_ct"])
    data["studies"]["ising"]["isolated"] = {"rounds": []}
    data["studies"].pop("wide"), data["studies"].pop("toric")
    data["figures"] = {"thirteen": data["figures"]["thirteen"] | {"procedures": ["imp_ct"]}}
    assert parse_config(data).figures["thirteen"].procedures == ("imp_ct",)


def test_the_paper_has_no_variances():
    data = edited("figures.one.y", "variance")
    parse_config(data)
    data["figures"]["one"]["published"] = "shifted"
    with pytest.raises(ConfigError, match=r"figures\.one\.published: 'shifted' .* none where y is variance"):
        parse_config(data)


def test_analytic_networks_need_no_study_of_the_toric_code():
    data = edited("studies.toric", REMOVE)
    data["figures"] = {"fourteen": data["figures"]["fourteen"]}
    parse_config(data)
    data["figures"]["fourteen"]["weights"] = [0.5, 0.1]
    with pytest.raises(ConfigError, match=r"figures\.fourteen\.weights: .* ascending order"):
        parse_config(data)


def test_a_study_is_drawn_once():
    with pytest.raises(ConfigError, match="must not repeat an entry, and 'ising' is there twice"):
        parse_config(edited("figures.two.studies", ["ising", "ising"]))


@pytest.mark.parametrize(
    ("figure", "place"),
    [
        ("two", r"studies\[0\]"),
        ("four", r"studies\[0\]"),
        ("five", "study"),
        ("six", r"studies\[1\]"),
        ("seven", r"studies\[0\]"),
    ],
)
def test_figures_of_hidden_units_need_an_ffnn(figure, place):
    data = edited("studies.toric.network", {"kind": "cnn"})
    data["figures"] = {figure: data["figures"][figure]}
    if figure == "two":
        data["figures"]["two"]["studies"] = ["toric"]
    with pytest.raises(ConfigError, match=rf"figures\.{figure}\.{place}: 'toric' .* its network is cnn"):
        parse_config(data)


def test_energies_are_compared_within_one_system():
    must = r"'toric' .* of the same system as ising"
    with pytest.raises(ConfigError, match=rf"figures\.eight\.studies: {must}"):
        parse_config(edited("figures.eight.studies", ["ising", "toric"]))
    data = edited("figures.one.studies", ["ising"])
    data["figures"]["one"]["inset"] = ["ising", "toric"]
    with pytest.raises(ConfigError, match=rf"figures\.one\.inset: {must}"):
        parse_config(data)


def test_an_inset_belongs_to_one_panel():
    with pytest.raises(ConfigError, match=r"figures\.one\.inset: .* must be \[\] where studies has several"):
        parse_config(edited("figures.one.inset", ["ising"]))


def test_an_inset_needs_dense_networks_only():
    data = edited("figures.one.studies", ["ising"])
    data["figures"]["one"]["inset"] = ["wide"]  # it has no isolated trainings
    assert parse_config(data).figures["one"].inset == ("wide",)
    data["figures"]["one"]["inset"] = ["wild"]
    with pytest.raises(ConfigError, match=r"figures\.one\.inset\[0\]: 'wild' .* must be the name of a study"):
        parse_config(data)


def test_training_curves_are_of_rounds_that_there_are():
    with pytest.raises(ConfigError, match=r"figures\.ten\.rounds\[1\]: 13 .* must be at most 12"):
        parse_config(edited("figures.ten.rounds", [1, 13]))
    with pytest.raises(ConfigError, match=r"figures\.eleven\.factor: 1.0 .* more than 1"):
        parse_config(edited("figures.eleven.factor", 1.0))


def test_only_figures_that_draw_the_published_numbers_depend_on_them():
    config = parse_config(complete())
    assert "paper_curves.csv" in specs.figure_spec(config, "two")
    assert "paper_curves.csv" not in specs.figure_spec(config, "one")
    assert "paper_curves.csv" in specs.published_spec(config)


def test_a_curve_is_labelled_by_what_there_is():
    with pytest.raises(
        ConfigError, match=r"figures\.two\.label: 'alhpa' .* one of study, alpha.*closest: alpha"
    ):
        parse_config(edited("figures.two.label", "alhpa"))
    with pytest.raises(ConfigError, match=r"studies\[0\]: 'ising' .* option of its label, options\.J"):
        parse_config(edited("figures.two.label", "options.J"))
