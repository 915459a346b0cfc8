import itertools
import subprocess
import sys
from fractions import Fraction

import pytest

from sparse_nqs.groups import Group, active_counts, removal_count
from sparse_nqs.members.protocols import groups_of, protocols, score_of

BLOCKS = tuple(f"block_{block}/conv{conv}/kernel" for block in (0, 1, 10) for conv in (1, 2))
RES_CNN = (*BLOCKS, "embedding/kernel")
TWINS = {
    "layerwise": "random_layerwise",
    "res_blocks_global": "res_blocks_random_global",
    "embedding_layerwise": "embedding_random_layerwise",
    "res_layers_layerwise": "res_layers_random_layerwise",
    "res_blocks_layerwise": "res_blocks_random_layerwise",
    "hybrid_global": "hybrid_random_global",
}


def test_every_protocol_has_a_random_twin():
    assert set(protocols()) == {*TWINS, *TWINS.values()}
    for name, twin in TWINS.items():
        assert groups_of(name, RES_CNN, 0.12) == groups_of(twin, RES_CNN, 0.12)
        assert (score_of(name), score_of(twin)) == ("magnitude", "random")


@pytest.mark.parametrize(
    ("name", "groups"),
    [
        ("layerwise", [[name] for name in RES_CNN]),
        ("res_blocks_global", [BLOCKS]),
        ("embedding_layerwise", [["embedding/kernel"]]),
        ("res_layers_layerwise", [[name] for name in BLOCKS]),
        ("res_blocks_layerwise", [BLOCKS[:2], BLOCKS[2:4], BLOCKS[4:]]),
    ],
)
def test_groups_of_a_residual_network(name, groups):
    assert groups_of(name, RES_CNN, 0.12) == tuple(Group(tuple(tensors), 0.12) for tensors in groups)


def test_hybrid_prunes_the_embedding_ten_times_slower():
    blocks, embedding = groups_of("hybrid_global", RES_CNN, 0.12)
    assert blocks == Group(BLOCKS, 0.12)
    assert embedding.tensors == ("embedding/kernel",)
    assert embedding.ratio == pytest.approx(0.012)


@pytest.mark.parametrize("name", protocols())
def test_groups_are_disjoint_and_of_the_networks_tensors(name):
    tensors = [tensor for group in groups_of(name, RES_CNN, 0.5) for tensor in group.tensors]
    assert len(set(tensors)) == len(tensors)
    assert set(tensors) <= set(RES_CNN)


@pytest.mark.parametrize("name", [name for name in protocols() if "layerwise" not in (name, name[7:])])
def test_a_network_without_the_tensors_is_refused(name):
    with pytest.raises(
        ValueError, match=r"must fit the network, whose prunable tensors are kernel: it prunes"
    ):
        groups_of(name, ("kernel",), 0.1)


@pytest.mark.parametrize("tensors", [BLOCKS, ("embedding/kernel",)])
def test_hybrid_needs_blocks_and_embedding(tensors):
    with pytest.raises(ValueError, match="must fit the network"):
        groups_of("hybrid_global", tensors, 0.1)


@pytest.mark.parametrize("ask", [score_of, lambda name: groups_of(name, ("kernel",), 0.1)])
def test_unknown_protocols_are_refused(ask):
    with pytest.raises(
        ValueError, match="must be one of embedding_layerwise, embedding_random_layerwise, hybrid"
    ):
        ask("global")


def test_published_counts():
    # FFNN with alpha = 4 on the 3 x 3 toric code; CNN of four 3 x 3 filters; ResCNN with F = 16, B = 4.
    assert active_counts(1296, 0.12, 10) == (1296, 1140, 1003, 883, 777, 684, 602, 530, 466, 410, 361)
    assert active_counts(36, 0.05, 3) == (36, 34, 32, 30)
    assert active_counts(18432, 0.12, 1) == (18432, 16220)


@pytest.mark.parametrize(("n", "removed"), [(1, None), (2, 1), (5, 2), (3, 2), (7, 4), (4, 2)])
def test_halves_are_rounded_to_even_and_one_weight_goes_at_least(n, removed):
    # A ratio of 1/2: 2.5 -> 2, 1.5 -> 2, 3.5 -> 4.
    if removed is None:
        with pytest.raises(ValueError, match="must be at most 0, as round 1 leaves no weight"):
            active_counts(n, 0.5, 1)
    else:
        assert removal_count(n, 0.5) == removed
        assert active_counts(n, 0.5, 1) == (n, n - removed)


@pytest.mark.parametrize("ratio", ["1/8", "1/4", "3/8", "1/2", "3/4"])
def test_counts_agree_with_exact_arithmetic(ratio):
    exact = Fraction(ratio)  # binary fractions, which floats hold exactly
    counts = active_counts(5000, float(exact), 5)
    for before, after in itertools.pairwise(counts):
        assert before - after == max(1, round(exact * before))


def test_the_message_names_the_most_rounds_there_can_be():
    with pytest.raises(ValueError, match=r"must be at most (\d+)") as caught:
        active_counts(512, 0.3, 100)
    most = int(str(caught.value).split()[4].rstrip(","))
    assert active_counts(512, 0.3, most)[-1] >= 1
    with pytest.raises(ValueError, match="leaves no weight"):
        active_counts(512, 0.3, most + 1)


def test_a_protocol_is_checked_without_numerics():
    code = (
        "import sys; from sparse_nqs.members.protocols import groups_of, protocols\n"
        f"for name in protocols(): groups_of(name, {RES_CNN!r}, 0.1)\n"
        "sys.exit(bool({'numpy', 'jax', 'pydantic'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
