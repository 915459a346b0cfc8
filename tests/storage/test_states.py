import json

import numpy as np
import pytest

from sparse_nqs.storage.sealed import DamagedFileError
from sparse_nqs.storage.states import (
    MEASURED,
    Origin,
    RoundHistory,
    State,
    read_histories,
    read_state,
    read_states,
    write_histories,
    write_states,
)
from sparse_nqs.storage.tensors import read_tensors, write_tensors

ORIGIN = Origin("tfim_4x4", 1, "imp_wr")


def make_state(round_index, density=0.5):
    """Two pruned tensors, one of them with a surviving zero, and one that is never pruned."""
    generator = np.random.default_rng(round_index)
    shapes = {"kernel": (5, 7), "blocks": (3, 3, 2, 2), "scale": (4,)}
    masks = {name: generator.random(shapes[name]) < density for name in ("kernel", "blocks")}
    params = {name: generator.normal(size=shape) for name, shape in shapes.items()}
    masks["kernel"][0, 0], params["kernel"][0, 0] = True, 0.0
    for name, mask in masks.items():
        params[name] = np.where(mask, params[name], 0.0)
    return State(round_index, params, masks, steps=10 * round_index)


def make_history(round_index, steps=4):
    measured = np.random.default_rng(round_index).normal(size=(len(MEASURED), steps))
    return RoundHistory(round_index, *measured, 0.1 + round_index)


def assert_same(state, expected):
    assert (state.round, state.steps) == (expected.round, expected.steps)
    assert set(state.params) == set(expected.params)
    assert set(state.masks) == set(expected.masks)
    for name, value in expected.params.items():
        assert state.params[name].dtype == np.float64
        np.testing.assert_array_equal(state.params[name], value)
    for name, mask in expected.masks.items():
        assert state.masks[name].dtype == bool
        np.testing.assert_array_equal(state.masks[name], mask)


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "rounds_0003-0005.safetensors"
    write_states(path, ORIGIN, [make_state(k) for k in (3, 4, 5)])
    return path


def test_round_trip(path):
    states = read_states(path, ORIGIN)
    assert [state.round for state in states] == [3, 4, 5]
    for state in states:
        assert_same(state, make_state(state.round))
    assert_same(read_state(path, 4), make_state(4))


def test_an_unpruned_state_and_one_that_lost_a_tensor(tmp_path):
    dense, sparse = make_state(0, density=2.0), make_state(1)
    sparse.masks["blocks"][...] = False
    sparse.params["blocks"][...] = 0.0
    write_states(tmp_path / "file", ORIGIN, [dense, sparse])
    for state, expected in zip(read_states(tmp_path / "file"), (dense, sparse), strict=True):
        assert_same(state, expected)


def test_the_count_is_of_prunable_weights_a_surviving_zero_among_them():
    state = make_state(2)
    assert state.n_total == 35 + 36
    assert state.n_active == state.masks["kernel"].sum() + state.masks["blocks"].sum()
    assert state.n_active == 1 + sum(np.count_nonzero(state.params[name]) for name in state.masks)


def test_float32_and_jax_arrays_become_float64(tmp_path):
    jnp = pytest.importorskip("jax.numpy")
    mask = np.array([True, False, True])
    state = State(0, {"kernel": jnp.array([1.0, 0.0, 2.0], dtype=jnp.float32)}, {"kernel": mask}, 1)
    write_states(tmp_path / "file", ORIGIN, [state])
    kernel = read_states(tmp_path / "file")[0].params["kernel"]
    assert kernel.dtype == np.float64
    assert kernel.tolist() == [1.0, 0.0, 2.0]


def test_two_writes_give_the_same_bytes(path, tmp_path):
    write_states(tmp_path / "again", ORIGIN, [make_state(k) for k in (3, 4, 5)])
    assert (tmp_path / "again").read_bytes() == path.read_bytes()


def test_only_survivors_take_space(tmp_path):
    sizes = []
    for density in (1.0, 0.1):
        mask = np.random.default_rng(0).random((50, 60)) < density
        state = State(0, {"kernel": np.where(mask, 1.0, 0.0)}, {"kernel": mask}, 1)
        write_states(tmp_path / "file", ORIGIN, [state])
        sizes.append((tmp_path / "file").stat().st_size)
    assert sizes[0] - sizes[1] > 0.85 * 8 * 3000


@pytest.mark.parametrize(
    "other", [ORIGIN._replace(study="tfim_5x5"), ORIGIN._replace(seed=2), ORIGIN._replace(procedure="dense")]
)
def test_states_of_another_origin_are_refused(path, other):
    with pytest.raises(
        DamagedFileError, match=r"rounds_0003-0005.*the states of study tfim_4x4.*, not of study "
    ):
        read_states(path, other)
    with pytest.raises(DamagedFileError, match="delete it and run again"):
        read_state(path, 3, other)


