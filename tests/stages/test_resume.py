"""A training that is cut off goes on to the result it would have had, or starts again where it may not."""

import jax
import numpy as np
import pytest

from sparse_nqs.stages import resume, training
from sparse_nqs.stages.training import make_trainer, train_round, write_rounds
from sparse_nqs.storage.states import Origin
from sparse_nqs.vmc import training as vmc_training

from .small_problem import SEED_SPEC, TRAINING, tiny_state, write_tiny_problem

MOMENTUM = {"name": "sgd", "options": {"momentum": 0.9}}
# Its state has a single number beside the vectors, the count of steps.
ADAM = {"name": "adam", "options": {"b1": 0.5}}


class CutOffError(Exception):
    pass


def trainer_of(tmp_path, steps=10, **options):
    problem = tmp_path / "problem.safetensors"
    if not problem.exists():
        write_tiny_problem(problem)
    spec = SEED_SPEC | {"training": TRAINING | {"steps": steps, "update": MOMENTUM} | options}
    trainer = make_trainer(spec, "imp_wr", str(problem), str(tmp_path / "states"), [])
    return trainer._replace(resume=trainer.resume._replace(every=0.0))


def cut_off_after(blocks, monkeypatch):
    """A progress report that raises, as a kill would, when so many blocks are done."""

    def reporter(label, steps):
        done = []

        def report(step, history):
            done.append(step)
            if len(done) > blocks:
                raise CutOffError

        return report

    monkeypatch.setattr(training, "progress_reporter", reporter)


@pytest.fixture(autouse=True)
def short_blocks(monkeypatch):
    monkeypatch.setattr(vmc_training, "STEPS_PER_CALL", 3)


def run(trainer, round_index=2):
    start = tiny_state(round_index, density=0.7)
    state, history = train_round(trainer, round_index, start.params, start.masks)
    return state.params["kernel"], history.energy


@pytest.mark.parametrize("update", [MOMENTUM, ADAM], ids=["sgd", "adam"])
def test_a_training_goes_on_from_where_it_was_cut_off_bit_for_bit(update, tmp_path, monkeypatch, capsys):
    def trained():
        with jax.numpy_dtype_promotion("standard"):  # as Optax wants it
            return run(trainer_of(tmp_path, update=update))

    expected, energies = trained()
    resume.forget(trainer_of(tmp_path).resume)
    with monkeypatch.context() as context:
        cut_off_after(2, context)
        with pytest.raises(CutOffError):
            trained()
    capsys.readouterr()
    weights, energies_again = trained()
    assert "goes on after step 6" in capsys.readouterr().out
    np.testing.assert_array_equal(weights, expected)
    np.testing.assert_array_equal(energies_again, energies)


def test_a_training_that_diverged_once_goes_on_with_the_same_shift(tmp_path, monkeypatch, capsys):
    found, faults = vmc_training.find_fault, []

    def find_once(rows, block, theta, bounds):
        if len(rows) == 3 and not faults:
            faults.append(rows)
            block = np.full_like(block, np.inf)
        return found(rows, block, theta, bounds)

    def trainer():
        return trainer_of(tmp_path, divergence_retries=1)

    monkeypatch.setattr(vmc_training, "find_fault", find_once)
    expected, energies = run(trainer())
    resume.forget(trainer().resume)
    faults.clear()
    with monkeypatch.context() as context:
        cut_off_after(2, context)
        with pytest.raises(CutOffError):
            run(trainer())
    capsys.readouterr()
    start = tiny_state(2, density=0.7)
    state, history = train_round(trainer(), 2, start.params, start.masks)
    assert "goes on after step 6" in capsys.readouterr().out
    assert history.retries == 1
    np.testing.assert_array_equal(state.params["kernel"], expected)
    np.testing.assert_array_equal(history.energy, energies)


@pytest.mark.parametrize("change", ["settings", "inputs", "round", "damage"])
def test_what_does_not_belong_is_not_used(change, tmp_path, monkeypatch, capsys):
    with monkeypatch.context() as context:
        cut_off_after(1, context)
        with pytest.raises(CutOffError):
            run(trainer_of(tmp_path))
    trainer, round_index = trainer_of(tmp_path), 2
    if change == "settings":
        trainer = trainer_of(tmp_path, learning_rate=0.01)
    elif change == "inputs":
        other = resume.make_resume(trainer.resume.output, {}, [])
        trainer = trainer._replace(resume=other)
    elif change == "round":
        round_index = 3
    else:
        path = tmp_path / "states.resume_step"
        path.write_bytes(path.read_bytes()[:100])
    capsys.readouterr()
    _, energies = run(trainer, round_index)
    printed = capsys.readouterr().out
    assert "goes on" not in printed
    assert len(energies) == 10
    if change == "damage":
        assert "resume point ignored" in printed and "states.resume_step" in printed


def test_rounds_that_are_done_are_kept_and_forgotten_at_the_end(tmp_path):
    trainer = trainer_of(tmp_path)
    start = tiny_state(1, density=0.9)
    rounds = [train_round(trainer, 1, start.params, start.masks)]
    resume.keep_rounds(trainer.resume, trainer.origin, rounds)
    ((state, history),) = resume.kept_rounds(trainer.resume, trainer.origin)
    np.testing.assert_array_equal(state.params["kernel"], rounds[0][0].params["kernel"])
    np.testing.assert_array_equal(state.masks["kernel"], rounds[0][0].masks["kernel"])
    np.testing.assert_array_equal(history.energy, rounds[0][1].energy)
    # Another job's, by its settings or by its place.
    assert resume.kept_rounds(trainer_of(tmp_path, steps=20).resume, trainer.origin) == []
    assert resume.kept_rounds(trainer.resume, Origin("other", 3, "imp_wr")) == []
    write_rounds(trainer, rounds, tmp_path / "states", tmp_path / "history")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["history", "problem.safetensors", "states"]
