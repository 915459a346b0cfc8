"""Config files as users get them wrong: a clear line for each mistake, with its key, its value and what is allowed.

tests/reading/test_load.py has single values of the keys that every study has. Here are mistakes beside it, in files:
in less common keys, in values that do not fit each other, two at once, and any damage of the text.
"""

import copy
from pathlib import Path
from typing import NamedTuple

import pytest
import yaml
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from sparse_nqs.config import Config
from sparse_nqs.messages import ConfigError
from sparse_nqs.reading import load_config

GOOD = """
results: results
studies:
  ising:
    system: {model: tfim, extent: [3, 2], field: 1.5}
    network: {kind: ffnn, alpha: 2}
    seeds: [0, 1]
    training: {samples: 64, chains: 64, dense_steps: 30, round_steps: 10}
    pruning: {ratio: 0.4, rounds: 4}
    isolated: {rounds: [1]}
  pair:
    like: ising
    system: {extent: [2, 1]}
    network: {alpha: 3}
    pruning: {ratio: 0.3, rounds: 5}
    isolated: {rounds: []}
  toric: {like: ising, system: {model: toric_code, length: 2}, pruning: {rounds: 2}}
  residual: {like: ising, network: {kind: res_cnn, features: 2, blocks: 1}, isolated: {rounds: []}}
  antiferromagnet: {like: ising, system: {model: heisenberg, extent: [2, 2], boundary: periodic}}
  own:
    like: ising
    system: {model: operator, operator: "user_models:exchange", extent: [2, 2]}
fidelity_matrices:
  across: {studies: [ising], rounds: [0, 1]}
figures:
  single: {kind: isolated, studies: [ising]}
  units: {kind: hidden_units, study: toric, seed: 0, round: 2}
  matrix: {kind: fidelity_matrix, matrix: across}
  overlap: {kind: mask_overlap, studies: [ising]}
"""

DATA = yaml.safe_load(GOOD)


class Mistake(NamedTuple):
    """A value at a place of the config, and what the line says: the key's path, the value, what is allowed."""

    place: str
    value: object
    path: str
    shown: str
    allowed: str


def at(place, value, shown, allowed, path=None):
    return Mistake(place, value, path or place, shown, allowed)


ISING = "studies.ising"
NAN, INF = float("nan"), float("inf")

# Each can be said without a look at another key.
OF_ONE_KEY = [
    # Unknown keys.
    at(f"{ISING}.training.lr", 0.1, "unknown key", "allowed are samples, chains"),
    at(f"{ISING}.system.kappa", 3.0, "unknown key", "allowed are model, extent, boundary, coupling, field"),
    at(f"{ISING}.network.features", 4, "unknown key", "allowed are kind, alpha, init_std"),
    at("figures.single.label", "alpha", "unknown key", "allowed are kind, studies, x"),
    at("figures.single.series", ["imp"], "unknown key", "allowed are kind, studies, x"),
    # Wrong types.
    at(f"{ISING}.seeds", "0-9", "'0-9' is not allowed", "must be a list"),
    at(f"{ISING}.seeds", [0.5], "0.5 is not allowed", "must be a whole number", f"{ISING}.seeds[0]"),
    at(f"{ISING}.training", [1], "[1] is not allowed", "must be a mapping"),
    at(f"{ISING}.training.samples", 64.0, "64.0 is not allowed", "must be a whole number"),
    at(f"{ISING}.training.learning_rate", True, "true is not allowed", "must be a number"),
    at(f"{ISING}.system.extent", "3x2", "'3x2' is not allowed", "must be a list"),
    at("figures.single.studies", "ising", "'ising' is not allowed", "must be a list"),
    # Out of range.
    at(f"{ISING}.training.diagonal_shift", 0, "0 is not allowed", "must be more than 0"),
    at(f"{ISING}.training.diagonal_shift", -1e-3, "-0.001 is not allowed", "must be more than 0"),
    at(f"{ISING}.training.divergence_retries", 11, "11 is not allowed", "must be at most 10"),
    at(f"{ISING}.training.divergence_retries", -1, "-1 is not allowed", "must be at least 0"),
    at(f"{ISING}.training.learning_rate", NAN, "nan is not allowed", "must be a finite number"),
    at(f"{ISING}.system.field", -INF, "-inf is not allowed", "must be a finite number"),
    at(f"{ISING}.network.alpha", NAN, "nan is not allowed", "must be a finite number"),
    at(f"{ISING}.pruning.rounds", 10**30, "1" + 30 * "0" + " is not allowed", "must be at most 10000"),
    at(f"{ISING}.evaluation.exact_max_spins", 27, "27 is not allowed", "must be at most 26", None),
    at("style.dpi", 0, "0 is not allowed", "must be at least 30"),
]
# Values that do not fit others.
OF_SEVERAL_KEYS = [
    at(
        "studies.pair.pruning.rounds",
        30,
        "30 is not allowed",
        "must be at most 6, as round 7 leaves no weight",
    ),
    at(
        f"{ISING}.pruning.protocol", "hybrid_global", "'hybrid_global' is not allowed", "must fit the network"
    ),
    at(
        "studies.residual.pruning.protocol",
        "layer_global",
        "'layer_global' is not allowed",
        "must be one of embedding_layerwise",
    ),
    at(
        "studies.antiferromagnet.system.extent",
        [3, 2],
        "3 is not allowed",
        "must be 1 or even with boundary periodic",
        "studies.antiferromagnet.system.extent[0]",
    ),
    at(f"{ISING}.training.chunk_size", 7, "7 is not allowed", "must divide samples, which is 64"),
    at(f"{ISING}.training.moves", {"stars": 2}, "must be a family", "single, cluster, global", None),
    at(
        f"{ISING}.training.moves",
        {"single": 0},
        "0 is not allowed",
        "must be at least 1, as the other moves reach 2^1 of 2^",
        f"{ISING}.training.moves.single",
    ),
    at(f"{ISING}.pruning.procedures", ["irp_wr"], "['irp_wr'] is not allowed", "must hold imp_wr"),
    at(f"{ISING}.pruning.rewind_to", 30, "30 is not allowed", "must be less than 30"),
    at(f"{ISING}.pruning.rewind_to", "last", "'last' is not allowed", "must be dense, init, or a step"),
    at(f"{ISING}.start", {"kind": "toric_plaquettes"}, "'toric_plaquettes' is", "must be left out", None),
    at(
        "references.max_ed_spins",
        3,
        "has 4 spins",
        "can only be computed for tfim with boundary open",
        "studies.antiferromagnet.system",
    ),
    # Names of what is not there.
    at(
        "figures.matrix.matrix",
        "along",
        "'along' is not allowed",
        "must be the name of a fidelity matrix: across",
    ),
    at(
        "fidelity_matrices.across",
        {"studies": ["ising"], "seeds": [0], "rounds": [0]},
        "[0] is not allowed",
        "must give at least two states",
        "fidelity_matrices.across.rounds",
    ),
    at(
        "fidelity_matrices.across.studies",
        ["ising", "toric"],
        "'toric' is not allowed",
        "must be a study of the same model and lattice as ising",
        "fidelity_matrices.across.studies[1]",
    ),
    at(
        "studies.own.system.operator",
        "absent:model",
        "'absent:model' is not allowed",
        "must",
    ),
    at("studies.own.system.operator", "model", "'model' is not allowed", "must be a dotted path of the form"),
]


