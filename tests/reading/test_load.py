import collections
import datetime
from pathlib import Path

import pytest
import yaml
from complete_config import REMOVE, complete, edited

from sparse_nqs.config.training import OptaxChoice
from sparse_nqs.messages import ConfigError
from sparse_nqs.reading import load_config, parse_config

ISING = "studies.ising"
FACTORY = "networks.test_flax:Linear"

# The path of an edit of a correct description, the value put there, and the line that must come of it.
MALFORMED = [
    ("results", "", "results: '' is not allowed: must be a folder"),
    ("results", "a/../b", "results: 'a/../b' is not allowed: must be a folder without .."),
    ("results", "~/results", "without ~ before it"),
    ("results", "a{b}", "results: 'a{b}' is not allowed: must be a folder without braces"),
    ("results", "a\nb", r"results: 'a\nb' is not allowed: must be a folder without braces, control"),
    (
        "results",
        3,
        "results: 3 is not allowed: must be text (YAML reads this as a number: put text in quotes)",
    ),
    ("results", True, "must be text (YAML reads yes, no, on and off as true and false: put text in quotes)"),
    ("results", datetime.date(2026, 1, 2), "or a mapping (YAML reads this as a date: put text in quotes)"),
    ("rounds_per_job", 0, "rounds_per_job: 0 is not allowed: must be at least 1"),
    ("rounds_per_job", True, "rounds_per_job: true is not allowed: must be a whole number"),
    ("rounds_per_job", 2.0, "rounds_per_job: 2.0 is not allowed: must be a whole number"),
    (
        "rounds_per_job",
        "20",
        "'20' is not allowed: must be a whole number (YAML reads this as text: write 20)",
    ),
    ("rounds_per_job", "1e3", "must be a whole number (YAML reads this as text: write 1000)"),
    (
        ISING + ".training.update",
        "adam",
        "'adam' is not allowed: must be a mapping with the keys name, options",
    ),
    (
        "rounds_per_job",
        10**5000,
        "rounds_per_job: a whole number of 16610 bits is not allowed: must be at most",
    ),
    (
        "result",
        "x",
        "result: unknown key; allowed are results, rounds_per_job, keep, references, studies, "
        "fidelity_matrices, figures",
    ),
    ("result", "x", "(closest: results)"),
    (
        "references",
        3,
        "references: 3 is not allowed: must be a mapping with the keys max_ed_spins, bond_dimensions",
    ),
    ("references.bond_dimensions", [64, 32], "[64, 32] is not allowed: must be in ascending order"),
    (
        "references.bond_dimensions",
        [],
        "references.bond_dimensions: [] is not allowed: must have at least one",
    ),
    ("references.bond_dimensions", 64, "references.bond_dimensions: 64 is not allowed: must be a list"),
    ("references.max_ed_spins", 40, "references.max_ed_spins: 40 is not allowed: must be at most 26"),
    ("studies", {}, "studies: an empty mapping is not allowed: must have at least one entry"),
    ("studies", [], "studies: [] is not allowed: must be a mapping"),
    ("studies", REMOVE, "studies: is missing, and has no default (the studies by name)"),
    (
        "studies.Ising",
        None,
        "studies.Ising: 'Ising' is not allowed: must be lower-case letters, digits and _",
    ),
    ("studies.4x4", None, "studies.4x4: '4x4' is not allowed: must be lower-case letters, digits and _"),
    ("studies." + "a" * 61, None, "must have at most 60 characters"),
    (ISING, None, "studies.ising: null is not allowed: must be a mapping"),
    (ISING + ".name", "ising", "studies.ising.name: unknown key; allowed are like, system"),
    (ISING + ".trainning", {}, "(closest: training)"),
    (ISING + ".system", REMOVE, "studies.ising.system: is missing, and has no default (the Hamiltonian)"),
    (ISING + ".system", "tfim", "studies.ising.system: 'tfim' is not allowed: must be a mapping"),
    (
        ISING + ".system.model",
        REMOVE,
        "studies.ising.system.model: is missing: must be one of heisenberg, operator, tfim, toric_code",
    ),
    (
        ISING + ".system.model",
        "tfmi",
        "system.model: 'tfmi' is not allowed: must be one of heisenberg, operator, tfim, toric_code",
    ),
    (
        ISING + ".system.model",
        ["tfim"],
        "system.model: ['tfim'] is not allowed: must be one of heisenberg, operator, tfim",
    ),
    (
        ISING + ".system.extent",
        REMOVE,
        "system.extent: is missing, and has no default (the lattice's sides [L, M])",
    ),
    (ISING + ".system.extent", [4], "system.extent: [4] is not allowed: must have at least 2 entries"),
    (ISING + ".system.extent", [4, 4, 4], "[4, 4, 4] is not allowed: must have at most 2 entries"),
    (ISING + ".system.extent", [1, 1], "system.extent: [1, 1] is not allowed: must have at least 2 sites"),
    (ISING + ".system.extent", [4, 0], "system.extent[1]: 0 is not allowed: must be at least 1"),
    (ISING + ".system.extent", [4, "4"], "system.extent[1]: '4' is not allowed: must be a whole number"),
    (ISING + ".system.boundary", "closed", "'closed' is not allowed: must be one of open, periodic"),
    (
        ISING + ".system.boundary",
        False,
        "false is not allowed: must be one of open, periodic (YAML reads yes, no, on and off as",
    ),
    (ISING + ".system.coupling", 0, "system.coupling: 0 is not allowed: must be more than 0"),
    (ISING + ".system.field", -1.0, "system.field: -1.0 is not allowed: must be at least 0"),
    (ISING + ".system.field", float("inf"), "system.field: inf is not allowed: must be a finite number"),
    (ISING + ".system.field", float("nan"), "system.field: nan is not allowed: must be a finite number"),
    (ISING + ".system.field", False, "system.field: false is not allowed: must be a number"),
    (
        ISING + ".system.length",
        4,
        "system.length: unknown key; allowed are model, extent, boundary, coupling, field",
    ),
    ("studies.toric.system.length", 1, "studies.toric.system.length: 1 is not allowed: must be at least 2"),
    (
        ISING + ".network.kind",
        "rnn",
        "studies.ising.network.kind: 'rnn' is not allowed: must be one of cnn, ffnn, flax, res_cnn",
    ),
    (ISING + ".network.alpha", REMOVE, "studies.ising.network.alpha: is missing, and has no default"),
    (ISING + ".network.alpha", 0, "network.alpha: 0 is not allowed: must be more than 0"),
    (ISING + ".network.alpha", 2.03, "alpha: 2.03 is not allowed: must give a whole number of hidden units"),
    (ISING + ".network.alpha", 0.01, "at least 1, and alpha * N = 0.01 * 16 = 0.16"),
    (ISING + ".network.init_std", "1e-2", "'1e-2' is not allowed: must be a number (YAML reads this as text"),
    (ISING + ".seeds", [], "studies.ising.seeds: [] is not allowed: must have at least one entry"),
    (ISING + ".seeds", [0, 1, 0], "[0, 1, 0] is not allowed: must not repeat an entry, and 0 is there twice"),
    (ISING + ".seeds", [-1], "studies.ising.seeds[0]: -1 is not allowed: must be at least 0"),
    (
        ISING + ".seeds",
        [2**32],
        "studies.ising.seeds[0]: 4294967296 is not allowed: must be at most 4294967295",
    ),
    (ISING + ".seeds", 3, "studies.ising.seeds: 3 is not allowed: must be a list"),
    (ISING + ".training.samples", -3, "training.samples: -3 is not allowed: must be at least 1"),
    (ISING + ".training.chains", 100, "chains: 100 is not allowed: must divide samples, which is 1024"),
    (ISING + ".training.learning_rate", "1e-5", "(YAML reads this as text: write 1.0e-05)"),
    (
        ISING + ".training.learning_rate",
        None,
        "training.learning_rate: null is not allowed: must be a number",
    ),
    (ISING + ".training.isolated_steps", 0, "isolated_steps: 0 is not allowed: must be at least 1"),
    (
        ISING + ".training.isolated_steps",
        "all",
        "isolated_steps: 'all' is not allowed: must be a whole number",
    ),
    (
        ISING + ".pruning.protocol",
        "global",
        "'global' is not allowed: must be one of embedding_layerwise, embedding_random_layerwise",
    ),
    (ISING + ".pruning.ratio", 1, "pruning.ratio: 1 is not allowed: must be less than 1"),
    (
        ISING + ".pruning.ratio",
        0.9999,
        "pruning.ratio: 0.9999 is not allowed: must leave a weight at the first round, and there are 512 in kernel",
    ),
    (ISING + ".pruning.ratio", 0, "pruning.ratio: 0 is not allowed: must be more than 0"),
    (
        ISING + ".pruning.rounds",
        40,
        "rounds: 40 is not allowed: must be at most 16, as round 17 leaves no weight",
    ),
    (
        ISING + ".isolated.rounds",
        [1, 13],
        "rounds[1]: 13 is not allowed: must be at most 12, which is pruning",
    ),
    (ISING + ".isolated.rounds", [0], "isolated.rounds[0]: 0 is not allowed: must be at least 1"),
    (ISING + ".isolated.rounds", [4, 4], "[4, 4] is not allowed: must not repeat an entry"),
    (ISING + ".isolated.procedures", ["imp_wr"], "must be one of t_init_imp, t_rand_imp, t_init_rand"),
    (ISING + ".evaluation.chains", 16, "evaluation.chains: 16 is not allowed: must be at least 32"),
    (
        "studies.wide.like",
        "isin",
        "studies.wide.like: 'isin' is not allowed: must be the name of another study",
    ),
    ("studies.wide.like", "isin", "(closest: ising)"),
    ("studies.wide.like", "wide", "must not lead back to the study itself (wide -> wide)"),
    ("studies.wide.like", ["ising"], "like: ['ising'] is not allowed: must be the name of another study"),
    (ISING + ".like", "wide", "studies.ising.like: 'wide' is not allowed: must not lead back to the study"),
    ("figures", None, "figures: null is not allowed: must be a mapping"),
    (
        "figures.A",
        {"kind": "isolated", "studies": ["ising"]},
        "figures.A: 'A' is not allowed: must be lower-case",
    ),
    (
        "figures.one.kind",
        REMOVE,
        "figures.one.kind: is missing: must be one of chain_comparison, energy_trace, energy_variance",
    ),
    (
        "figures.one.kind",
        "pie",
        "figures.one.kind: 'pie' is not allowed: must be one of chain_comparison, energy_trace, energy_variance",
    ),
    ("figures.one.x", "density", "figures.one.x: 'density' is not allowed: must be one of n_active, rho"),
    (
        "figures.one.studies",
        [],
        "[] is not allowed: must have at least one entry (names of the studies it draws)",
    ),
    (
        "figures.one.studies",
        ["isng"],
        "figures.one.studies[0]: 'isng' is not allowed: must be the name of a study",
    ),
    ("figures.one.studies", ["wide"], "'wide' is not allowed: must be a study with isolated.rounds"),
    (
        "figures.two.label",
        "colour",
        "figures.two.label: 'colour' is not allowed: must be one of study, alpha, field",
    ),
    ("figures.three.mark_rho", 0, "figures.three.mark_rho: 0 is not allowed: must be more than 0"),
    (
        "figures.four.isolated",
        "ising",
        "figures.four.isolated: 'ising' is not allowed: must be a study of the toric",
    ),
    (
        "figures.four.studies",
        ["wide"],
        "figures.four.studies[0]: 'wide' is not allowed: must be a study of the",
    ),
    ("figures.five.seed", 2, "figures.five.seed: 2 is not allowed: must be one of the seeds of toric: 0, 1"),
    (
        "figures.five.round",
        11,
        "figures.five.round: 11 is not allowed: must be at most 10, the rounds of toric",
    ),
    ("figures.five.round", REMOVE, "figures.five.round: is missing, and has no default (the pruning round"),
    ("style.font_size", 0, "style.font_size: 0 is not allowed: must be more than 0"),
    ("style.dpi", 200.5, "style.dpi: 200.5 is not allowed: must be a whole number"),
    (
        "style.colour",
        "red",
        "style.colour: unknown key; allowed are font_size, line_width, column_width_mm, dpi",
    ),
]


