"""What jobs load by a computed name, which the fingerprint of their code cannot see: "module" or "module:name,name".

Of a member only those definitions are named that a job of the kind reaches, so that a label or a meaning concerns no
training. Members that a study does not name are in none of its specs.
"""

import itertools
from collections.abc import Iterable

from sparse_nqs.blocks import DENSE, Block
from sparse_nqs.config import Config, Study
from sparse_nqs.config.figure_needs import studies_named
from sparse_nqs.config.pruning import CHAINS
from sparse_nqs.members.figures import columns_of
from sparse_nqs.members.loading import load, names
from sparse_nqs.members.protocols import partition_of, score_of
from sparse_nqs.members.systems import toric_code


def _member(kind: str, name: str, definitions: Iterable[str]) -> list[str]:
    """A member's module with those of these definitions that it has; nothing if it has none."""
    module = load(kind, name)
    there = [each for each in definitions if hasattr(module, each)]
    return [f"{module.__name__}:{','.join(there)}"] if there else []


def of_lattice(study: Study) -> list[str]:
    """How a study's spins lie."""
    return _member("systems", study.system.model, ("lattice",))


def of_problem(study: Study) -> list[str]:
    """What compiling a study's Hamiltonian loads, with the sampler's moves."""
    return _of_problem(study.system.model, study.system.families)


def _of_problem(model: str, families: tuple[str, ...]) -> list[str]:
    # A user's own clusters are no members.
    known = [family for family in families if family in names("move_families")]
    return [
        *_member("systems", model, ("lattice", "operator", "cluster_moves")),
        *(entry for family in known for entry in _member("move_families", family, ("flip_sets",))),
    ]


def of_reference(study: Study) -> list[str]:
    """What a reference energy loads."""
    functions = ("solution", "exact_ground_level", "ground_state_by_dmrg")
    return _member("systems", study.system.model, functions)


def of_tables(study: Study) -> list[str]:
    """What the tables of a study load: the columns that its members fill."""
    named = (("systems", study.system.model), ("networks", study.network.kind))
    return [entry for kind, name in named for entry in _member(kind, name, ("columns",))]


def of_plaquette_networks() -> list[str]:
    """What the toric code's analytic networks load."""
    return [*_of_network("ffnn"), *_of_problem("toric_code", toric_code.FAMILIES)]


def of_network(study: Study) -> list[str]:
    """What initialising a study's network loads."""
    return [*_of_network(study.network.kind), *of_lattice(study)]


def _of_network(kind: str) -> list[str]:
    return _member("networks", kind, ("build", "tensors"))


def of_training(study: Study, procedure: str) -> list[str]:
    """What a training loads."""
    found = [*of_network(study), *_member("procedures", procedure, ("KEY", "KIND", "start"))]
    if procedure != DENSE.procedure:
        found += _member("partitions", partition_of(study.protocol), ("groups",))
    if procedure in CHAINS:
        score = getattr(load("procedures", procedure), "SCORE", score_of(study.protocol))
        found += _member("scores", score, ("scores",))
    return found


def of_measurement(study: Study, block: Block) -> list[str]:
    """What a measurement of a block loads; the procedure has a part in its random numbers."""
    return [*of_network(study), *_member("procedures", block.procedure, ("KEY",))]


def of_observables(study: Study, block: Block) -> list[str]:
    """What measuring the observables of a block loads."""
    of_each = [_member("observables", name, ("LETTER", "sites")) for name in study.observables]
    return [*of_measurement(study, block), *itertools.chain.from_iterable(of_each)]


def of_figure(config: Config, name: str) -> list[str]:
    """What a figure loads: its kind, and how the members look and are called that it may draw."""
    figure = config.figures[name]
    names_drawn = studies_named(figure)
    procedures = {"dense", "imp_wr"}  # marks and captions name these whatever is drawn
    if (matrix := getattr(figure, "matrix", None)) is not None:
        compared = config.fidelity_matrices[matrix]
        names_drawn |= set(compared.studies)
        procedures |= set(compared.procedures)
    drawn = [config.studies[study] for study in sorted(names_drawn)]
    # A matrix says which procedures it compares; its studies may have others.
    for study in map(config.studies.__getitem__, studies_named(figure)):
        procedures |= {*study.pruning.procedures, *study.isolated.procedures}
    models = {study.system.model for study in drawn} | {part.system["model"] for part in figure.measured()}
    kinds = {study.network.kind for study in drawn}
    looks: tuple[str, ...] = ("KIND", "LABEL", "SYMBOL", "COLOUR", "MARKER", "LINE")
    named = [("procedures", procedure, looks) for procedure in sorted(procedures)]
    named += [("systems", model, ("LABEL",)) for model in sorted(models)]
    computed = ("TABLE", "LABEL", "SYMBOL", "values")
    columns = columns_of(figure.kind, figure.model_dump())
    named += [("columns", column, computed) for column in columns if not column.startswith("options.")]
    named += [("networks", kind, ("LABEL", "FACE", "MARKER", "PLACE")) for kind in sorted(kinds)]
    return [
        *_member("figures", figure.kind, ("TABLES", "OPTIONAL_TABLES", "COLUMNS", "draw", "caption")),
        *(entry for kind, member, definitions in named for entry in _member(kind, member, definitions)),
    ]
