"""The examples of docs/adding-a-protocol.md, as they stand there."""

import ast
import json

import numpy as np
import pytest
import yaml
from edited import EditedPackage
from pages import code_blocks

from sparse_nqs.hamiltonians import Lattice
from sparse_nqs.networks import build_network

PAGE = "adding-a-protocol.md"
PARTITION, SCORE, PROGRAM, PROCEDURE = range(4)


@pytest.fixture(scope="module")
def package(tmp_path_factory) -> EditedPackage:
    blocks = code_blocks(PAGE, "python")
    package = EditedPackage(tmp_path_factory.mktemp("protocol"))
    package.add("members/partitions/network_global.py", blocks[PARTITION])
    package.add("members/scores/relative.py", blocks[SCORE])
    package.add("members/procedures/t_sign_imp.py", blocks[PROCEDURE])
    return package


def test_the_smallest_weights_of_the_whole_network_go(package):
    import jax

    program = code_blocks(PAGE, "python")[PROGRAM]
    counts = [ast.literal_eval(line.split(" ", 1)[1]) for line in package.run(program).splitlines()]
    # The same by hand: sort all magnitudes at once.
    network = build_network({"kind": "res_cnn", "features": 2, "blocks": 1}, Lattice(3, 3))
    weights = network.init(jax.random.key(0))
    tensors = {name: np.abs(np.asarray(weights[name])) for name in network.prunable}
    magnitudes = np.sort(np.concatenate([tensor.ravel() for tensor in tensors.values()]))
    left = magnitudes.size
    for round_counts in counts:
        left -= round(0.2 * left)
        threshold = magnitudes[magnitudes.size - left]
        assert round_counts == {name: int((tensor >= threshold).sum()) for name, tensor in tensors.items()}
    assert len(counts) == 4


def test_a_config_may_name_the_partition_with_every_score(package):
    (text,) = code_blocks(PAGE, "yaml")
    config = yaml.safe_load(text)
    scores = {"network_global": "magnitude", "network_random_global": "random"}
    for name, score in {
        **scores,
        "network_relative_global": "relative",
        "relative_layerwise": "relative",
    }.items():
        config["studies"]["residual"]["pruning"]["protocol"] = name
        program = (
            "import json; from sparse_nqs.reading import parse_config\n"
            "from sparse_nqs.members.protocols import score_of\n"
            f"study = parse_config(json.loads({json.dumps(config)!r})).studies['residual']\n"
            "print(study.protocol, score_of(study.protocol))"
        )
        assert package.run(program).split() == [name, score]


def test_the_score_and_the_start_are_those_of_the_page(package):
    program = (
        "import numpy as np; from sparse_nqs import runtime; runtime.configure()\n"
        "from sparse_nqs.pruning import build_protocol, full_masks, isolated_start, procedure_key, prune\n"
        "w = {'kernel': np.array([[1.0, -9.0], [-0.5, 0.5]])}\n"
        "protocol = build_protocol('relative_layerwise', ('kernel',), 0.25)\n"
        "masks = prune(protocol, w, full_masks({'kernel': (2, 2)}, ('kernel',)), None)\n"
        "print(masks['kernel'].astype(int).tolist())\n"
        "key = procedure_key(0, 't_sign_imp', 1, 'weights')\n"
        "start, _ = isolated_start('t_sign_imp', w, masks, protocol, fresh_init=None, weights_key=key, masks_key=key)\n"
        "print(np.asarray(start['kernel']).tolist())\n"
    )
    # Against their rows the weights are 0.1, 0.9, 0.5 and 0.5; by magnitude alone the last row would lose one.
    assert package.run(program).splitlines() == ["[[0, 1], [1, 1]]", "[[0.0, -2.75], [-2.75, 2.75]]"]
