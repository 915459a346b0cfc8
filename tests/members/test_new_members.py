"""A new score, partition, procedure or observable is one new file: it changes no spec, and a study can name it."""

import pytest
from edited import SOURCE, EditedPackage

CONFIGS = ("config.yaml", "configs/paper.yaml")

# By the file below members/. The isolated training and the growing chain are such as a study of them would want.
FILES = {
    "scores/fresh": '''"""Largest first."""

MEANING = "the largest weights"


def scores(context):
    """-|theta_i|."""
    return {name: -abs(context.weights[name]) for group in context.groups for name in group.tensors}
''',
    "partitions/all_network": '''"""One threshold."""

from sparse_nqs.groups import Group, Tensors

MEANING = "the whole network"


def groups(tensors: Tensors, ratio: float) -> tuple[Group, ...]:
    """One group."""
    return (Group(tensors, ratio),)
''',
    "procedures/regrown": '''"""As many weights as IMP-WR has, of which one place is drawn anew."""

KIND = "chain"
REWINDS = False
MEANING = "magnitude pruning, one weight regrown"
LABEL = "regrown"
SYMBOL = "regrown"
COLOUR = "#117733"
MARKER = "X"
LINE = "-"


def start(before):
    """Pruned, all of the first row back."""
    from sparse_nqs.pruning import apply_masks, prune

    masks = prune(before.protocol, before.trained, before.masks, before.key)
    for mask in masks.values():
        mask[0] = True
    return apply_masks(before.trained, masks), masks
''',
    "procedures/t_negative_imp": '''"""The initial weights with their signs turned."""

KIND = "isolated"
DRAWN = False
MEANING = "minus the initial weights under the mask of IMP-WR"
LABEL = "T(-init, imp)"
SYMBOL = "$T(-init, imp)$"
COLOUR = "#332288"
MARKER = "p"
LINE = "-"


def start(ticket):
    """-theta_init under m_k."""
    from sparse_nqs.pruning import apply_masks

    return apply_masks({name: -value for name, value in ticket.init.items()}, ticket.masks), ticket.masks
''',
}

ALL_SPECS = """
from pathlib import Path
from sparse_nqs.hashing.canonical import digest
from sparse_nqs.planning import layout, specs
from sparse_nqs.reading import load_config
for name in CONFIGS:
    config = load_config(Path(name))
    made = [specs.published_spec(config), specs.references_spec(config), specs.run_page_spec(config)]
    for study in config.studies.values():
        # One block a procedure: those of another round differ by its number.
        blocks = {block.procedure: block for block in layout.all_blocks(study, config.rounds_per_job)}
        for block in blocks.values():
            about = (study, study.seeds[0], block)
            made += [specs.evaluation_spec(*about), specs.observables_spec(*about)]
            if block.procedure in study.pruning.procedures:
                made.append(specs.fidelity_spec(*about))
    for matrix in config.fidelity_matrices:
        made.append(specs.pairs_spec(config, matrix))
    for figure in config.figures:
        made.append(specs.figure_spec(config, figure))
    print(name, len(made), *map(digest, made))
"""

USE = """
import numpy as np, jax
from sparse_nqs import runtime
from sparse_nqs.figures import style, words
from sparse_nqs.planning import layout, specs
from sparse_nqs.pruning import build_protocol, chain_start, isolated_start, procedure_key, prune
from sparse_nqs.reading import parse_config
runtime.configure()
config = parse_config({"studies": {"s": {
    "system": {"model": "tfim", "extent": [2, 2]}, "network": {"kind": "ffnn", "alpha": 2},
    "pruning": {"procedures": ["imp_wr", "regrown"], "protocol": "all_fresh_network", "rounds": 2},
    "isolated": {"procedures": ["t_negative_imp"], "rounds": [1]}}}})
study = config.studies["s"]
blocks = layout.all_blocks(study, 5)
print(*[block.name for block in blocks])
for spec_of in (specs.training_spec, specs.evaluation_spec):
    assert len({spec_of(study, 0, block) for block in blocks}) == len(blocks)
weights = {"a": np.array([1.0, 2.0, 3.0]), "b": np.array([4.0, 5.0])}
masks = {name: np.ones(value.shape, bool) for name, value in weights.items()}
key = procedure_key(0, "regrown", 1, "masks")
protocol = build_protocol(study.protocol, ("a", "b"), 0.4)
print(*[prune(protocol, weights, masks, key)[name].astype(int).tolist() for name in "ab"])
start, grown = chain_start("regrown", weights, masks, weights, protocol, key)
print(*[np.asarray(start[name]).tolist() for name in "ab"])
start, _ = isolated_start("t_negative_imp", weights, grown, protocol, fresh_init=None, weights_key=key, masks_key=key)
print(*[np.asarray(start[name]).tolist() for name in "ab"])
print(style.PROCEDURES["regrown"].colour, words.PROCEDURES["t_negative_imp"])
"""


@pytest.fixture(scope="module")
def package(tmp_path_factory) -> EditedPackage:
    package = EditedPackage(tmp_path_factory.mktemp("members"))
    for name in ("workflow_scripts", "configs", "config.yaml", "examples"):
        (package.folder / name).symlink_to(SOURCE / name)
    return package


def test_new_members_are_files_that_change_no_spec_and_that_a_study_can_name(package):
    every = f"CONFIGS = {CONFIGS}\n{ALL_SPECS}"
    before = package.run(every)
    for name, text in FILES.items():
        package.add(f"members/{name}.py", text)
    assert package.run(every) == before
    blocks, pruned, grown, negative, looks = package.run(USE).splitlines()
    assert blocks.split() == [
        "dense/rounds_0000-0000",
        "imp_wr/rounds_0001-0002",
        "regrown/rounds_0001-0002",
        "t_negative_imp/rounds_0001-0001",
    ]
    # 0.4 of the five go, the largest two, both of one tensor.
    assert pruned == "[1, 1, 1] [0, 0]"
    assert grown == "[1.0, 2.0, 3.0] [4.0, 0.0]"
    assert negative == "[-1.0, -2.0, -3.0] [-4.0, 0.0]"
    assert looks == "#117733 T(-init, imp)"
