from math import prod

import numpy as np
import pytest

from sparse_nqs.config.references import References
from sparse_nqs.planning import cost, resources
from sparse_nqs.planning.cost import Work
from sparse_nqs.reading import parse_config
from sparse_nqs.storage.states import Origin, State, write_states

TFIM = {"model": "tfim", "extent": [6, 6]}
FFNN = {"kind": "ffnn", "alpha": 4}
CNN = {"kind": "cnn", "features": 4}
RES_CNN = {"kind": "res_cnn", "features": 4, "blocks": 2}


def study(system=TFIM, network=FFNN, **parts):
    section = {
        "system": system,
        "network": network,
        "pruning": {"rounds": 8},
        "isolated": {"rounds": [1]},
        **parts,
    }
    return parse_config({"studies": {"s": section}}).studies["s"]


def larger(**training):
    return study(training={"samples": 1024, **training})


def test_survivors_are_those_of_the_paper():
    # The toric code at alpha = 4 and ratio 0.12 (the paper's Figure 4b).
    toric = study({"model": "toric_code", "length": 3}, pruning={"ratio": 0.12, "rounds": 10})
    assert cost.survivors(toric) == (1296, 1140, 1003, 883, 777, 684, 602, 530, 466, 410, 361)


def test_survivors_of_a_network_that_is_pruned_in_part():
    # The embedding of 9 * 4 weights is not pruned: 36 + 4 * 144, and 30 % of 576 goes.
    assert cost.survivors(study(network=RES_CNN, pruning={"rounds": 1})) == (612, 36 + 576 - 173)


@pytest.mark.parametrize("network", [FFNN, FFNN | {"bias": True}, RES_CNN, CNN | {"kernel_size": 5}])
def test_the_size_of_a_state_is_that_of_its_file(tmp_path, network):
    of_study = study(network=network)
    generator = np.random.default_rng(0)
    shapes = of_study.network.prunable_tensors(of_study.system)
    for k in (0, 1):
        # Any mask with as many weights.
        alive = generator.permutation(cost.survivors(of_study)[0]) < cost.survivors(of_study)[k]
        parts = np.split(alive, np.cumsum([prod(shape) for shape in shapes.values()])[:-1])
        masks = {name: part.reshape(shapes[name]) for name, part in zip(shapes, parts, strict=True)}
        params = {
            name: np.where(masks[name], 1.0, 0.0) if name in masks else np.ones(shape)
            for name, shape in of_study.network.tensors(of_study.system).items()
        }
        path = tmp_path / f"{k}.safetensors"
        write_states(path, Origin("s", 0, "dense"), [State(k, params, masks, 1)])
        header = 8 + int.from_bytes(path.read_bytes()[:8], "little")
        found = path.stat().st_size - header
        # Each tensor's mask ends with a whole byte.
        assert cost.state_bytes(of_study)[k] <= found <= cost.state_bytes(of_study)[k] + len(shapes)


@pytest.mark.parametrize(
    ("small", "large"),
    [
        (study(), study({"model": "tfim", "extent": [8, 8]})),
        (study(), study(network={"kind": "ffnn", "alpha": 8})),
        (study(), larger(dense_steps=2000, round_steps=300)),
        (larger(), larger(sweeps=4)),
        (larger(), study(training={"samples": 2048})),
        (study(network=CNN), study(network={"kind": "cnn", "features": 16})),
        (study(network=CNN), study(network=RES_CNN)),
        (study(network=CNN), study(network=CNN | {"kernel_size": 5})),
        (study(network=CNN | {"padding": "valid"}), study(network=CNN)),
    ],
)
def test_more_work_takes_longer(small, large):
    for stage in (
        cost.dense,
        lambda of_study: cost.chain(of_study, 1, 3),
        lambda of_study: cost.isolated(of_study, 1),
    ):
        assert stage(large).seconds > stage(small).seconds
        assert stage(large).memory_mb >= stage(small).memory_mb


def test_sparse_rounds_are_cheaper_and_blocks_add_up():
    of_study = study()
    assert cost.chain(of_study, 8, 8).seconds < cost.chain(of_study, 1, 1).seconds
    together = cost.chain(of_study, 1, 2).seconds
    apart = cost.chain(of_study, 1, 1).seconds + cost.chain(of_study, 2, 2).seconds
    # Two jobs start twice.
    assert apart - together == pytest.approx(cost.init(of_study).seconds)


