"""Config files as users get them wrong: one clear line each, that names the key, the value and what is allowed.

tests/reading/test_load.py has more of them, as data; here they are files, and each kind of mistake is there.
"""

import copy
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

import pytest
import yaml
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from sparse_nqs.config import Config
from sparse_nqs.messages import ConfigError
from sparse_nqs.reading import load_config, parse_config

from .test_read import BOMB, MERGE_BOMB

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

SOURCE = Path(__file__).resolve().parents[2]
FIND_USER_MODELS = {"PYTHONPATH": os.pathsep.join([str(SOURCE), str(SOURCE / "tests")])}
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

MISTAKES = [
    # Unknown keys.
    at("stdies", {}, "unknown key", "allowed are results, rounds_per_job"),
    at(f"{ISING}.sytem", {}, "unknown key", "closest: system"),
    at(f"{ISING}.training.lr", 0.1, "unknown key", "allowed are samples, chains"),
    at(f"{ISING}.system.kappa", 3.0, "unknown key", "allowed are extent, boundary, model, coupling, field"),
    at(f"{ISING}.network.features", 4, "unknown key", "allowed are kind, alpha, init_std"),
    at("figures.single.label", "alpha", "unknown key", "allowed are kind, studies, x"),
    at("figures.single.series", ["imp"], "unknown key", "allowed are kind, studies, x"),
    # Wrong types.
    at(f"{ISING}.seeds", 3, "3 is not allowed", "must be a list"),
    at(f"{ISING}.seeds", "0-9", "'0-9' is not allowed", "must be a list"),
    at(f"{ISING}.seeds", [0.5], "0.5 is not allowed", "must be a whole number", f"{ISING}.seeds[0]"),
    at(f"{ISING}.training", [1], "[1] is not allowed", "must be a mapping"),
    at(f"{ISING}.training.samples", 64.0, "64.0 is not allowed", "must be a whole number"),
    at(f"{ISING}.training.samples", "many", "'many' is not allowed", "must be a whole number"),
    at(f"{ISING}.training.learning_rate", True, "true is not allowed", "must be a number"),
    at(f"{ISING}.training.learning_rate", "1e-3", "'1e-3' is not allowed", "must be a number"),
    at(f"{ISING}.system", "tfim", "'tfim' is not allowed", "must be a mapping"),
    at(f"{ISING}.system.extent", "3x2", "'3x2' is not allowed", "must be a list"),
    at(f"{ISING}.system.boundary", True, "true is not allowed", "must be one of open, periodic"),
    at("studies", ["ising"], "['ising'] is not allowed", "must be a mapping"),
    at("figures.single.studies", "ising", "'ising' is not allowed", "must be a list"),
    # Out of range.
    at(f"{ISING}.seeds", [2**32], "4294967296 is not allowed", "must be at most", f"{ISING}.seeds[0]"),
    at(f"{ISING}.training.samples", 0, "0 is not allowed", "must be at least 1"),
    at(f"{ISING}.training.diagonal_shift", 0, "0 is not allowed", "must be more than 0"),
    at(f"{ISING}.training.diagonal_shift", -1e-3, "-0.001 is not allowed", "must be more than 0"),
    at(f"{ISING}.training.divergence_retries", 11, "11 is not allowed", "must be at most 10"),
    at(f"{ISING}.training.divergence_retries", -1, "-1 is not allowed", "must be at least 0"),
    at(f"{ISING}.training.learning_rate", NAN, "nan is not allowed", "must be a finite number"),
    at(f"{ISING}.training.learning_rate", INF, "inf is not allowed", "must be a finite number"),
    at(f"{ISING}.system.field", -INF, "-inf is not allowed", "must be a finite number"),
    at(f"{ISING}.network.alpha", NAN, "nan is not allowed", "must be a finite number"),
    at(f"{ISING}.pruning.ratio", 1.0, "1.0 is not allowed", "must be less than 1"),
    at(f"{ISING}.pruning.rounds", 10**30, "1" + 30 * "0" + " is not allowed", "must be at most 10000"),
    at(f"{ISING}.evaluation.exact_max_spins", 27, "27 is not allowed", "must be at most 26", None),
    at("style.dpi", 0, "0 is not allowed", "must be at least 30"),
    # Combinations that cannot be.
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
        "must be one of layerwise",
    ),
    at(f"{ISING}.network.alpha", 2.1, "2.1 is not allowed", "must give a whole number of hidden units"),
    at(
        "studies.antiferromagnet.system.extent",
        [3, 2],
        "3 is not allowed",
        "must be 1 or even with boundary periodic",
        "studies.antiferromagnet.system.extent[0]",
    ),
    at(f"{ISING}.training.chains", 48, "48 is not allowed", "must divide samples, which is 64"),
    at(f"{ISING}.training.chunk_size", 7, "7 is not allowed", "must divide samples, which is 64"),
    at(f"{ISING}.training.moves", {"stars": 2}, "must be a family", "single, cluster, global", None),
    at(
        f"{ISING}.training.moves",
        {"single": 0},
        "0 is not allowed",
        "must be at least 1, as the other moves reach 2^1 of 2^",
        f"{ISING}.training.moves.single",
    ),
    at(
        f"{ISING}.isolated.rounds",
        [9],
        "9 is not allowed",
        "must be at most 4",
        f"{ISING}.isolated.rounds[0]",
    ),
    at(f"{ISING}.pruning.procedures", ["irp_wr"], "['irp_wr'] is not allowed", "must hold imp_wr"),
    at(f"{ISING}.pruning.rewind_to", 30, "30 is not allowed", "must be less than 30"),
    at(f"{ISING}.pruning.rewind_to", "last", "'last' is not allowed", "must be dense, init, or a step"),
    at("studies.toric.system.length", 1, "1 is not allowed", "must be at least 2"),
    at(f"{ISING}.system.extent", [1, 1], "[1, 1] is not allowed", "must have at least 2 sites"),
    at(f"{ISING}.start", {"kind": "toric_plaquettes"}, "'toric_plaquettes' is", "must be left out", None),
    at(
        "references.max_ed_spins",
        3,
        "has 4 spins",
        "can only be computed for tfim with boundary open",
        "studies.antiferromagnet.system",
    ),
    at(
        f"{ISING}.seeds",
        [1, 2, 1],
        "[1, 2, 1] is not allowed",
        "must not repeat an entry, and 1 is there twice",
    ),
    # Names of what is not there.
    at("studies.pair.like", "isng", "'isng' is not allowed", "must be the name of another study"),
    at("studies.pair.like", "pair", "'pair' is not allowed", "must not lead back to the study itself"),
    at(f"{ISING}.system.model", "ising", "'ising' is not allowed", "must be one of tfim, toric_code"),
    at(f"{ISING}.network.kind", "rbm", "'rbm' is not allowed", "must be one of ffnn, cnn, res_cnn, flax"),
    at(
        "figures.single.kind",
        "pie",
        "'pie' is not allowed",
        "must be one of isolated, chain_comparison, error_scan",
    ),
    at(
        "figures.single.studies",
        ["other"],
        "'other' is",
        "must be the name of a study",
        "figures.single.studies[0]",
    ),
    at("figures.single.x", "weights", "'weights' is not allowed", "must be one of n_active, rho"),
    at("figures.units.seed", 7, "7 is not allowed", "must be one of the seeds of toric: 0, 1"),
    at("figures.units.round", 3, "3 is not allowed", "must be at most 2, the rounds of toric"),
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
    at("studies.Ising", {}, "'Ising' is not allowed", "must be lower-case letters, digits and _"),
    at("results", "../elsewhere", "'../elsewhere' is not allowed", "must be a folder without .."),
    at("results", "", "'' is not allowed", "must be a folder"),
]


