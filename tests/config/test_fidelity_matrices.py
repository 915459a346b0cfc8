import json

import pytest
from complete_config import complete, edited

from sparse_nqs.config.fidelity_matrices import StateName, states_of
from sparse_nqs.messages import ConfigError
from sparse_nqs.planning import layout, specs
from sparse_nqs.planning.layout import DENSE, Block
from sparse_nqs.reading import parse_config

# Studies `ising` (rounds to 12, isolated 1, 4, 7, 10) and `wide` like it on 4 x 4, `toric` on other spins.
MATRIX = {"studies": ["ising"], "rounds": [0, 3, 6]}


def config_of(**matrix):
    return parse_config(edited("fidelity_matrices.m", MATRIX | matrix))


def lines_of(**matrix):
    with pytest.raises(ConfigError) as caught:
        config_of(**matrix)
    return caught.value.lines


def names(**matrix):
    config = config_of(**matrix)
    return [tuple(state) for state in states_of(config.fidelity_matrices["m"], config.studies)]


def test_defaults():
    assert names() == [
        ("ising", 0, "dense", 0),
        ("ising", 0, "imp_wr", 3),
        ("ising", 0, "imp_wr", 6),
        ("ising", 1, "dense", 0),
        ("ising", 1, "imp_wr", 3),
        ("ising", 1, "imp_wr", 6),
    ]
    assert names(seeds=None) == names()


def test_between_procedures_the_dense_network_is_there_once():
    found = names(seeds=[1], procedures=["imp_ct", "imp_wr", "t_init_rand"], rounds=[4, 0])
    assert found == [
        ("ising", 1, "dense", 0),
        ("ising", 1, "imp_ct", 4),
        ("ising", 1, "imp_wr", 4),
        ("ising", 1, "t_init_rand", 4),
    ]


def test_between_studies():
    found = names(studies=["wide", "ising"], seeds=[0], rounds=[0])
    assert found == [("wide", 0, "dense", 0), ("ising", 0, "dense", 0)]


@pytest.mark.parametrize(
    ("matrix", "fragment"),
    [
        (
            {"studies": ["isng"]},
            "m.studies[0]: 'isng' is not allowed: must be the name of a study: ising, wide",
        ),
        ({"studies": ["isng"]}, "(closest: ising)"),
        ({"studies": []}, "m.studies: [] is not allowed: must have at least one entry"),
        (
            {"studies": ["ising", "toric"], "rounds": [0]},
            "m.studies[1]: 'toric' is not allowed: must be a study of the same model and lattice as ising",
        ),
        ({"seeds": [0, 5]}, "m.seeds[1]: 5 is not allowed: must be one of the seeds of ising: 0, 1"),
        ({"seeds": []}, "m.seeds: [] is not allowed: must have at least one entry"),
        (
            {"procedures": ["irp_wr"]},
            "m.procedures[0]: 'irp_wr' is not allowed: must be one of pruning.procedures of ising: imp_wr, imp_ct",
        ),
        (
            {"procedures": ["t_rand_rand"], "rounds": [1]},
            "m.procedures[0]: 't_rand_rand' is not allowed: must be one of isolated.procedures of ising",
        ),
        ({"procedures": ["dense"]}, "m.procedures[0]: 'dense' is not allowed: must be one of imp_wr, imp_ct"),
        ({"rounds": [3, 13]}, "m.rounds[1]: 13 is not allowed: must be at most 12, the rounds of ising"),
        (
            {"procedures": ["t_init_imp"], "rounds": [1, 3]},
            "m.rounds[1]: 3 is not allowed: must be one of isolated.rounds of ising (1, 4, 7, 10), as t_init_imp",
        ),
        (
            {"studies": ["wide"], "procedures": ["t_init_imp"], "rounds": [1]},
            "must be one of isolated.rounds of wide (none)",
        ),
        ({"rounds": [3, 3]}, "m.rounds: [3, 3] is not allowed: must not repeat an entry"),
        ({"rounds": [0], "seeds": [0]}, "m.rounds: [0] is not allowed: must give at least two states"),
        ({"tile": 0}, "m.tile: 0 is not allowed: must be at least 1"),
        (
            {"round": [1]},
            "m.round: unknown key; allowed are studies, seeds, procedures, rounds, tile (closest: rounds)",
        ),
    ],
)
def test_what_is_not_there_is_refused_in_one_line(matrix, fragment):
    assert [line for line in lines_of(**matrix) if fragment in line]


