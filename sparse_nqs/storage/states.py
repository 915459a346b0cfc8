"""Trained states: a file holds one or several consecutive rounds of one procedure and seed.

Of every tensor only the surviving weights are kept, float64 in C order; masks are packed to bits. Files hold nothing
that depends on time or place: the same training gives the same bytes. What was measured on the way (energies of each
step, seconds) goes into a history file beside it.
"""

import os
from typing import NamedTuple

import numpy as np

from sparse_nqs.storage.tensors import DamagedFileError, decoding, read_tensors, write_tensors


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
    """Where a file's states belong: study, seed and procedure."""

    study: str
    seed: int
    procedure: str


class RoundHistory(NamedTuple):
    """What the training of one round measured: float64 (T,) each, and its wall time without compilation in s."""

    round: int
    energy: np.ndarray
    variance: np.ndarray
    acceptance: np.ndarray
    seconds: float


def write_states(path: str | os.PathLike, origin: Origin, states: list[State]) -> None:
    """Write states of consecutive rounds, ascending; atomic."""
    arrays, rounds = {}, []
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


def read_states(path: str | os.PathLike, origin: Origin | None = None) -> list[State]:
    """Read all states of a file, in the order in which they were written.

    Args:
        origin: what the file must belong to, if that is known.

    Raises:
        FileNotFoundError: if there is no such file.
        DamagedFileError: if it is unreadable or belongs elsewhere.
    """
    header, arrays = read_tensors(path, "states")
    with decoding(path, "states"):
        found = Origin(*(header[field] for field in Origin._fields))
        if origin is not None and found != origin:
            raise DamagedFileError(f"{path}: holds {found}, not {origin}; delete it and run again")
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
        for name in ("energy", "variance", "acceptance")
    }
    rounds = [{"round": history.round, "seconds": history.seconds} for history in histories]
    write_tensors(path, "histories", {**origin._asdict(), "rounds": rounds}, arrays)


def read_histories(path: str | os.PathLike) -> list[RoundHistory]:
    """Read the histories of a file.

    Raises:
        FileNotFoundError, DamagedFileError: as `read_tensors`.
    """
    header, arrays = read_tensors(path, "histories")
    with decoding(path, "histories"):
        return [
            RoundHistory(
                entry["round"],
                *(
                    arrays[f"round_{entry['round']:04d}/{name}"]
                    for name in ("energy", "variance", "acceptance")
                ),
                entry["seconds"],
            )
            for entry in header["rounds"]
        ]