@pytest.mark.parametrize(("path", "value", "fragment"), MALFORMED, ids=range(len(MALFORMED)))
def test_malformed_descriptions_are_refused_in_one_clear_line(path, value, fragment):
    with pytest.raises(ConfigError) as caught:
        parse_config(edited(path, value), source="config.yaml")
    lines = str(caught.value).split("\n")
    assert any(fragment in line for line in lines), lines
    assert all(line.startswith("config.yaml: ") and line.isprintable() for line in lines)


def test_the_line_has_the_promised_form():
    with pytest.raises(ConfigError) as caught:
        parse_config(edited("studies.ising.training.samples", -3), source="config.yaml")
    # The chains do not divide it either, but that is asked only of two right numbers.
    assert str(caught.value) == (
        "config.yaml: studies.ising.training.samples: -3 is not allowed: must be at least 1"
    )


def test_a_complete_description_is_read_as_written():
    config = parse_config(complete())
    study = config.studies["ising"]
    assert (study.name, study.system.extent, study.system.field) == ("ising", (4, 4), 3.04438)
    assert study.network.alpha == 2.0 and isinstance(study.network.alpha, float)
    assert config.studies["wide"].network.alpha == 4.0
    assert config.studies["wide"].network.init_std == 0.01
    assert config.studies["wide"].training == study.training
    assert config.studies["wide"].isolated.procedures == study.isolated.procedures
    assert config.studies["wide"].isolated.rounds == ()
    assert config.figures["four"].mark_rho is None
    assert config.references.bond_dimensions == (32, 64, 128)


