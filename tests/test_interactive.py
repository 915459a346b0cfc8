"""What `import sparse_nqs as snqs` offers. tests/workflow/test_smallest.py compares its numbers with the workflow's."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import sparse_nqs as snqs
from sparse_nqs import interactive
from sparse_nqs.messages import ConfigError

SOURCE = Path(snqs.__file__).parents[1]
SMALL = {
    "system": {"model": "tfim", "extent": [2, 2], "field": 1.5},
    "network": {"kind": "ffnn", "alpha": 2},
    "training": {"samples": 32, "chains": 32, "dense_steps": 20, "round_steps": 5},
    "pruning": {"ratio": 0.3, "rounds": 2},
}


def test_importing_it_imports_no_library():
    code = "import sys, sparse_nqs; print(*{name.split('.')[0] for name in sys.modules})"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=SOURCE, capture_output=True, text=True, check=True
    )
    loaded = set(done.stdout.split())
    assert "sparse_nqs" in loaded
    assert loaded & {"jax", "numpy", "pandas", "pydantic", "netket", "flax", "scipy", "matplotlib"} == set()


def test_all_its_names_are_there():
    assert set(snqs.__all__) == set(interactive.__all__)
    for name in snqs.__all__:
        assert getattr(snqs, name) is getattr(interactive, name)
        assert name in dir(snqs)
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        snqs.nothing  # noqa: B018


def test_a_study_is_checked_like_a_config():
    with pytest.raises(ConfigError, match=r"studies.study.system.field"):
        snqs.study({**SMALL, "system": {"model": "tfim", "extent": [2, 2], "field": "strong"}})
    assert snqs.read_study(SOURCE / "config.yaml", "toric_3x3").n_sites == 18


@pytest.mark.parametrize(("target", "steps"), [("init", 0), (7, 7)])
def test_survivors_go_back_to_the_rewind_target(target, steps, monkeypatch):
    study = snqs.study({**SMALL, "pruning": {**SMALL["pruning"], "rewind_to": target}})
    experiment = snqs.experiment(study)
    dense = snqs.train(experiment)
    begun = []

    def look(of, procedure, k, params, masks, count, draw=0):
        begun.append((params["kernel"], masks["kernel"]))
        return snqs.Trained(procedure, dense.state._replace(round=k, params=params, masks=masks))

    wanted = snqs.train(experiment, steps) if steps else snqs.initialise(experiment)
    monkeypatch.setattr(interactive, "train", lambda of, count: wanted)
    monkeypatch.setattr(interactive, "_train", look)
    snqs.prune(experiment, dense, rounds=1)
    ((params, mask),) = begun
    np.testing.assert_array_equal(params, np.where(mask, wanted.state.params["kernel"], 0.0))
