from typing import get_args

import pytest

from sparse_nqs.config import ConfigError, parse_config
from sparse_nqs.config.figures import Figure

from .examples import complete, edited


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
    }
    figures = parse_config(data).figures
    assert figures["one"].x == "n_active"
    assert (figures["two"].label, figures["two"].x, figures["two"].regions) == ("alpha", "n_active", False)
    assert figures["three"].mark_rho == 4.0
    assert figures["four"].mark_rho == 16.0
    assert figures["five"].seed == 0
    assert (figures["six"].label, figures["six"].x) == ("alpha", "density")
    assert figures["seven"].mark_rho == 16.0


def test_every_kind_is_drawn_by_the_figures_package():
    kinds = pytest.importorskip("sparse_nqs.figures.kinds")
    union = get_args(Figure)[0]
    described = {get_args(member.model_fields["kind"].annotation)[0] for member in get_args(union)}
    assert described == set(kinds.TABLES)


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