def test_a_matrix_is_checked_beside_a_faulty_study():
    data = edited("fidelity_matrices.m", MATRIX | {"rounds": [0, 13]})
    data["studies"]["toric"]["seeds"] = []
    with pytest.raises(ConfigError) as caught:
        parse_config(data)
    assert [line.split(": ")[1] for line in caught.value.lines] == [
        "studies.toric.seeds",
        "fidelity_matrices.m.rounds[1]",
    ]


def test_a_figure_draws_a_matrix_that_is_there():
    data = edited("fidelity_matrices.m", MATRIX)
    data["figures"]["six"] = {"kind": "fidelity_matrix", "matrix": "m"}
    assert parse_config(data).figures["six"].quantity == "fidelity"
    data["figures"]["six"]["matrix"] = "n"
    with pytest.raises(ConfigError, match=r"figures\.six\.matrix: 'n' .* a fidelity matrix: m"):
        parse_config(data)


@pytest.mark.parametrize("count", [2, 3, 7, 16])
@pytest.mark.parametrize("size", [1, 2, 3, 7, 100])
def test_tiles_hold_every_pair_once(count, size):
    tiles = layout.matrix_tiles(count, size)
    pairs = []
    for tile in tiles:
        rows, columns = (range(count)[part] for part in (tile.rows, tile.columns))
        assert max(len(rows), len(columns)) <= size
        pairs += [(i, j) for i in rows for j in columns if rows != columns or i < j]
    assert sorted(pairs) == [(i, j) for i in range(count) for j in range(i + 1, count)]
    assert len({tile.name for tile in tiles}) == len(tiles)


def test_the_block_of_any_state():
    study = parse_config(complete()).studies["ising"]
    assert layout.block_of_state(study, "dense", 0, 5) == DENSE
    assert layout.block_of_state(study, "imp_ct", 7, 5) == Block("imp_ct", 6, 10)
    assert layout.block_of_state(study, "t_init_imp", 7, 5) == Block("t_init_imp", 7, 7)


def tile_spec_of(config, number=0):
    count = len(states_of(config.fidelity_matrices["m"], config.studies))
    tile = layout.matrix_tiles(count, config.fidelity_matrices["m"].tile)[number]
    return json.loads(specs.tile_spec(config, "m", tile))


def test_a_tile_depends_on_its_own_states():
    config = config_of(studies=["ising", "wide"], seeds=[0], tile=3)
    first, second = tile_spec_of(config), tile_spec_of(config, 1)
    assert first["columns"] is None
    assert list(first["studies"]) == ["ising"]
    assert first["rows"][1] == StateName("ising", 0, "imp_wr", 3)._asdict() | {
        "block": "imp_wr/rounds_0001-0012"
    }
    assert [entry["study"] for entry in second["columns"]] == ["wide"] * 3
    assert set(second["studies"]) == {"ising", "wide"}
    assert second["studies"]["wide"]["problem"] == config.studies["wide"].system.slug
    assert second["studies"]["wide"]["system"] == config.studies["wide"].system.model_dump(mode="json")
    # More states leave tiles that are full as they are.
    more = config_of(studies=["ising", "wide"], seeds=[0, 1], tile=3)
    assert tile_spec_of(more) == first


def test_the_accuracy_of_energies_concerns_energies_alone():
    data = edited("fidelity_matrices.m", MATRIX)
    before = parse_config(data)
    data["studies"]["ising"]["evaluation"]["target_error"] = 0.1
    after = parse_config(data)
    study, edited_study = before.studies["ising"], after.studies["ising"]
    block = Block("imp_wr", 1, 3)
    for make in (specs.fidelity_spec, specs.observables_spec):
        assert make(study, 0, block) == make(edited_study, 0, block)
    assert tile_spec_of(before) == tile_spec_of(after)
    assert specs.evaluation_spec(study, 0, block) != specs.evaluation_spec(edited_study, 0, block)


def test_the_cap_must_hold_a_batch():
    data = edited("studies.ising.evaluation.max_samples_per_chain", 10)
    parse_config(data)
    data["studies"]["ising"]["evaluation"]["target_error"] = 0.1
    with pytest.raises(ConfigError, match=r"max_samples_per_chain: 10 .* samples_per_chain, which is 64"):
        parse_config(data)