def put(data: dict, place: str, value: object) -> dict:
    *folders, last = place.split(".")
    here = data
    for key in folders:
        here = here.setdefault(key, {})
    here[last] = value
    return data


def refused(path: Path) -> list[str]:
    """The lines that a file is refused with: soon, on printable lines that begin with its name, leaving nothing."""
    before = sorted(path.parent.iterdir())
    started = time.process_time()
    with pytest.raises(ConfigError) as caught:
        load_config(path)
    assert time.process_time() - started < 3.0
    assert sorted(path.parent.iterdir()) == before
    lines = str(caught.value).split("\n")
    assert all(line.startswith(f"{path}: ") and line.isprintable() and len(line) < 600 for line in lines)
    return lines


def test_the_config_without_a_mistake_is_read(tmp_path):
    path = tmp_path / "config.yaml"
    path.write_text(GOOD)
    assert isinstance(load_config(path), Config)
    assert len(MISTAKES) > 60


@pytest.mark.parametrize(
    "mistake", MISTAKES, ids=lambda mistake: f"{mistake.place}={str(mistake.value)[:20]}"
)
def test_a_mistake_is_named_with_its_key_its_value_and_what_is_allowed(tmp_path, mistake):
    path = tmp_path / "config.yaml"
    path.write_text(yaml.safe_dump(put(copy.deepcopy(DATA), mistake.place, mistake.value), sort_keys=False))
    lines = refused(path)
    where = f"{path}: {mistake.path}"
    matching = [line for line in lines if mistake.shown in line and mistake.allowed in line]
    assert matching and any(line.startswith(where) for line in matching), lines


