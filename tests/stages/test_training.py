import jax
import numpy as np
import pytest

from sparse_nqs.pruning import build_protocol, procedure_key
from sparse_nqs.stages import training
from sparse_nqs.stages.training import make_trainer, protocol_of, train_round, write_rounds
from sparse_nqs.storage.states import MEASURED, Origin, read_histories, read_states
from sparse_nqs.vmc import DivergedError, History, TrainingOptions

from .small_problem import SEED_SPEC, TRAINING, tiny_state, write_tiny_problem

SPEC = SEED_SPEC | {"training": TRAINING, "pruning": {"protocol": "random_layerwise", "ratio": 0.2}}


@pytest.fixture(scope="module")
def trainer(tmp_path_factory):
    path = tmp_path_factory.mktemp("problems") / "tiny.safetensors"
    write_tiny_problem(path)
    return make_trainer(SPEC, "imp_wr", path, str(path.with_name("states")), [])


def test_a_trainer_is_what_its_spec_says(trainer):
    assert trainer.origin == Origin("tiny", 3, "imp_wr")
    assert trainer.options == TrainingOptions(64, 64, 1, 5, 0.05, 0.001)
    assert trainer.steps == 4
    assert trainer.network.shapes == {"kernel": (4, 8)}
    # Four single flips and the flip of all.
    assert [group.shape for group in trainer.system.moves] == [(4, 1), (1, 4)]
    assert protocol_of(SPEC, trainer.network) == build_protocol("random_layerwise", ("kernel",), 0.2)


def test_rounds_are_trained_and_written(trainer, tmp_path, capsys):
    start = tiny_state(2, density=0.7)
    rounds = [train_round(trainer, 2, start.params, start.masks) for _ in range(2)]
    (state, history), (again, _) = rounds
    np.testing.assert_array_equal(state.params["kernel"], again.params["kernel"])
    mask = start.masks["kernel"]
    assert (state.round, state.steps, history.round) == (2, 4, 2)
    assert (state.params["kernel"][~mask] == 0.0).all()
    assert (state.params["kernel"][mask] != start.params["kernel"][mask]).any()
    assert history.energy.shape == history.variance.shape == history.acceptance.shape == (4,)
    assert history.seconds > 0.0
    # Every step's energy is one of a state of this Hamiltonian, whose spectrum is bounded by the coefficients.
    assert (np.abs(history.energy) < 12.0).all()
    assert (history.variance > 0.0).all()
    printed = capsys.readouterr().out
    assert f"tiny seed 3 imp_wr round 2: {mask.sum()} prunable weights survive\n" in printed
    assert "tiny seed 3 imp_wr round 2: step 4/4, energy " in printed

    states_path, history_path = tmp_path / "states", tmp_path / "history"
    write_rounds(trainer, rounds[:1], states_path, history_path)
    (read,) = read_states(states_path, Origin("tiny", 3, "imp_wr"))
    np.testing.assert_array_equal(read.params["kernel"], state.params["kernel"])
    np.testing.assert_array_equal(read_histories(history_path)[0].energy, history.energy)


def test_each_round_draws_from_its_own_key(trainer, monkeypatch):
    keys = []

    def record(state, system, options, *, key, steps, **more):
        keys.append(key)
        return state.params, History(*np.zeros((len(MEASURED), steps))), 1.0

    monkeypatch.setattr(training, "train", record)
    start = tiny_state(0)
    for round_index in (1, 2):
        train_round(trainer, round_index, start.params, start.masks)
    expected = [procedure_key(3, "imp_wr", round_index, "training") for round_index in (1, 2)]
    np.testing.assert_array_equal(
        jax.random.key_data(jax.numpy.stack(keys)), list(map(jax.random.key_data, expected))
    )


def test_a_divergence_says_where_and_keeps_the_history(trainer, tmp_path, monkeypatch, capsys):
    rows = np.random.default_rng(0).normal(size=(17, len(MEASURED)))

    def diverge(*args, hooks, **kwargs):
        hooks.warn("energy nan at step 12; goes on")
        raise DivergedError("energy nan at step 17; the last good values are energy -1", rows)

    monkeypatch.setattr(training, "train", diverge)
    output = tmp_path / "states"
    trainer = trainer._replace(resume=trainer.resume._replace(output=str(output)))
    start = tiny_state(0)
    kept = tmp_path / "states.diverged_history"
    message = rf"^tiny seed 3 imp_wr round 6: energy nan at step 17; .*; the steps until then are in {kept}$"
    with pytest.raises(DivergedError, match=message):
        train_round(trainer, 6, start.params, start.masks)
    assert "tiny seed 3 imp_wr round 6: energy nan at step 12; goes on\n" in capsys.readouterr().out
    (history,) = read_histories(kept, trainer.origin, [6])
    np.testing.assert_array_equal(history.energy, rows[:, 0])
    np.testing.assert_array_equal(history.acceptance, rows[:, 2])
    # A later success takes it away.
    monkeypatch.undo()
    rounds = [train_round(trainer, 6, start.params, start.masks)]
    write_rounds(trainer, rounds, output, tmp_path / "history")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["history", "states"]