def put(data: dict, place: str, value: object) -> dict:
    *folders, last = place.split(".")
    here = data
    for key in folders:
        here = here.setdefault(key, {})
    here[last] = value
    return data


def refused(path: Path) -> list[str]:
    """The lines that a file is refused with: on printable lines that begin with its name, leaving nothing."""
    before = sorted(path.parent.iterdir())
    with pytest.raises(ConfigError) as caught:
        load_config(path)
    assert sorted(path.parent.iterdir()) == before
    lines = str(caught.value).split("\n")
    assert all(line.startswith(f"{path}: ") and line.isprintable() and len(line) < 600 for line in lines)
    return lines


def test_the_config_without_a_mistake_is_read(tmp_path):
    path = tmp_path / "config.yaml"
    path.write_text(GOOD)
    assert isinstance(load_config(path), Config)


def names(mistake: Mistake, lines: list[str], path: Path) -> bool:
    """Whether one of the lines says what is wrong there."""
    start = f"{path}: {mistake.path}"
    return any(line.startswith(start) and mistake.shown in line and mistake.allowed in line for line in lines)


@pytest.mark.parametrize(
    "mistake",
    [*OF_ONE_KEY, *OF_SEVERAL_KEYS],
    ids=lambda mistake: f"{mistake.place}={str(mistake.value)[:20]}",
)
def test_a_mistake_is_named_with_its_key_its_value_and_what_is_allowed(tmp_path, mistake):
    path = tmp_path / "config.yaml"
    path.write_text(yaml.safe_dump(put(copy.deepcopy(DATA), mistake.place, mistake.value), sort_keys=False))
    lines = refused(path)
    assert names(mistake, lines, path), lines


@pytest.mark.parametrize("step", [1, 5])
def test_of_two_mistakes_both_are_named(tmp_path, step):
    path = tmp_path / "config.yaml"
    tried = 0
    for first, second in zip(OF_ONE_KEY, OF_ONE_KEY[step:], strict=False):
        if first.place.startswith(second.place) or second.place.startswith(first.place):
            continue  # the second has its place in what the first has replaced
        tried += 1
        data = put(put(copy.deepcopy(DATA), first.place, first.value), second.place, second.value)
        path.write_text(yaml.safe_dump(data, sort_keys=False))
        lines = refused(path)
        assert names(first, lines, path) and names(second, lines, path), lines
    assert tried > 10


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
@example(None)
def test_any_damage_of_a_text_gives_a_config_or_one_line_a_mistake(tmp_path, draws):
    """Cut out, doubled, moved, replaced: never another exception, and never a long wait."""
    text = GOOD
    for _ in range(draws.draw(st.integers(1, 3)) if draws else 0):
        start = draws.draw(st.integers(0, len(text)))
        end = draws.draw(st.integers(start, min(len(text), start + 40)))
        piece = draws.draw(
            st.sampled_from(
                ["", text[start:end] * 2, "&a ", "*a", "!!int ", "? ", "- ", "\t", "<<: ", ".nan", "1e9"]
            )
            | st.text(max_size=6)
        )
        text = text[:start] + piece + text[end:]
    path = tmp_path / "config.yaml"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    try:
        config = load_config(path)
    except ConfigError as error:
        assert all(line.isprintable() for line in str(error).split("\n"))
    else:
        assert isinstance(config, Config)
