"""Trained states: a file holds one or several consecutive rounds of one procedure and seed.

Of every tensor only the surviving weights are kept, float64 in C order; masks are packed to bits. Files hold nothing
that depends on time or place: the same training gives the same bytes. What was measured on the way (energies of each
step, seconds) goes into a history file beside it.
"""

import os
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from sparse_nqs.storage.sealed import DamagedFileError, decoding, require_origin
from sparse_nqs.storage.tensors import read_tensors, write_tensors


class State(NamedTuple):
    """One trained network.

    Attributes:
        round: the number of prunings behind its mask.
        params: float64 arrays by tensor name, pruned weights exactly zero.
        masks: bool arrays by the name of each prunable tensor.
        steps: the number of training steps.
    """

    round: int
    params: dict[str, np.ndarray]
    masks: dict[str, np.ndarray]
    steps: int

    @property
    def n_total(self) -> int:
        """The prunable weights of the dense network; others, such as a LayerNorm's, are not counted."""
        return sum(mask.size for mask in self.masks.values())

    @property
    def n_active(self) -> int:
        """The surviving prunable weights, n."""
        return sum(int(mask.sum()) for mask in self.masks.values())


class Origin(NamedTuple):
    """Where a file's states belong: study, seed and procedure; of an isolated training also which draw."""

    study: str
    seed: int
    procedure: str
    draw: int = 0

    @property
    def chain(self) -> dict[str, Any]:
        """Study, seed and procedure by name, as tables of chains have them: chains have no draws."""
        return {"study": self.study, "seed": self.seed, "procedure": self.procedure}


# The arrays of a history.
MEASURED = ("energy", "variance", "acceptance", "sr_residual", "effective_samples", "energy_error")


class RoundHistory(NamedTuple):
    """What the training of one round measured: float64 (T,) each, its wall time without compilation in s, how often it
    diverged and went on, and what made it (plain text by name, see `stages.provenance`).
    """

    round: int
    energy: np.ndarray
    variance: np.ndarray
    acceptance: np.ndarray
    sr_residual: np.ndarray
    effective_samples: np.ndarray
    energy_error: np.ndarray
    seconds: float
    retries: int = 0
    made_by: dict[str, str] | None = None


def _require_rounds(
    path: str | os.PathLike, kind: str, header: dict, origin: Origin | None, rounds: Sequence[int] | None
) -> None:
    """Refuse a file of another origin, or of other rounds."""
    found: dict[str, Any] = {field: header[field] for field in Origin._fields}
    found["rounds"] = [entry["round"] for entry in header["rounds"]]
    wanted = origin._asdict() if origin is not None else {}
    if rounds is not None:
        wanted["rounds"] = list(rounds)
    require_origin(path, kind, found, wanted)


def write_states(path: str | os.PathLike, origin: Origin, states: list[State]) -> None:
    """Write states of consecutive rounds, ascending; atomic."""
    arrays: dict[str, np.ndarray] = {}
    rounds = []
    for state in states:
        prefix = f"round_{state.round:04d}"
        shapes = {}
        for name, value in state.params.items():
            shapes[name] = list(np.shape(value))
            mask = state.masks.get(name)
            if mask is None:
                arrays[f"{prefix}/weights/{name}"] = np.asarray(value, dtype=np.float64).ravel()
            else:
                arrays[f"{prefix}/weights/{name}"] = np.asarray(value, dtype=np.float64)[mask]
                arrays[f"{prefix}/mask/{name}"] = np.packbits(mask)
        rounds.append({"round": state.round, "steps": state.steps, "shapes": shapes})
    write_tensors(path, "states", {**origin._asdict(), "rounds": rounds}, arrays)


def read_states(
    path: str | os.PathLike, origin: Origin | None = None, rounds: Sequence[int] | None = None
) -> list[State]:
    """Read all states of a file, in the order in which they were written.

    Args:
        origin: what the file must belong to, if that is known.
        rounds: the rounds that it must hold, if they are known.

    Raises:
        FileNotFoundError: if there is no such file.
        DamagedFileError: if it is unreadable or belongs elsewhere.
    """
    header, arrays = read_tensors(path, "states")
    with decoding(path, "states"):
        _require_rounds(path, "states", header, origin, rounds)
        states = []
        for entry in header["rounds"]:
            prefix = f"round_{entry['round']:04d}"
            params, masks = {}, {}
            for name, shape in entry["shapes"].items():
                weights = arrays[f"{prefix}/weights/{name}"]
                packed = arrays.get(f"{prefix}/mask/{name}")
                if packed is None:
                    params[name] = weights.reshape(shape)
                    continue
                size = int(np.prod(shape))
                masks[name] = np.unpackbits(packed, count=size).astype(bool).reshape(shape)
                params[name] = np.zeros(shape)
                params[name][masks[name]] = weights
            states.append(State(entry["round"], params, masks, entry["steps"]))
    return states


def read_state(path: str | os.PathLike, round_index: int, origin: Origin | None = None) -> State:
    """Read one round's state.

    Raises:
        FileNotFoundError, DamagedFileError: as `read_states`, or if the round is not in the file.
    """
    states = read_states(path, origin)
    for state in states:
        if state.round == round_index:
            return state
    rounds = [state.round for state in states]
    raise DamagedFileError(f"{path}: holds rounds {rounds}, not {round_index}; delete it and run again")


def write_histories(path: str | os.PathLike, origin: Origin, histories: list[RoundHistory]) -> None:
    """Write the histories of the rounds of one file of states; atomic."""
    arrays = {
        f"round_{history.round:04d}/{name}": getattr(history, name)
        for history in histories
        for name in MEASURED
    }
    plain = ("round", "seconds", "retries", "made_by")
    rounds = [{name: getattr(history, name) for name in plain} for history in histories]
    write_tensors(path, "histories", {**origin._asdict(), "rounds": rounds}, arrays)


def read_histories(
    path: str | os.PathLike, origin: Origin | None = None, rounds: Sequence[int] | None = None
) -> list[RoundHistory]:
    """Read the histories of a file; arguments and errors as for `read_states`."""
    header, arrays = read_tensors(path, "histories")
    with decoding(path, "histories"):
        _require_rounds(path, "histories", header, origin, rounds)
        return [
            RoundHistory(
                entry["round"],
                **{name: arrays[f"round_{entry['round']:04d}/{name}"] for name in MEASURED},
                seconds=entry["seconds"],
                retries=entry["retries"],
                made_by=entry["made_by"],
            )
            for entry in header["rounds"]
        ]