def test_a_rewind_point_takes_its_share_of_the_dense_training():
    of_study = larger(dense_steps=1000)
    point, dense, start = (cost.dense(of_study, steps).seconds for steps in (500, 1000, 1))
    assert point - start == pytest.approx((dense - start) / 2, rel=0.01)


def test_the_hamiltonian_on_all_configurations_grows_with_their_number():
    sizes = [
        study({"model": "tfim", "extent": [4, width]}, evaluation={"exact_max_spins": 24}) for width in (5, 6)
    ]
    references = References(max_ed_spins=24)
    for stage in (
        lambda of_study: cost.reference(of_study, references),
        lambda of_study: cost.evaluation(of_study, 1, 1),
        lambda of_study: cost.fidelity(of_study, 1, 1),
    ):
        small, large = map(stage, sizes)
        start = cost.init(sizes[0])
        # 2^24 configurations instead of 2^20.
        assert large.memory_mb - start.memory_mb == pytest.approx(16 * (small.memory_mb - start.memory_mb))
        assert large.seconds - small.seconds > 10 * (small.seconds - start.seconds - 10)


def test_references_cost_what_was_measured():
    """Processor time and memory above the start on one core of a 2.4 GHz server: docs/references.md."""
    measured = {
        (4, 5): (3.6, 51.0, {"max_ed_spins": 22}),
        (2, 11): (19.0, 195.0, {"max_ed_spins": 22}),
        (6, 6): (13.0, None, {"bond_dimensions": [32, 64, 96]}),
        (10, 10): (116.0, None, {"bond_dimensions": [64, 128, 192]}),
    }
    for extent, (seconds, megabytes, options) in measured.items():
        of_study = study({"model": "tfim", "extent": list(extent)})
        work, start = cost.reference(of_study, References(recompute=True, **options)), cost.init(of_study)
        assert seconds / 2 < work.seconds - start.seconds < 2 * seconds
        if megabytes is not None:
            assert work.memory_mb - start.memory_mb == pytest.approx(megabytes, rel=0.1)


@pytest.mark.parametrize(
    "network", [FFNN, CNN, RES_CNN, {"kind": "flax", "module": "networks.test_flax:Linear"}], ids=str
)
@pytest.mark.parametrize(
    ("system", "larger"),
    [
        (TFIM, {"extent": [6, 8]}),
        ({"model": "toric_code", "length": 3}, {"length": 4}),
        ({"model": "heisenberg", "extent": [2, 6]}, {"extent": [2, 8]}),
        ({"model": "operator", "operator": "user_models:exchange", "extent": [2, 4]}, {"extent": [4, 4]}),
    ],
    ids=lambda part: part.get("model", "larger"),
)
def test_every_stage_of_every_kind_of_study_takes_longer_on_more_spins(system, larger, network):
    parts = {"observables": ["x", "zz"], "evaluation": {"exact_max_spins": 4}}
    small, large = (study(each, network, **parts) for each in (system, system | larger))
    for stage, *rounds in (
        (cost.problem,),
        (cost.dense,),
        (cost.isolated, 1),
        *((stage, 1, 3) for stage in (cost.chain, cost.evaluation, cost.observables, cost.fidelity)),
    ):
        assert stage(large, *rounds).seconds > stage(small, *rounds).seconds > cost.init(small).seconds
        assert stage(large, *rounds).memory_mb >= stage(small, *rounds).memory_mb
    # Energies of the toric code are known; of others both by DMRG.
    references = References(max_ed_spins=4, recompute=True)
    work = [cost.reference(of_study, references).seconds for of_study in (small, large)]
    assert work[1] > work[0] or system["model"] == "toric_code"


def test_each_attempt_asks_for_twice_as_much():
    work = Work(seconds=1000.0, memory_mb=1800.0)
    for ask in (resources.memory_mb, resources.minutes):
        assert [ask(work, attempt) for attempt in (1, 2, 3)] == [
            ask(work, 1) * factor for factor in (1, 2, 4)
        ]
    assert resources.memory_mb(work, 1) >= 1800
    assert 60 * resources.minutes(work, 1) >= 3 * 1000
    assert isinstance(resources.memory_mb(work, 1), int)
    assert isinstance(resources.minutes(work, 1), int)