TEXTS = {
    "a study twice": (
        GOOD + "  \n".join(["studies:", "  ising: {}"]),
        "key 'studies' is given twice, first on line 3",
    ),
    "a name twice": (GOOD.replace("  pair:\n", "  ising:\n"), "key 'ising' is given twice, first on line 4"),
    "a seed twice": (GOOD.replace("{ratio: 0.4,", "{rounds: 3, ratio: 0.4,"), "key 'rounds' is given twice"),
    "a bomb": (BOMB, "must not have more than 200000 entries with all aliases written out"),
    "a bomb of merges": (MERGE_BOMB, "must not have more than 200000 entries"),
    "an object": (
        "studies: !!python/object/apply:os.system [touch harm]\n",
        "could not determine a constructor",
    ),
    "a new object": (
        "studies: !!python/object/new:os.system [touch harm]\n",
        "could not determine a constructor",
    ),
    "a name of Python": ("studies: !!python/name:os.system\n", "could not determine a constructor"),
    "a tag": ("studies: !secret x\n", "could not determine a constructor for the tag '!secret'"),
    "nested": ("studies: " + 3000 * "[", "nested too deeply"),
    "nested flows": ("studies: " + 60 * "{a: " + "1" + 60 * "}", "nested more than 40 levels deep"),
    "itself": ("studies: &a {b: *a}\n", "nested more than 40 levels deep, or in itself"),
    "tabs": ("studies:\n\tising: {}\n", "line 2, column 1: not valid YAML"),
    "an open quote": ('studies: {ising: "}\n', "not valid YAML: while scanning a quoted scalar"),
    "a control character": ("studies: \x1b\n", "must not contain the character"),
    "two documents": (GOOD + "---\n" + GOOD, "expected a single document"),
    "nothing": ("", "must be a mapping of keys to values at the top"),
    "a list": ("- ising\n", "must be a mapping of keys to values at the top"),
    "no studies": ("results: results\n", "studies: is missing, and has no default"),
    "empty studies": ("studies:\n", "studies: null is not allowed: must be a mapping"),
    "a key that is no text": (GOOD + "1: 2\n", "1 is not allowed: keys must be text"),
    "a null key": (GOOD + "~: 2\n", "null is not allowed: keys must be text"),
    "a date": (GOOD.replace("field: 1.5", "field: 2020-01-01"), "must be text, a number, true, false, null"),
    "a date that is none": ("a: 2020-13-45\n", "'2020-13-45' cannot be read as timestamp"),
    "a huge number": ("a: " + 5000 * "9" + "\n", "cannot be read as int"),
    "a huge file": ("# " + 200_001 * "x", "is larger than 200000 bytes"),
}


@pytest.mark.parametrize("name", TEXTS)
def test_texts_that_are_no_config(tmp_path, name, monkeypatch):
    monkeypatch.chdir(tmp_path)
    text, fragment = TEXTS[name]
    path = tmp_path / "config.yaml"
    path.write_text(text)
    lines = refused(path)
    assert any(fragment in line for line in lines), lines


@pytest.mark.parametrize(
    "content", [b"studies: \xff\n", GOOD.encode("utf-16"), GOOD.encode("utf-32"), b"\0" * 9]
)
def test_bytes_that_are_no_text(tmp_path, content):
    path = tmp_path / "config.yaml"
    path.write_bytes(content)
    (line,) = refused(path)
    assert "must be UTF-8 text" in line or "must not contain the character" in line


def test_the_check_of_a_file_ends_with_status_1_and_the_lines(tmp_path):
    path = tmp_path / "config.yaml"
    command = [sys.executable, "-m", "sparse_nqs.reading.check", path]
    path.write_text(GOOD.replace("alpha: 2", "alpha: -2"))
    done = subprocess.run(
        command, capture_output=True, text=True, cwd=SOURCE, env={**os.environ, **FIND_USER_MODELS}
    )
    assert done.returncode == 1
    assert done.stderr.startswith(
        f"{path}: studies.ising.network.alpha: -2 is not allowed: must be more than 0"
    )
    assert "Traceback" not in done.stderr
    path.write_text(GOOD)
    done = subprocess.run(
        command, capture_output=True, text=True, cwd=SOURCE, env={**os.environ, **FIND_USER_MODELS}
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_templates_are_refused_as_they_can_run_code(tmp_path):
    path = tmp_path / "config.yaml"
    path.write_text("__use_yte__: true\n" + GOOD)
    (line,) = refused(path)
    assert "__use_yte__ is not allowed: a config must not be a template" in line


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
@example(None)
def test_any_damage_of_a_text_gives_a_config_or_one_line_a_problem(tmp_path, draws):
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


@settings(deadline=None, max_examples=40)
@given(st.sampled_from(MISTAKES), st.sampled_from(MISTAKES))
def test_two_mistakes_are_both_refused(first, second):
    data = copy.deepcopy(DATA)
    try:
        put(put(data, first.place, first.value), second.place, second.value)
    except (AttributeError, TypeError):
        return  # the second has its place in what the first has replaced
    with pytest.raises(ConfigError):
        parse_config(data)
