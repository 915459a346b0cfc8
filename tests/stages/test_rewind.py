"""A rewind point is the dense training up to a step: the same weights, whatever comes after."""

import jax
import numpy as np
import pytest

from sparse_nqs.stages.training import make_trainer, train_round
from sparse_nqs.vmc import steps as vmc_steps

from .small_problem import SEED_SPEC, TRAINING, tiny_state, write_tiny_problem

STEPS = 30


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """Dense training for some steps: the final weights, the energies, the weights after every compiled block."""
    path = tmp_path_factory.mktemp("problems") / "tiny.safetensors"
    write_tiny_problem(path)
    start = tiny_state(0)

    def run(steps):
        spec = SEED_SPEC | {"training": TRAINING | {"steps": steps}}
        trainer = make_trainer(spec, "dense", path, str(path.with_name("states")), [])
        seen = []
        original = vmc_steps._run_compiled

        def record(*arguments, **options):
            result = original(*arguments, **options)
            seen.append(jax.tree.leaves(result[0]))
            return result

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(vmc_steps, "_run_compiled", record)
            state, history = train_round(trainer, 0, start.params, start.masks)
        return state.params, history.energy, seen[1:]

    return run


def test_a_prefix_of_the_dense_training_is_the_same_training(run):
    block = vmc_steps.STEPS_PER_CALL
    assert block < STEPS
    _, energies, after_blocks = run(STEPS)
    # The energies of step t are those of the weights after t steps, so they agree only if all weights do.
    for steps in (1, 7, block, block + 1):
        np.testing.assert_array_equal(run(steps)[1], energies[:steps])
    _, _, (prefix,) = run(block)
    for leaf, expected in zip(prefix, after_blocks[0], strict=True):
        np.testing.assert_array_equal(leaf, expected)


def test_prefixes_follow_each_other(run):
    (before, _, _), (after, _, _) = run(7), run(8)
    change = np.abs(before["kernel"] - after["kernel"])
    assert 0 < change.max() < 0.5
