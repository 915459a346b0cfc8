import itertools
import re

import pytest

from sparse_nqs.hamiltonians import cluster_moves
from sparse_nqs.members.systems import heisenberg, tfim, toric_code
from sparse_nqs.members.systems import operator as user_operator
from sparse_nqs.messages import ConfigError
from sparse_nqs.reading import parse_config

FUNCTION = "user_models:exchange"


def operator(**changes):
    return user_operator.Options(**{"model": "operator", "operator": FUNCTION, "extent": (2, 3), **changes})


def lines(system, **config):
    study = {"system": system, "network": {"kind": "ffnn", "alpha": 2}, "pruning": {"rounds": 2}}
    with pytest.raises(ConfigError) as caught:
        parse_config({"studies": {"a": study}, **config})
    return caught.value.lines


@pytest.mark.parametrize(
    ("system", "slug", "n_sites"),
    [
        (tfim.Options(model="tfim", extent=(4, 4)), "tfim_4x4_open_J1_k3.04438", 16),
        (
            tfim.Options(model="tfim", extent=[2, 5], boundary="periodic", coupling=0.5, field=0),
            "tfim_2x5_periodic_J0.5_k0",
            10,
        ),
        (tfim.Options(model="tfim", extent=(1, 2), field=1e-5), "tfim_1x2_open_J1_k1e-05", 2),
        (tfim.Options(model="tfim", extent=(1, 2), field=1e22), "tfim_1x2_open_J1_k1e22", 2),
        (toric_code.Options(model="toric_code", length=3), "toric_code_3x3", 18),
        (
            heisenberg.Options(model="heisenberg", extent=(4, 4), boundary="periodic"),
            "heisenberg_4x4_periodic_J1",
            16,
        ),
        (
            heisenberg.Options(model="heisenberg", extent=(3, 2), coupling=0.25),
            "heisenberg_3x2_open_J0.25",
            6,
        ),
    ],
)
def test_names_and_sizes(system, slug, n_sites):
    assert (system.slug, system.n_sites) == (slug, n_sites)


def test_every_system_has_a_slug_of_its_own_that_can_be_a_file_name():
    numbers = [0.1, 1 / 3, 1.0, 10.0, 1e22, 1e-22, 3.04438, 3.0443800000000003]
    systems = [
        tfim.Options(model="tfim", extent=extent, boundary=boundary, coupling=coupling, field=field)
        for extent in [(1, 11), (11, 1), (2, 4), (4, 2)]
        for boundary in ("open", "periodic")
        for coupling, field in itertools.product(numbers, [0.0, *numbers])
    ]
    systems += [toric_code.Options(model="toric_code", length=length) for length in range(2, 30)]
    systems += [
        heisenberg.Options(model="heisenberg", extent=extent, boundary=boundary, coupling=coupling)
        for extent in [(1, 12), (12, 1), (2, 4), (4, 2)]
        for boundary in ("open", "periodic")
        for coupling in numbers
    ]
    systems += [
        operator(),
        operator(operator=FUNCTION.replace("exchange", "ising")),
        operator(operator=FUNCTION.replace("exchange", "number")),
        operator(options={"a": 1}),
        operator(options={"a": 1.0}),
        operator(options={"a": [1]}),
        operator(options={"a": {"b": 1}}),
        operator(extent=(3, 2)),
        operator(spins_per_cell=2),
        operator(boundary="periodic"),
        operator(moves=()),
        operator(clusters={"a": ((0, 1),)}),
        operator(clusters={"b": ((0, 1),)}),
    ]
    slugs = {system.slug for system in systems}
    assert len(slugs) == len(systems)
    assert all(re.fullmatch(r"[A-Za-z0-9_.-]+", slug) for slug in slugs)


def test_the_slug_of_an_operator_says_which():
    slug = operator(spins_per_cell=2).slug
    assert re.fullmatch("operator_user_models_exchange_2x3_[0-9a-f]{16}", slug)
    assert operator(spins_per_cell=2).n_sites == 12


