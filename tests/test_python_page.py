"""The blocks of docs/python.md, run as they stand there."""

import numpy as np
import pytest
from pages import code_blocks

from sparse_nqs.groups import active_counts


@pytest.mark.slow
def test_the_page_is_true(capsys):
    names = {}
    for block in code_blocks("python.md", "python"):
        exec(block, names)
    printed = capsys.readouterr().out
    assert "by ed" in printed
    states = [trained.state for trained in names["rounds"]]
    masks = [state.masks["kernel"] for state in states]
    assert [int(mask.sum()) for mask in masks] == list(active_counts(9 * 18, 0.3, 5))
    for state in states:
        assert not state.params["kernel"][~state.masks["kernel"]].any()
    assert names["weights"][names["mask"]].all()
    errors = np.array(names["errors"])
    assert (errors > 0).all()
    assert errors[:3].max() < 1e-3
    assert 0.9 < min(names["fidelities"]) <= max(names["fidelities"]) <= 1 + 1e-12
    assert names["reference"].energy < names["lonely"] < 0.99 * names["reference"].energy
