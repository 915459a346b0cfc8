import jax
import jax.numpy as jnp
import numpy as np
import pytest
from cases import SYSTEMS, all_configurations, table_matrix
from jax.sharding import AxisType, NamedSharding, PartitionSpec

from sparse_nqs.hamiltonians import Lattice, build_operator, cluster_moves, compile_operator
from sparse_nqs.networks import MaskedNetwork, build_network
from sparse_nqs.vmc import (
    DeviceSystem,
    DivergedError,
    Hooks,
    TrainingOptions,
    couplings,
    sampler_moves,
    train,
    training,
)

SYSTEM = SYSTEMS["tfim_periodic"]
TABLE = compile_operator(build_operator(SYSTEM))
SYSTEM_ARRAYS = DeviceSystem(couplings(TABLE), sampler_moves(cluster_moves(SYSTEM, TABLE), TABLE.n_sites))
OPTIONS = TrainingOptions(
    samples=256, chains=256, sweeps=1, thermalisation=20, learning_rate=0.05, diagonal_shift=1e-3
)
TRACES = []


def counting(network):
    """The network, noting every compilation of the training step."""
    path = network.flip_path

    def pullback(*arguments):
        TRACES.append("step")
        return path.derivatives.pullback(*arguments)

    derivatives = path.derivatives._replace(pullback=pullback)
    return network._replace(flip_path=path._replace(derivatives=derivatives))


NETWORK = counting(build_network({"kind": "ffnn", "alpha": 2, "init_std": 0.05}, Lattice(TABLE.n_sites, 1)))
FULL = {"kernel": np.ones(NETWORK.shapes["kernel"], dtype=bool)}
PARAMS = NETWORK.init(jax.random.key(0))


def run(*, masks=FULL, params=PARAMS, options=OPTIONS, steps=60, seed=1, **hooks):
    key = jax.random.key(seed)
    state = MaskedNetwork(NETWORK, params, masks)
    return train(state, SYSTEM_ARRAYS, options, steps=steps, key=key, hooks=Hooks(**hooks))


def without_five(seed):
    """A mask of the same padded size as the full one."""
    mask = np.ones(NETWORK.shapes["kernel"], dtype=bool)
    mask.flat[np.random.default_rng(seed).choice(mask.size, size=5, replace=False)] = False
    return {"kernel": mask}


def exact(params):
    """(energy, variance, ground energy) of a network by the full matrix."""
    configurations = all_configurations(TABLE.n_sites)
    matrix = table_matrix(TABLE, configurations)
    psi = np.exp(np.maximum(configurations @ np.asarray(params["kernel"]), 0.0).sum(axis=1))
    psi /= np.linalg.norm(psi)
    energy = psi @ matrix @ psi
    return energy, np.sum((matrix @ psi - energy * psi) ** 2), np.linalg.eigvalsh(matrix)[0]


@pytest.fixture(scope="module")
def first_run():
    return run()


def test_the_energy_converges_to_the_ground_state():
    params, history, seconds = run(steps=150)
    energy, variance, ground = exact(params)
    assert energy >= ground - 1e-9
    assert energy == pytest.approx(ground, rel=1e-3)
    error = np.sqrt(history.variance[-50:].mean() / (50 * OPTIONS.samples))
    assert history.energy[-50:].mean() == pytest.approx(energy, abs=10 * error + 1e-3)
    assert history.energy[0] > ground + 1.0
    assert seconds > 0.0
    assert variance < 0.1


def test_the_same_key_gives_the_same_result_and_another_does_not(first_run):
    params, history, _ = run()
    np.testing.assert_array_equal(params["kernel"], first_run[0]["kernel"])
    np.testing.assert_array_equal(history.energy, first_run[1].energy)
    assert (run(seed=2)[1].energy != first_run[1].energy).all()


@pytest.mark.parametrize("kind", [AxisType.Auto, AxisType.Explicit])
def test_nothing_is_compiled_once_more_whatever_mesh_the_process_has(kind, first_run):
    compiled = []

    def note(event, *_, **__):
        if event == "/jax/core/compile/backend_compile_duration":
            compiled.append(event)

    # NetKet sets a mesh of the first kind when it is imported, and what is computed then lies on it.
    mesh = jax.make_mesh((1,), ("S",), axis_types=(kind,))
    with jax.set_mesh(mesh):
        start, system, key = jax.device_put(
            (PARAMS, SYSTEM_ARRAYS, jax.random.key(1)), NamedSharding(mesh, PartitionSpec())
        )
        jax.monitoring.register_event_duration_secs_listener(note)
        params, history, _ = train(MaskedNetwork(NETWORK, start, FULL), system, OPTIONS, steps=60, key=key)
        jax.monitoring.unregister_event_duration_listener(note)
    assert not compiled
    np.testing.assert_array_equal(params["kernel"], first_run[0]["kernel"])
    np.testing.assert_array_equal(history.energy, first_run[1].energy)


