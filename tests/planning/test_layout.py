import json

import pytest

from sparse_nqs import paths
from sparse_nqs.blocks import DENSE, Block, chain_blocks, listed_blocks
from sparse_nqs.config.pruning import CHAINS
from sparse_nqs.planning import layout, specs
from sparse_nqs.reading import parse_config

STUDY = {
    "system": {"model": "toric_code", "length": 3},
    "network": {"kind": "ffnn", "alpha": 4},
    "pruning": {"procedures": ["imp_wr", "irp_wr"], "rounds": 5, "rewind_to": 40},
    "isolated": {"procedures": ["t_rand_rand", "t_init_shuffled"], "rounds": [2, 5]},
}


def config(rounds_per_job, **pruning):
    section = STUDY | {"pruning": STUDY["pruning"] | pruning}
    return parse_config({"rounds_per_job": rounds_per_job, "studies": {"s": section}})


def study(**pruning):
    return config(20, **pruning).studies["s"]


def test_blocks_of_a_study():
    assert [block.name for block in layout.all_blocks(study(), 3)] == [
        "dense/rounds_0000-0000",
        "imp_wr/rounds_0001-0003",
        "imp_wr/rounds_0004-0005",
        "irp_wr/rounds_0001-0003",
        "irp_wr/rounds_0004-0005",
        "t_rand_rand/rounds_0002-0002",
        "t_rand_rand/rounds_0005-0005",
        "t_init_shuffled/rounds_0002-0002",
        "t_init_shuffled/rounds_0005-0005",
    ]


def test_blocks_of_draws():
    isolated = {"procedures": ["t_init_imp", "t_rand_imp"], "rounds": [2, 5], "draws": 3, "draw_rounds": [5]}
    drawn = parse_config({"studies": {"s": STUDY | {"isolated": isolated}}}).studies["s"]
    assert [block.name for block in layout.all_blocks(drawn, 5)][-6:] == [
        # Nothing is random in the start of T(init, imp).
        "t_init_imp/rounds_0002-0002",
        "t_init_imp/rounds_0005-0005",
        "t_rand_imp/rounds_0002-0002",
        "t_rand_imp/rounds_0005-0005",
        "t_rand_imp/rounds_0005-0005_draw_0001",
        "t_rand_imp/rounds_0005-0005_draw_0002",
    ]


def test_more_draws_leave_the_trainings_that_are_there():
    section = STUDY | {"isolated": {"procedures": ["t_rand_imp"], "rounds": [2]}}
    once, often = (
        parse_config(
            {"studies": {"s": section | {"isolated": section["isolated"] | {"draws": draws}}}}
        ).studies["s"]
        for draws in (1, 5)
    )
    kept, *_, last = [specs.training_spec(often, 0, block) for block in layout.all_blocks(often, 5)][-5:]
    assert kept == specs.training_spec(once, 0, layout.all_blocks(once, 5)[-1])
    assert last != kept


@pytest.mark.parametrize("rounds_per_job", [1, 2, 3, 5, 20])
@pytest.mark.parametrize("procedure", CHAINS)
def test_every_round_is_in_its_block(procedure, rounds_per_job):
    blocks = chain_blocks(procedure, 5, rounds_per_job)
    assert [k for block in blocks for k in range(block.first, block.last + 1)] == [1, 2, 3, 4, 5]
    for k in range(1, 6):
        block = layout.block_of_round(study(), procedure, k, rounds_per_job)
        assert block in blocks
        assert block.first <= k <= block.last
    assert layout.block_of_round(study(), procedure, 0, rounds_per_job) == DENSE


@pytest.mark.parametrize(
    ("target", "name"), [("dense", "dense/rounds_0000-0000"), ("init", "init"), (40, "rewind/step_000040")]
)
def test_where_chains_rewind_to(target, name):
    rewinding = study(rewind_to=target)
    assert [layout.rewind_name(rewinding, procedure) for procedure in ("imp_wr", "irp_wr")] == [name, name]
    assert layout.rewind_name(rewinding, "imp_ct") == DENSE.name


def test_files_of_a_seed():
    path = paths.seed_file("s", 3, Block("imp_ct", 1, 12).name, ".history.safetensors")
    assert path == "studies/s/seed_3/imp_ct/rounds_0001-0012.history.safetensors"


def chain(which, procedure="imp_wr"):
    return specs.chain_spec(which, 0, procedure, 1, 3)


def test_a_chain_depends_on_its_rounds_and_its_rewind_target():
    spec = json.loads(chain(study(), "irp_wr"))
    assert (spec["procedure"], spec["rounds"], spec["rewind"]) == ("irp_wr", [1, 3], "rewind/step_000040")
    # The name is the resolved one, so that the default and its own name are the same study.
    assert spec["pruning"] == {"protocol": "layerwise", "ratio": 0.3}
    assert chain(study(protocol="layerwise")) == chain(study())
    for change in ({"rewind_to": "init"}, {"ratio": 0.4}, {"protocol": "random_layerwise"}):
        assert chain(study(**change)) != chain(study())
    assert chain(study(), "irp_wr") != chain(study())


def test_a_chain_does_not_depend_on_other_procedures_and_more_rounds():
    assert chain(study(procedures=["imp_wr"], rounds=9)) == chain(study())
    # A continued chain has no rewind target.
    assert chain(study(rewind_to="init"), "imp_ct") == chain(study(), "imp_ct")


def test_a_rewind_point_is_a_shorter_dense_training():
    dense, point = (json.loads(specs.dense_spec(study(), 0, steps)) for steps in (None, 40))
    assert dense["training"].pop("steps") == 1000
    assert point["training"].pop("steps") == 40
    assert (dense.pop("file"), point.pop("file")) == ("dense/rounds_0000-0000", "rewind/step_000040")
    assert dense == point
    assert specs.dense_spec(study(), 0) == specs.dense_spec(study(rewind_to="dense"), 0)


def test_tables_know_the_chains_that_have_fidelities():
    spec = json.loads(specs.study_summary_spec(config(3), "s"))
    assert spec["blocks"]["chains"] == ["imp_wr", "irp_wr"]
    blocks = Block("imp_wr", 1, 3), Block("irp_wr", 1, 3), Block("imp_wr", 4, 6)
    assert len({specs.fidelity_spec(study(), 0, block) for block in blocks}) == 3


def test_specs_of_tables_list_blocks_without_growing_with_them():
    long = config(1, rounds=19)
    for make in (specs.study_summary_spec, specs.study_observables_spec):
        spec = json.loads(make(long, "s"))
        assert listed_blocks(**spec["blocks"]) == layout.all_blocks(long.studies["s"], 1)
        assert abs(len(make(long, "s")) - len(make(config(19), "s"))) < 10


def test_blocks_longer_than_the_chain_are_one_description():
    assert layout.block_list(study(), 5) == layout.block_list(study(), 12)
    assert layout.block_list(study(), 4) != layout.block_list(study(), 5)
    four, five, twelve = (specs.tickets_spec(config(rounds), "s") for rounds in (4, 5, 12))
    assert four != five == twelve
