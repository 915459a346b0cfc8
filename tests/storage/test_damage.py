"""Every kind of file that is written: whatever happens to its bytes or its place is noticed when it is read."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sparse_nqs.hamiltonians import compile_pauli_strings
from sparse_nqs.stages import resume
from sparse_nqs.storage import tables, tensors
from sparse_nqs.storage.problems import Problem, read_problem, write_problem
from sparse_nqs.storage.results import read_result, write_result
from sparse_nqs.storage.sealed import DamagedFileError
from sparse_nqs.storage.states import Origin, read_histories, read_states, write_histories, write_states
from sparse_nqs.storage.tables import TableFile, concatenate_tables, read_table, write_table
from sparse_nqs.storage.tensors import read_tensors
from sparse_nqs.vmc import Carry, Progress

from .test_states import make_history, make_state
from .test_tables import make_row

HERE = {"study": "tfim_4x4", "seed": 1, "procedure": "imp_wr", "rounds": [3, 4]}
ELSEWHERE = [{"study": "toric"}, {"seed": 2}, {"procedure": "irp_wr"}, {"rounds": [5, 6]}]


class Kind(NamedTuple):
    """How a kind of file is written for an origin, and read by who wants a certain one."""

    write: Callable[[Path, dict], None]
    read: Callable[[Path, dict], object]
    elsewhere: list[dict] = ELSEWHERE


def origin(place):
    return Origin(place["study"], place["seed"], place["procedure"])


def write_problem_of(path, place):
    table = compile_pauli_strings(
        ["ZZI", "IZZ", "XII", "IXI", "IIX"], np.array([-1.0, -1.0, -2.0, -2.0, -2.0])
    )
    write_problem(path, Problem(place["system"], table, {"global": np.ones((1, 3), dtype=bool)}))


def write_resume_point(path, place):
    kept = resume.Resume(str(path).removesuffix(".resume_step"), place["digest"], every=0.0)
    carry = Carry(jnp.arange(6.0), (), jnp.ones((1, 3, 4), dtype=jnp.float32))
    resume.keeper(kept, place["round"])(Progress(carry, np.ones((5, 6)), 1.5))


SYSTEMS = [{"extent": [3, 1], "model": "tfim"}, {"extent": [3, 1], "field": 2.0, "model": "tfim"}]
KINDS = {
    "states": Kind(
        lambda path, place: write_states(path, origin(place), [make_state(k) for k in place["rounds"]]),
        lambda path, place: read_states(path, origin(place), place["rounds"]),
    ),
    "histories": Kind(
        lambda path, place: write_histories(path, origin(place), [make_history(k) for k in place["rounds"]]),
        lambda path, place: read_histories(path, origin(place), place["rounds"]),
    ),
    "evaluation": Kind(
        lambda path, place: write_result(path, "evaluation", {"rounds": [{"energy": -1.25}]}, place),
        lambda path, place: read_result(path, "evaluation", place),
    ),
    "rounds table": Kind(
        lambda path, place: write_table(path, "rounds", [make_row("rounds", k) for k in range(3)], place),
        lambda path, place: read_table(path, "rounds", place),
    ),
    "histories table": Kind(
        lambda path, place: write_table(path, "histories", [make_row("histories", 1)] * 500, place),
        lambda path, place: concatenate_tables(
            path.with_name("whole"), "histories", [TableFile(path, place)]
        ),
    ),
    "problem": Kind(
        lambda path, place: write_problem_of(path, {"system": SYSTEMS[0]} | place),
        lambda path, place: read_problem(path, ({"system": SYSTEMS[0]} | place)["system"]),
        [{"system": SYSTEMS[1]}],
    ),
    # Who reads a resume point compares spec, inputs and round by itself; see tests/stages/test_resume.py.
    "resume": Kind(
        lambda path, place: write_resume_point(path, {"digest": "0a", "round": 3} | place),
        lambda path, place: read_tensors(path, "resume"),
        [],
    ),
}


@pytest.fixture(scope="module", params=KINDS)
def case(request, tmp_path_factory):
    """(name, kind, path, content) of a file of each kind."""
    kind = KINDS[request.param]
    path = tmp_path_factory.mktemp("files") / "file.resume_step"
    kind.write(path, HERE)
    return request.param, kind, path, path.read_bytes()


def refused(case, content: bytes) -> str:
    """The message that reading such content gives; it must name the file and say what to do."""
    name, kind, path, _ = case
    path.write_bytes(content)
    with pytest.raises(DamagedFileError) as caught:
        kind.read(path, HERE)
    message = str(caught.value)
    assert message.startswith(f"{path}: ") and message.endswith("; delete it and run again"), message
    assert name in message
    return message


def test_what_was_written_is_read(case):
    _, kind, path, content = case
    path.write_bytes(content)
    kind.read(path, HERE)


def test_truncated_at_any_length(case):
    content = case[3]
    for length in {*range(0, len(content), 1 + len(content) // 200), len(content) - 1}:
        refused(case, content[:length])


@settings(deadline=None, max_examples=150)
@given(st.data())
def test_any_changed_byte(case, data):
    content = bytearray(case[3])
    position = data.draw(st.integers(0, len(content) - 1))
    content[position] ^= data.draw(st.integers(1, 255))
    refused(case, bytes(content))


def test_no_library_sees_a_byte_before_the_checksum_is_right(case, monkeypatch):
    """A library in C may end the process over wrong bytes, and no reader could make a message of that."""

    def take_apart(*args, **kwargs):
        raise AssertionError("bytes that nobody has checked were taken apart")

    for module, name in ((tables.pq, "ParquetFile"), (tables.pa, "BufferReader"), (tensors, "load")):
        monkeypatch.setattr(module, name, take_apart)
    monkeypatch.setattr(tensors.json, "loads", take_apart)
    content, dice = case[3], np.random.default_rng(0)
    for position in dice.integers(0, len(content), 400):
        changed = bytearray(content)
        changed[position] ^= 1 << dice.integers(8)
        refused(case, bytes(changed))
    for length in dice.integers(0, len(content), 100):
        refused(case, content[:length])


@settings(deadline=None, max_examples=50)
@given(st.data())
def test_bytes_added_and_taken_out_anywhere(case, data):
    content = case[3]
    start = data.draw(st.integers(0, len(content)))
    end = data.draw(st.integers(start, len(content)))
    more = data.draw(st.binary(max_size=20))
    if content[:start] + more + content[end:] != content:
        refused(case, content[:start] + more + content[end:])


def test_emptied_zeroed_and_something_else(case):
    content = case[3]
    for other in (b"", bytes(len(content)), content[::-1], content * 2, b"PAR1" + content, b"\x80\x04N."):
        refused(case, other)


def test_every_kind_is_refused_as_any_other(case, tmp_path):
    name, _, _, _ = case
    for other, kind in KINDS.items():
        if other != name:
            kind.write(tmp_path / "file.resume_step", HERE)
            refused(case, (tmp_path / "file.resume_step").read_bytes())


def test_a_file_of_another_place_is_refused(case, tmp_path):
    _, kind, _, _ = case
    for change in kind.elsewhere:
        kind.write(tmp_path / "file.resume_step", HERE | change)
        message = refused(case, (tmp_path / "file.resume_step").read_bytes())
        (name, value), *_ = change.items()
        found, wanted = message.split(", not of ")
        assert f"{name} {value}" in found and f"{name} {value}" not in wanted