def test_the_dict_is_left_as_it_was():
    data = complete()
    parse_config(data)
    assert data == complete()


def test_ordered_dicts_and_tuples_are_plain_data():
    data = collections.OrderedDict(complete())
    data["studies"] = collections.OrderedDict(data["studies"])
    data["studies"]["ising"]["seeds"] = (0, 1)
    assert parse_config(data) == parse_config(complete())


@pytest.mark.parametrize("mapping", [None, [], "studies", 3])
def test_the_top_must_be_a_mapping(mapping):
    with pytest.raises(ConfigError, match=r"^config: must be a mapping"):
        parse_config(mapping)


@pytest.mark.parametrize(
    ("path", "value", "fragment"),
    [
        ("studies.ising.seeds", {1, 2}, "studies.ising.seeds: a value of type set is not allowed"),
        ("studies.ising.training", b"x", "studies.ising.training: a value of type bytes is not allowed"),
        ("style", {1: 2}, "style: 1 is not allowed: keys must be text"),
        ("style", {None: 2}, "style: null is not allowed: keys must be text"),
        ("studies", {False: {}}, r"keys must be text \(YAML reads yes, no, on and off as true and false"),
    ],
)
def test_only_plain_data_is_read(path, value, fragment):
    with pytest.raises(ConfigError, match=fragment):
        parse_config(edited(path, value))


