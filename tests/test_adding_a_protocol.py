"""The example of docs/adding-a-protocol.md, as it stands there."""

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


@pytest.fixture(scope="module")
def package(tmp_path_factory) -> EditedPackage:
    function, name, _ = code_blocks(PAGE, "python")
    package = EditedPackage(tmp_path_factory.mktemp("protocol"))
    package.insert("protocols.py", function + "\n\n", before="_PARTITIONS: ")
    package.insert("protocols.py", name, before='    "hybrid_global": ')
    return package


def test_the_smallest_weights_of_the_whole_network_go(package):
    import jax

    program = code_blocks(PAGE, "python")[2]
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


def test_a_config_may_name_it_and_its_random_twin(package):
    (text,) = code_blocks(PAGE, "yaml")
    config = yaml.safe_load(text)
    for name, score in {"network_global": "magnitude", "network_random_global": "random"}.items():
        config["studies"]["residual"]["pruning"]["protocol"] = name
        program = (
            "import json; from sparse_nqs.reading import parse_config; from sparse_nqs.protocols import score_of\n"
            f"study = parse_config(json.loads({json.dumps(config)!r})).studies['residual']\n"
            "print(study.protocol, score_of(study.protocol))"
        )
        assert package.run(program).split() == [name, score]
