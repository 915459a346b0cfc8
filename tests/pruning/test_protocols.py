import pytest

from sparse_nqs.config.schema import Pruning
from sparse_nqs.pruning import Group, Protocol, build_protocol
from sparse_nqs.pruning.protocols import PROTOCOLS


@pytest.mark.parametrize(("name", "score"), [("layerwise", "magnitude"), ("random_layerwise", "random")])
def test_layerwise_protocols_treat_each_tensor_by_itself(name, score):
    protocol = build_protocol(name, ("first", "second"), 0.12)
    assert protocol == Protocol((Group(("first",), 0.12), Group(("second",), 0.12)), score)


def test_unknown_protocol_is_refused_with_what_is_allowed():
    with pytest.raises(
        ValueError, match=r"unknown pruning protocol 'global'; allowed are layerwise, random_lay"
    ):
        build_protocol("global", ("kernel",), 0.1)


def test_a_config_can_name_every_protocol_and_no_other():
    for name in PROTOCOLS:
        assert Pruning(protocol=name).protocol == name
    with pytest.raises(ValueError, match="protocol"):
        Pruning(protocol="by_unit")