def test_a_round_that_is_not_there(path):
    with pytest.raises(
        DamagedFileError, match=r"rounds_0003-0005\.safetensors: holds rounds \[3, 4, 5\], not 6"
    ):
        read_state(path, 6, ORIGIN)


def test_a_missing_file(tmp_path):
    with pytest.raises(FileNotFoundError, match="absent: no such file"):
        read_states(tmp_path / "absent")


def damaged_headers():
    """Headers and arrays that can be read as such and still make no sense together."""

    def drop(key):
        return lambda header, arrays: header.pop(key)

    def entry(**changes):
        return lambda header, arrays: header["rounds"][0].update(changes)

    def array(name, value):
        return lambda header, arrays: arrays.update({f"round_0003/{name}": value})

    return {
        "no study": drop("study"),
        "no rounds": drop("rounds"),
        "rounds is a number": lambda header, arrays: header.update(rounds=3),
        "rounds is a word": lambda header, arrays: header.update(rounds="imp"),
        "another round": entry(round=2),
        "round is a word": entry(round="x"),
        "shapes is a list": entry(shapes=[3]),
        "another shape": entry(shapes={"kernel": [5, 6], "blocks": [3, 3, 2, 2], "scale": [4]}),
        "never pruned, another shape": entry(shapes={"scale": [5]}),
        "shape is a word": entry(shapes={"kernel": "57"}),
        "another name": entry(shapes={"colonel": [5, 7]}),
        "too few weights": array("weights/kernel", np.ones(2)),
        "mask of another type": array("mask/kernel", np.ones(5)),
        "no steps": lambda header, arrays: header["rounds"][0].pop("steps"),
    }


@pytest.mark.parametrize("how", damaged_headers())
def test_contents_that_disagree(path, how):
    header, arrays = read_tensors(path, "states")
    damaged_headers()[how](header, arrays)
    write_tensors(path, "states", header, arrays)
    with pytest.raises(DamagedFileError, match=r"rounds_0003-0005\.safetensors: not a readable states file"):
        read_states(path)


def test_a_flipped_byte_before_the_data_never_gives_a_raw_error(tmp_path):
    path = tmp_path / "file"
    write_states(path, ORIGIN, [make_state(1)])
    content = path.read_bytes()
    header_end = 8 + int.from_bytes(content[:8], "little")
    outcomes = []
    for position in range(0, header_end, 2):
        for bit in (1, 4, 128):
            flipped = bytearray(content)
            flipped[position] ^= bit
            path.write_bytes(flipped)
            try:
                read_states(path, ORIGIN)
            except DamagedFileError as error:
                assert str(path) in str(error)
                outcomes.append(True)
            else:
                outcomes.append(False)
    # The rest changes a number to another one that fits.
    assert np.mean(outcomes) > 0.9


def test_truncated_and_empty_files(path):
    content = path.read_bytes()
    for length in (0, 1, 8, 50, len(content) // 2, len(content) - 1):
        path.write_bytes(content[:length])
        with pytest.raises(DamagedFileError, match="rounds_0003-0005"):
            read_states(path)


def test_histories_round_trip(tmp_path):
    made_by = {"spec_hash": "a", "code_hash": "b", "versions": "c"}
    histories = [make_history(3), make_history(4, steps=1)._replace(retries=2, made_by=made_by)]
    paths = [tmp_path / "a", tmp_path / "b"]
    for path in paths:
        write_histories(path, ORIGIN, histories)
    assert paths[0].read_bytes() == paths[1].read_bytes()
    for history, expected in zip(read_histories(paths[0]), histories, strict=True):
        for name in ("round", "seconds", "retries", "made_by"):
            assert getattr(history, name) == getattr(expected, name)
        for name in MEASURED:
            np.testing.assert_array_equal(getattr(history, name), getattr(expected, name))


def test_histories_and_states_are_not_mistaken_for_each_other(path, tmp_path):
    write_histories(tmp_path / "history", ORIGIN, [make_history(3)])
    with pytest.raises(DamagedFileError, match="history: is not a states file"):
        read_states(tmp_path / "history")
    with pytest.raises(DamagedFileError, match="is not a histories file"):
        read_histories(path)


def test_a_history_without_one_of_its_arrays(tmp_path):
    path = tmp_path / "history"
    write_histories(path, ORIGIN, [make_history(3)])
    header, arrays = read_tensors(path, "histories")
    del arrays["round_0003/variance"]
    write_tensors(path, "histories", header, arrays)
    with pytest.raises(DamagedFileError, match="history: not a readable histories file"):
        read_histories(path)


def test_headers_are_plain_json(path):
    length = int.from_bytes(path.read_bytes()[:8], "little")
    header = json.loads(path.read_bytes()[8 : 8 + length])
    assert json.loads(header["__metadata__"]["header"])["study"] == "tfim_4x4"