def test_independent_mistakes_are_all_told():
    data = edited("studies.ising.seeds", [])
    data["studies"]["toric"]["network"]["alpha"] = 2.03
    data["studies"]["wide"]["like"] = "nobody"
    data["figures"]["five"]["round"] = 11
    data["figures"]["one"]["studies"] = ["toric", "stranger"]
    data["extra"] = 1
    with pytest.raises(ConfigError) as caught:
        parse_config(data)
    paths = [line.split(": ")[1] for line in caught.value.lines]
    assert sorted(paths) == [
        "extra",
        "figures.one.studies[1]",
        "studies.ising.seeds",
        "studies.toric.network.alpha",
        "studies.wide.like",
    ]  # the round of figure five has nothing to be compared with


def test_figures_are_compared_with_the_studies_that_are_right():
    data = edited("studies.ising.seeds", [])
    data["figures"]["five"]["round"] = 11
    with pytest.raises(ConfigError) as caught:
        parse_config(data)
    assert [line.split(": ")[1] for line in caught.value.lines] == [
        "studies.ising.seeds",
        "figures.five.round",
    ]


def test_at_most_twenty_lines_are_shown():
    with pytest.raises(ConfigError) as caught:
        parse_config(complete() | {f"extra{number}": 1 for number in range(50)})
    lines = str(caught.value).split("\n")
    assert len(lines) == 20
    assert lines[-1] == "... and 31 more mistakes"
    assert len(caught.value.lines) == 50