@pytest.mark.parametrize("count", [1, 7, 20])
def test_the_result_does_not_depend_on_how_many_steps_a_call_does(count, first_run, monkeypatch):
    monkeypatch.setattr(training, "STEPS_PER_CALL", count)
    reports = []
    params, history, _ = run(report=lambda step, part: reports.append((step, len(part.energy))))
    np.testing.assert_array_equal(params["kernel"], first_run[0]["kernel"])
    for mine, theirs in zip(history, first_run[1], strict=True):
        np.testing.assert_array_equal(mine, theirs)
    assert [step for step, _ in reports] == [*range(count, 60, count), 60]
    assert sum(length for _, length in reports) == 60


def test_pruned_weights_stay_exactly_zero_and_masks_of_one_size_share_a_program(first_run):
    count = len(TRACES)
    for seed in (3, 4):
        masks = without_five(seed)
        params, _, _ = run(masks=masks, steps=30)
        kernel = np.asarray(params["kernel"])
        assert (kernel[~masks["kernel"]] == 0.0).all()
        assert (kernel[masks["kernel"]] != np.asarray(PARAMS["kernel"])[masks["kernel"]]).all()
    assert len(TRACES) == count


def test_pruned_entries_of_the_starting_weights_do_not_matter():
    masks = without_five(0)
    littered = {"kernel": jnp.where(masks["kernel"], PARAMS["kernel"], 5.0)}
    clean, _, _ = run(masks=masks, steps=5)
    np.testing.assert_array_equal(run(masks=masks, params=littered, steps=5)[0]["kernel"], clean["kernel"])


def test_rates_do_not_recompile(first_run):
    count = len(TRACES)
    run(options=OPTIONS._replace(learning_rate=0.01, diagonal_shift=0.01, thermalisation=3), steps=1)
    assert len(TRACES) == count


def test_history_is_of_the_state_before_each_update():
    """With a learning rate of zero the state stands still, and what is measured has a known mean."""
    params = {"kernel": 6.0 * PARAMS["kernel"]}
    energy, variance, _ = exact(params)
    for options in (OPTIONS, OPTIONS._replace(chains=64, sweeps=2)):
        trained, history, _ = run(params=params, options=options._replace(learning_rate=0.0), steps=50)
        np.testing.assert_array_equal(trained["kernel"], params["kernel"])
        # Steps follow one another in the same chains; at this acceptance they are nearly independent.
        error = np.sqrt(variance / (50 * OPTIONS.samples))
        assert abs(history.energy.mean() - energy) < 6.0 * error
        assert history.variance.mean() == pytest.approx(variance, rel=0.1)
        assert (0.0 < history.acceptance).all()
        assert (history.acceptance < 1.0).all()


@pytest.mark.parametrize(("solver", "most"), [("parameters", 0.0), ("iterative", 1e-6)])
def test_history_says_how_far_the_equation_for_the_update_was_solved(solver, most):
    _, history, _ = run(options=OPTIONS._replace(sr_solver=solver), steps=3)
    assert (history.sr_residual <= most).all()
    assert (history.sr_residual > 0).all() == (solver == "iterative")


def test_several_samples_a_chain_train_as_well():
    params, history, _ = run(options=OPTIONS._replace(chains=64, sweeps=2), steps=150)
    energy, _, ground = exact(params)
    assert energy == pytest.approx(ground, rel=1e-3)
    assert history.energy.shape == (150,)


def test_divergence_names_the_step():
    with pytest.raises(DivergedError, match=r"energy (nan|inf|-inf) at step [1-9]; allowed is a finite one"):
        run(options=OPTIONS._replace(learning_rate=1e300))


def test_a_weight_that_diverges_in_the_last_step_is_noticed():
    with pytest.raises(DivergedError, match="a weight is not finite after step 0"):
        run(options=OPTIONS._replace(learning_rate=float("inf")), steps=1)
