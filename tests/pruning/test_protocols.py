import pytest

from sparse_nqs.pruning import Group, Protocol, build_protocol


@pytest.mark.parametrize(("name", "score"), [("layerwise", "magnitude"), ("random_layerwise", "random")])
def test_a_protocol_is_its_groups_and_its_score(name, score):
    protocol = build_protocol(name, ("first", "second"), 0.12)
    assert protocol == Protocol((Group(("first",), 0.12), Group(("second",), 0.12)), score)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("global", "pruning protocol 'global' must be one of embedding_layerwise, embedding_random"),
        (
            "res_blocks_global",
            "protocol 'res_blocks_global' must fit the network, whose prunable tensors are kernel",
        ),
    ],
)
def test_what_cannot_be_is_refused_by_name(name, message):
    with pytest.raises(ValueError, match=message):
        build_protocol(name, ("kernel",), 0.1)