class TestLike:
    def test_an_inherited_mistake_is_told_once_where_it_is(self):
        with pytest.raises(ConfigError) as caught:
            parse_config(edited("studies.ising.training.samples", -3))
        assert [line.split(": ")[1] for line in caught.value.lines] == ["studies.ising.training.samples"]

    def test_a_mistake_that_both_studies_write_is_told_of_both(self):
        data = edited("studies.ising.training.sweeps", 0)
        data["studies"]["wide"]["training"] = {"sweeps": 0}
        with pytest.raises(ConfigError) as caught:
            parse_config(data)
        assert len(caught.value.lines) == 2

    def test_a_mistake_that_arises_from_the_merge_is_told_of_the_heir(self):
        with pytest.raises(
            ConfigError, match=r"studies\.wide\.training\.chains: 512 .* samples, which is 100"
        ):
            parse_config(edited("studies.wide.training", {"samples": 100}))

    def test_a_missing_key_is_told_of_the_first_study_of_the_line(self):
        with pytest.raises(ConfigError) as caught:
            parse_config(edited("studies.ising.system", REMOVE))
        assert [line.split(": ")[1] for line in caught.value.lines] == ["studies.ising.system"]

    def test_a_line_of_three_takes_the_nearest_value(self):
        data = edited("studies.wider", {"like": "wide", "network": {"alpha": 8}})
        study = parse_config(data).studies["wider"]
        assert (study.network.alpha, study.isolated.rounds, study.system.extent) == (8.0, (), (4, 4))

    def test_another_model_replaces_the_whole_system(self):
        data = edited(
            "studies.other", {"like": "wide", "system": {"model": "toric_code", "length": 2}, "seeds": [7]}
        )
        study = parse_config(data).studies["other"]
        assert study.system.slug == "toric_code_2x2"
        assert study.seeds == (7,)

    def test_naming_the_same_model_keeps_the_rest(self):
        data = edited("studies.other", {"like": "ising", "system": {"model": "tfim", "field": 1}})
        assert parse_config(data).studies["other"].system.extent == (4, 4)

    @pytest.mark.parametrize(
        ("part", "base", "heir", "left"),
        [
            (
                "network",
                {"kind": "flax", "module": FACTORY, "options": {"alpha": 2}, "prunable": ["*/kernel"]},
                {"module": "networks.test_flax:Deep", "options": {"layers": 2}},
                {"options": {"layers": 2}, "prunable": None},
            ),
            (
                "system",
                {
                    "model": "operator",
                    "operator": "user_models:exchange",
                    "extent": [2, 2],
                    "boundary": "periodic",
                    "options": {"coupling": 2.0},
                    "clusters": {"all": [[0, 1, 2, 3]]},
                },
                {"operator": "user_models:other"},
                {"extent": (2, 2), "boundary": "periodic", "options": {}, "clusters": {}},
            ),
            (
                "training",
                {"update": {"name": "sgd", "options": {"momentum": 0.5}}, "sweeps": 2},
                {"update": {"name": "adam", "options": {"b1": 0.8}}},
                {"sweeps": 2, "update": OptaxChoice(name="adam", options={"b1": 0.8})},
            ),
        ],
    )
    def test_options_belong_to_what_they_are_options_of(self, part, base, heir, left):
        sections = {"system": {"model": "tfim", "extent": [2, 2]}, "network": {"kind": "ffnn", "alpha": 2}}
        sections["pruning"] = {"rounds": 1}
        studies = {
            "base": sections | {part: base},
            "other": {"like": "base", part: heir},
            "heir": {"like": "other"},
            "same": {"like": "base", part: base},
        }
        read = parse_config({"studies": studies}).studies
        assert {key: getattr(getattr(read["heir"], part), key) for key in left} == left
        assert getattr(read["same"], part) == getattr(read["base"], part)

    def test_moves_belong_to_the_model(self):
        data = edited("studies.toric.training", {"moves": {"stars": 3}})
        data["studies"]["other"] = {"like": "toric", "system": {"model": "tfim", "extent": [3, 3]}}
        data["studies"]["same"] = {"like": "toric", "seeds": [7]}
        studies = parse_config(data).studies
        assert (studies["other"].training.moves, studies["same"].training.moves) == ({}, {"stars": 3})
        assert studies["other"].training.samples == studies["toric"].training.samples

    def test_the_base_may_come_later(self):
        data = complete()
        data["studies"] = dict(reversed(data["studies"].items()))
        assert parse_config(data) == parse_config(complete())

    def test_a_circle_is_told_of_its_members_only(self):
        data = complete()
        data["studies"] = {"a": {"like": "b"}, "b": {"like": "a"}, "c": {"like": "a"}}
        data["figures"] = {}
        with pytest.raises(ConfigError) as caught:
            parse_config(data)
        assert [line.split(": ")[1] for line in caught.value.lines] == ["studies.a.like", "studies.b.like"]

    def test_a_base_that_is_no_mapping_is_the_only_mistake(self):
        data = edited("studies.ising", 3)
        data["figures"] = {}
        with pytest.raises(ConfigError) as caught:
            parse_config(data)
        assert [line.split(": ")[1] for line in caught.value.lines] == ["studies.ising"]


