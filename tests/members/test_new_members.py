"""A new score, partition, procedure or observable is one new file: a study can name it."""

import pytest
from edited import SOURCE, EditedPackage
from new_members import FILES

USE = """
import numpy as np, jax
from sparse_nqs import runtime
from sparse_nqs.evaluation import exact_observables, products_of
from sparse_nqs.figures import style, words
from sparse_nqs.hamiltonians import Lattice
from sparse_nqs.planning import layout, specs
from sparse_nqs.pruning import build_protocol, chain_start, isolated_start, procedure_key, prune
from sparse_nqs.reading import parse_config
runtime.configure()
config = parse_config({"studies": {"s": {
    "system": {"model": "tfim", "extent": [2, 2]}, "network": {"kind": "ffnn", "alpha": 2},
    "pruning": {"procedures": ["imp_wr", "regrown"], "protocol": "all_fresh_network", "rounds": 2},
    "isolated": {"procedures": ["t_negative_imp"], "rounds": [1]}, "observables": ["neighbours"]}}})
study = config.studies["s"]
blocks = layout.all_blocks(study, 5)
print(*[block.name for block in blocks])
for spec_of in (specs.training_spec, specs.evaluation_spec, specs.observables_spec):
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
psi = np.outer([1.0, 1.0, 1.0, 2.0], [4.0, 2.0, 1.0, 3.0]).ravel()
(found,) = exact_observables(np.log(psi), products_of(study.observables, Lattice(2, 2)))
print(found.sites.tolist(), found.value.round(9).tolist())
print(style.PROCEDURES["regrown"].colour, words.PROCEDURES["t_negative_imp"])
"""


@pytest.fixture(scope="module")
def package(tmp_path_factory) -> EditedPackage:
    package = EditedPackage(tmp_path_factory.mktemp("members"))
    (package.folder / "workflow_scripts").symlink_to(SOURCE / "workflow_scripts")
    for name, text in FILES.items():
        package.add(f"members/{name}.py", text)
    return package


def test_a_study_can_name_what_is_a_new_file(package):
    blocks, pruned, grown, negative, neighbours, looks = package.run(USE).splitlines()
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
    # Amplitudes 4, 2, 1, 3 of the first two spins: (16 - 4 - 1 + 9) / 30; of the others (1 - 1 - 1 + 4) / 7.
    assert neighbours == "[[0, 1], [2, 3]] [0.666666667, 0.428571429]"
    assert looks == "#117733 T(-init, imp)"
