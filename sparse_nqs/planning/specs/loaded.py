"""What jobs load by a computed name, which the fingerprint of their code cannot see: "module" or "module:name,name".

Of a member only those definitions are named that a job of the kind reaches, so that a label or a meaning concerns no
training. Members that a study does not name are in none of its specs.
"""

from collections.abc import Iterable

from sparse_nqs.blocks import Block
from sparse_nqs.config import Config, Study
from sparse_nqs.config.figure_needs import studies_named
from sparse_nqs.members.loading import load


def _member(kind: str, name: str, definitions: Iterable[str]) -> str:
    """A member's module, and those of these definitions that it has."""
    module = load(kind, name)
    return f"{module.__name__}:{','.join(each for each in definitions if hasattr(module, each))}"


def of_network(study: Study) -> list[str]:
    """What initialising a study's network loads."""
    return [f"sparse_nqs.networks.{study.network.kind}:build"]


def of_training(study: Study, procedure: str) -> list[str]:
    """What a training loads."""
    return [*of_network(study), _member("procedures", procedure, ("KEY", "KIND", "start"))]


def of_measurement(study: Study, block: Block) -> list[str]:
    """What a measurement of a block loads; the procedure has a part in its random numbers."""
    return [*of_network(study), _member("procedures", block.procedure, ("KEY",))]


def of_figure(config: Config, name: str) -> list[str]:
    """What a figure loads: its kind, and how the procedures look that it may draw."""
    figure = config.figures[name]
    drawn = {"dense", "imp_wr"}  # marks and captions name these whatever is drawn
    if (matrix := getattr(figure, "matrix", None)) is not None:
        drawn |= set(config.fidelity_matrices[matrix].procedures)
    for study in map(config.studies.__getitem__, studies_named(figure)):
        drawn |= {*study.pruning.procedures, *study.isolated.procedures}
    looks = ("KIND", "LABEL", "SYMBOL", "COLOUR", "MARKER", "LINE")
    return [
        _member("figures", figure.kind, ("TABLES", "OPTIONAL_TABLES", "draw", "caption")),
        *(_member("procedures", procedure, looks) for procedure in sorted(drawn)),
    ]
