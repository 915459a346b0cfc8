from math import prod

import pytest
from complete_config import complete, edited
from pydantic import ValidationError

from sparse_nqs.config.pruning import Isolated, Pruning, protocol_mistakes
from sparse_nqs.groups import active_counts
from sparse_nqs.members.protocols import groups_of, protocols
from sparse_nqs.messages import ConfigError
from sparse_nqs.reading import parse_config

RES_SHAPES = {
    **{f"block_{block}/conv{conv}/kernel": (3, 3, 16, 16) for block in range(4) for conv in (1, 2)},
    "embedding/kernel": (3, 3, 1, 16),
}
ISING = "studies.ising."


def refusal(data) -> str:
    with pytest.raises(ConfigError) as caught:
        parse_config(data)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_defaults():
    pruning = Pruning()
    assert (pruning.procedures, pruning.protocol, pruning.rewind_to) == (("imp_wr",), None, "dense")
    assert Isolated().procedures == ("t_init_imp", "t_rand_imp", "t_init_rand")
    assert parse_config(complete()).studies["toric"].protocol == "layerwise"


@pytest.mark.parametrize("name", protocols())
def test_every_protocol_can_be_named(name):
    assert Pruning(protocol=name).protocol == name
    assert protocol_mistakes(name, Pruning(ratio=0.12, rounds=10), RES_SHAPES) == []


def test_no_other_protocol_can_be_named():
    with pytest.raises(ValidationError, match="protocol"):
        Pruning(protocol="by_unit")


@pytest.mark.parametrize("target", ["dense", "init", 1, 999])
def test_rewind_targets(target):
    assert (
        parse_config(edited(ISING + "pruning.rewind_to", target)).studies["ising"].pruning.rewind_to == target
    )


@pytest.mark.parametrize("target", ["start", 0, -1, True, 2.0, None, [1], {}])
def test_other_rewind_targets_are_refused_in_one_line(target):
    text = refusal(edited(ISING + "pruning.rewind_to", target))
    assert "studies.ising.pruning.rewind_to: " in text
    assert text.endswith("must be dense, init, or a step of the dense training, a whole number of at least 1")


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        (
            "pruning.rewind_to",
            1000,
            "pruning.rewind_to: 1000 is not allowed: must be less than 1000, which is training.dense_steps, or dense",
        ),
        (
            "pruning.protocol",
            "hybrid_global",
            "'hybrid_global' is not allowed: must fit the network, whose prunable tensors are kernel: it prunes block_",
        ),
        ("pruning.protocol", "embedding_layerwise", "tensors are kernel: it prunes embedding/kernel"),
        (
            "pruning.procedures",
            ["imp_wr", "imp"],
            "procedures[1]: 'imp' is not allowed: must be one of imp_wr, imp_ct,",
        ),
        ("pruning.procedures", ["irp_wr", "irp_wr"], "must not repeat an entry"),
        ("isolated.procedures", ["t_init_shufled"], "(closest: t_init_shuffled)"),
        (
            "isolated.draw_rounds",
            [1, 99],
            "isolated.draw_rounds[1]: 99 is not allowed: must be one of rounds",
        ),
        ("isolated.draws", 0, "isolated.draws: 0 is not allowed"),
    ],
)
def test_wrong_values_are_refused_in_one_line(path, value, message):
    assert message in refusal(edited(ISING + path, value))


def test_isolated_rounds_need_imp_wr():
    data = {"studies": {"s": complete()["studies"]["ising"]}}
    data["studies"]["s"]["pruning"]["procedures"] = ["imp_ct", "irp_wr"]
    assert "pruning.procedures: ['imp_ct', 'irp_wr'] is not allowed: must hold imp_wr" in refusal(data)
    data["studies"]["s"]["isolated"]["rounds"] = []
    assert parse_config(data).studies["s"].pruning.procedures == ("imp_ct", "irp_wr")


def test_figures_of_rounds_need_imp_wr():
    data = complete()
    data["studies"]["other"] = {"like": "wide", "pruning": {"procedures": ["imp_ct"]}}
    data["figures"]["two"]["studies"] = ["ising", "other"]
    text = refusal(data)
    assert "figures.two.studies[1]: 'other' is not allowed: must be a study with imp_wr" in text
    data["figures"] = {"units": {"kind": "hidden_units", "study": "other", "round": 0}}
    parse_config(data)


def test_rounds_must_leave_weights_in_every_group():
    pruning = Pruning(ratio=0.3, rounds=20)
    assert protocol_mistakes("res_blocks_global", pruning, RES_SHAPES) == []
    # The embedding has 144 weights only, and is the first group to run out.
    ((path, text),) = protocol_mistakes("layerwise", pruning, RES_SHAPES)
    assert path == ("pruning", "rounds")
    assert text == "20 is not allowed: must be at most 13, as round 14 leaves no weight in embedding/kernel"
    # Hybrid prunes it at a tenth of the ratio.
    assert protocol_mistakes("hybrid_global", pruning, RES_SHAPES) == []
    ((path, text),) = protocol_mistakes("res_blocks_layerwise", Pruning(rounds=40), RES_SHAPES)
    assert text.endswith("in block_0/conv1/kernel, block_0/conv2/kernel")


def test_a_res_cnn_prunes_its_blocks_and_counts_its_embedding():
    data = {"studies": {"s": {"system": {"model": "tfim", "extent": [4, 4]}, "network": {"kind": "res_cnn"}}}}
    data["studies"]["s"]["pruning"] = {"ratio": 0.12}
    study = parse_config(data).studies["s"]
    shapes = study.network.prunable_tensors(study.system)
    assert {name: tuple(shape) for name, shape in shapes.items()} == RES_SHAPES
    assert sum(prod(shape) for shape in shapes.values()) == 18576
    assert study.protocol == "res_blocks_global"
    (group,) = groups_of(study.protocol, tuple(shapes), study.pruning.ratio)
    size = sum(prod(shapes[name]) for name in group.tensors)
    assert active_counts(size, group.ratio, 1) == (18432, 16220)
    data["studies"]["s"]["pruning"]["protocol"] = "layerwise"
    assert parse_config(data).studies["s"].protocol == "layerwise"
