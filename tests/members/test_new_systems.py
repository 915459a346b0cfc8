"""A new system, network or family of moves is one new file: it changes no spec, and a study can name it."""

import pytest
from edited import SOURCE, EditedPackage

FILES = {
    "systems/compass": '''"""The quantum compass model."""

from typing import Annotated, Literal

from pydantic import Field

from sparse_nqs.fields.model import Positive
from sparse_nqs.fields.system import OnSites

LABEL = "compass model"
SOLVED = None
FAMILIES = ("rows", "bonds")


class Options(OnSites):
    """H = -sum_x X_i X_j - J sum_y Z_i Z_j, over neighbours along x and along y, open."""

    model: Literal["compass"]
    coupling: Annotated[Positive, Field(description="J")] = 1.0

    @property
    def families(self):
        return FAMILIES

    @property
    def slug(self):
        return f"compass_{self.extent[0]}x{self.extent[1]}_J{self.coupling}"

    @property
    def off_diagonal_terms(self):
        return self.n_sites


def lattice(system):
    from sparse_nqs.hamiltonians.lattice import on_sites

    return on_sites(system)


def operator(system):
    import netket as nk

    length, width = system["extent"]
    words, weights = [], []
    for letter, dx, dy, weight in (("X", 1, 0, -1.0), ("Z", 0, 1, -system["coupling"])):
        for x in range(length - dx):
            for y in range(width - dy):
                pair = x * width + y, (x + dx) * width + y + dy
                words.append("".join(letter if i in pair else "I" for i in range(length * width)))
                weights.append(weight)
    return nk.operator.PauliStrings(nk.hilbert.Spin(0.5, length * width), words, weights)


def cluster_moves(system, table):
    from sparse_nqs.hamiltonians.moves import flip_sets_of

    return flip_sets_of(FAMILIES, lattice(system), table)


def columns(system):
    length, width = system["extent"]
    values = {"boundary": system["boundary"], "coupling": system["coupling"], "field": None}
    return {"length": length, "width": width, **values}


def solution(system):
    return None
''',
    "move_families/rows": '''"""All spins of one row."""


def flip_sets(lattice, table):
    from sparse_nqs.hamiltonians.moves import sets_of

    sites = range(lattice.n_sites)
    return sets_of([[i for i in sites if i % lattice.width == y] for y in range(lattice.width)], len(sites))


def misfit(system):
    return None


def count(system):
    return system.extent[1]


def added_rank(system, before):
    return None if before else system.extent[1]
''',
    "networks/linear": '''"""One weight a spin."""

from typing import Literal

from sparse_nqs.fields.network import NetworkOptions

LABEL, FACE, MARKER, PLACE = "linear", "#777777", "x", 9


class Options(NetworkOptions):
    """log psi = sum_i w_i s_i."""

    kind: Literal["linear"]

    def tensors(self, system):
        return tensors({}, system)


def tensors(network, place):
    return {"sum/kernel": (place.n_sites, 1)}


def build(network, lattice):
    from flax import linen as nn

    from sparse_nqs.networks.flax_network import flax_network

    class Linear(nn.Module):
        @nn.compact
        def __call__(self, sigma):
            return nn.Dense(1, use_bias=False, param_dtype="float64", name="sum")(sigma)[:, 0]

    return flax_network("linear", Linear(), lattice.n_sites, is_prunable=lambda name, shape: True)


def columns(network):
    return {"alpha": None}
''',
}

ALL_SPECS = """
from sparse_nqs.hashing.canonical import digest
from sparse_nqs.planning.specs.every import every_job
from sparse_nqs.reading import load_config
for name in ("config.yaml", "configs/paper.yaml"):
    print(*(f"{job.rule} {digest(job.spec)}" for job in every_job(load_config(name))), sep="\\n")
"""

USE = """
import json
from sparse_nqs import runtime
from sparse_nqs.figures import style, words
from sparse_nqs.hamiltonians import lattice
from sparse_nqs.networks import build_network
from sparse_nqs.planning import cost, specs
from sparse_nqs.reading import parse_config
from sparse_nqs.stages.compiling import compile_system
from sparse_nqs.stages.initialising import initial_state
runtime.configure()
config = parse_config({"studies": {"s": {
    "system": {"model": "compass", "extent": [3, 2]}, "network": {"kind": "linear"}, "pruning": {"rounds": 2}}}})
study = config.studies["s"]
mistake = compile_system(json.loads(specs.problem_spec(study))["system"])
print(mistake.table.n_sites, *((name, len(rows)) for name, rows in mistake.cluster_moves.items()))
spec = json.loads(specs.init_spec(study, 0))
state = initial_state(spec, build_network(spec["network"], lattice(spec["system"])))
print({name: value.shape for name, value in state.params.items()}, cost.dense(study).seconds > 0)
print(words.model("compass"), style.NETWORKS["linear"].label)
"""


@pytest.mark.slow
def test_new_systems_networks_and_moves_are_files_that_change_no_spec_and_that_a_study_can_name(tmp_path):
    package = EditedPackage(tmp_path)
    for name in ("workflow_scripts", "configs", "config.yaml", "examples"):
        (package.folder / name).symlink_to(SOURCE / name)
    before = package.run(ALL_SPECS)
    assert len(before.splitlines()) > 100
    for name, text in FILES.items():
        package.add(f"members/{name}.py", text)
    assert package.run(ALL_SPECS) == before
    mistake, state, looks = package.run(USE).splitlines()
    assert mistake == "6 ('rows', 2) ('bonds', 7)"
    assert state == "{'sum/kernel': (6, 1)} True"
    assert looks == "compass model linear"