@pytest.mark.parametrize(
    ("changes", "where", "must"),
    [
        ({"extent": [1, 1]}, "extent", "must have at least 2 sites"),
        ({"extent": [3, 4], "boundary": "periodic"}, "extent[0]", "must be 1 or even with boundary periodic"),
        ({"extent": [4, 5], "boundary": "periodic"}, "extent[1]", "must be 1 or even with boundary periodic"),
        ({"extent": [2, 2], "coupling": -1.0}, "coupling", "must be more than 0"),
    ],
)
def test_heisenberg_models_that_are_refused(changes, where, must):
    (line,) = lines({"model": "heisenberg", **changes})
    assert line.startswith(f"config: studies.a.system.{where}: ")
    assert must in line


def test_a_periodic_chain_has_a_side_of_one():
    assert heisenberg.Options(model="heisenberg", extent=(1, 6), boundary="periodic").n_sites == 6


@pytest.mark.parametrize(
    ("changes", "where", "must"),
    [
        ({"extent": [1, 1]}, "extent", "must have at least 2 spins"),
        ({"operator": "nowhere:f"}, "operator", "there is no Python file of nowhere in the working folder"),
        ({"operator": "tfim.build"}, "operator", "must be a dotted path of the form package.module:name"),
        ({"options": {"a b": 1}}, "options", "must have names of arguments as keys, and 'a b' is none"),
        ({"options": {"a": float("inf")}}, "options.a", "inf is not allowed: must be a finite number"),
        ({"moves": ["rings"]}, "moves[0]", "must be one of bonds, flips, global, loops, stars"),
        ({"moves": ["stars"]}, "moves", "must be without stars, which only the toric code has"),
        ({"moves": ["flips", "flips"]}, "moves", "must not repeat an entry"),
        ({"moves": ["bonds"], "spins_per_cell": 2}, "moves", "must be without bonds"),
        ({"clusters": {"a": [[0, 6]]}}, "clusters.a[0]", "must hold spins 0 to 5"),
        ({"clusters": {"a": [[0, 1], [2, 2]]}}, "clusters.a[1]", "must not repeat an entry"),
        ({"clusters": {"a": [[3]]}}, "clusters.a[0]", "must have at least 2 entries"),
        ({"clusters": {"a": []}}, "clusters.a", "must have at least one entry"),
        ({"clusters": {"single": [[0, 1]]}}, "clusters.single", "must be a name not yet in use"),
        ({"spins_per_cell": 0}, "spins_per_cell", "must be at least 1"),
    ],
)
def test_operators_that_are_refused(changes, where, must):
    (line,) = lines({"model": "operator", "operator": FUNCTION, "extent": [2, 3], **changes})
    assert line.startswith(f"config: studies.a.system.{where}: ")
    assert must in line


@pytest.mark.parametrize(
    "system",
    [
        {"model": "heisenberg", "extent": [3, 3]},
        {"model": "tfim", "extent": [3, 3], "boundary": "periodic"},
        {"model": "operator", "operator": FUNCTION, "extent": [3, 3]},
    ],
)
def test_a_system_without_reference_energy_is_refused(system):
    (line,) = lines(system, references={"max_ed_spins": 8})
    assert line.startswith("config: studies.a.system: has 9 spins, and a reference energy beyond")


@pytest.mark.parametrize(
    "system",
    [
        tfim.Options(model="tfim", extent=(2, 2)),
        toric_code.Options(model="toric_code", length=2),
        heisenberg.Options(model="heisenberg", extent=(2, 2)),
        operator(moves=("global", "bonds"), clusters={"a": ((0, 1),)}),
    ],
)
def test_families_are_those_of_the_compiled_moves(system):
    assert system.families == tuple(cluster_moves(system.model_dump(mode="json"), None))
