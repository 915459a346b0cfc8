from itertools import product

import pytest

from sparse_nqs.config.moves import moves_mistakes
from sparse_nqs.errors import WorkError
from sparse_nqs.hamiltonians import cluster_moves, mix_moves
from sparse_nqs.members.systems import heisenberg, operator, tfim, toric_code
from sparse_nqs.messages import ConfigError
from sparse_nqs.reading import parse_config

SYSTEMS = [
    tfim.Options(model="tfim", extent=(1, 2)),
    tfim.Options(model="tfim", extent=(2, 3)),
    toric_code.Options(model="toric_code", length=2),
    toric_code.Options(model="toric_code", length=3),
    heisenberg.Options(model="heisenberg", extent=(3, 3)),
    heisenberg.Options(model="heisenberg", extent=(1, 5)),
    heisenberg.Options(model="heisenberg", extent=(2, 4), boundary="periodic"),
    operator.Options(
        model="operator",
        operator="user_models:exchange",
        extent=(3, 1),
        moves=("bonds", "global"),
    ),
]


def test_a_mix_of_moves_names_families_of_the_system():
    study = {"network": {"kind": "ffnn", "alpha": 2}, "pruning": {"rounds": 2}}
    study["system"] = {"model": "heisenberg", "extent": [2, 2]}
    study["training"] = {"moves": {"single": 2, "cluster": 0, "bonds": 1}}
    assert parse_config({"studies": {"a": study}}).studies["a"].training.moves["bonds"] == 1
    study["training"] = {"moves": {"stars": 1}}
    with pytest.raises(ConfigError, match=r"training\.moves\.stars: .*: single, cluster, bonds, global"):
        parse_config({"studies": {"a": study}})


@pytest.mark.parametrize("system", SYSTEMS, ids=lambda system: f"{system.model}_{system.n_sites}")
def test_mixes_that_do_not_reach_all_configurations_are_refused_before_any_job(system):
    """The formulas against the rank of the moves themselves, for every choice of families."""
    families = cluster_moves(system.model_dump(mode="json"), None)
    names = ["single", *families]
    verdicts = set()
    for repeats in product((0, 2), repeat=len(names)):
        mix = dict(zip(names, repeats, strict=True))
        text = "".join(mistake.text for mistake in moves_mistakes(system, mix))
        try:
            mix_moves(families, system.n_sites, mix)
        except WorkError as error:
            reached = str(error).split("reach ")[1].split()[0]
            assert text.endswith(f"other moves reach {reached} of 2^{system.n_sites} configurations")
        else:
            assert text == ""
        verdicts.add(text == "")
    assert verdicts == {True, False}


def test_without_a_family_named_the_mix_is_judged_as_it_is_proposed():
    system = heisenberg.Options(model="heisenberg", extent=(3, 3))
    refused = [
        mix
        for mix in (
            {},
            {"cluster": 0},
            {"single": 0},
            {"single": 0, "cluster": 0},
            {"single": 0, "global": 0},
        )
        if moves_mistakes(system, mix)
    ]
    assert refused == [{"single": 0, "cluster": 0}, {"single": 0, "global": 0}]


def test_what_only_the_hamiltonian_knows_is_left_to_the_training():
    system = operator.Options(model="operator", operator="user_models:exchange", extent=(2, 3))
    assert moves_mistakes(system, {"single": 0}) == []