def test_a_file_and_its_data_give_the_same(tmp_path: Path):
    path = tmp_path / "config.yaml"
    path.write_text(yaml.safe_dump(complete()))
    assert load_config(path) == parse_config(complete())
    assert load_config(str(path)) == parse_config(complete())


def test_an_error_names_the_file(tmp_path: Path):
    path = tmp_path / "mine.yaml"
    path.write_text("studies: {}\n")
    with pytest.raises(ConfigError, match=r"mine\.yaml: studies: an empty mapping is not allowed"):
        load_config(path)


def test_names_of_all_kinds_are_shown_on_one_line():
    data = complete()
    data["studies"] = {"a\nb" * 50: {"like": "nobody"}, "it's": {"like": "none\r"}, "\ud800": None}
    data["studies"] |= {f"s{number}": None for number in range(30)}
    data["figures"]["one"]["studies"] = ["x\ny", "x\ny"]
    with pytest.raises(ConfigError) as caught:
        parse_config(data, source="my\nconfig.yaml")
    assert all(line.isprintable() and len(line) < 400 for line in caught.value.lines)
    assert caught.value.lines[0].startswith(r"my\nconfig.yaml: studies.")
    assert "s17, ..." in caught.value.lines[0]


def test_data_that_contain_themselves_are_refused():
    data = complete()
    data["style"]["font_size"] = data
    with pytest.raises(ConfigError, match="in itself"):
        parse_config(data)


def test_data_that_share_parts_up_to_a_huge_size_are_refused_quickly():
    part: list = ["x"] * 9
    for _ in range(30):
        part = [part] * 9
    with pytest.raises(ConfigError, match="must not have more than 200000 entries"):
        parse_config(complete() | {"extra": part})
