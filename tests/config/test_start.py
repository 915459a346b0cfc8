import json
import subprocess
import sys

import numpy as np
import pytest
from complete_config import complete, edited

from sparse_nqs.analysis import plaquette_network
from sparse_nqs.messages import ConfigError
from sparse_nqs.planning import specs
from sparse_nqs.reading import parse_config
from sparse_nqs.storage.states import read_state

START = {"kind": "toric_plaquettes"}


def toric(**start):
    return parse_config(edited("studies.toric.start", START | start)).studies["toric"]


def test_defaults():
    assert parse_config(complete()).studies["toric"].start is None
    assert (toric().start.weight, toric().start.noise) == (2.0, 0.0)


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        (
            "studies.ising.start",
            START,
            r"ising\.start\.kind: .* unless the model is toric_code, and it is tfim",
        ),
        (
            "studies.toric.network",
            {"kind": "cnn"},
            r"toric\.start\.kind: .* unless the network is an ffnn, and it is cnn",
        ),
        (
            "studies.toric.network.alpha",
            2,
            r"toric\.network\.alpha: 2.* must be at least 4 for start toric_plaquettes",
        ),
        (
            "studies.toric.start",
            START | {"weight": 0},
            r"toric\.start\.weight: 0 is not allowed: must be more than 0",
        ),
        ("studies.toric.start", {"kind": "stars"}, r"toric\.start\.kind: 'stars' .*toric_plaquettes"),
    ],
)
def test_what_cannot_start_so_is_refused(path, value, message):
    data = edited(path, value)
    data["figures"] = {}
    if path != "studies.ising.start":
        data["studies"]["toric"].setdefault("start", START)
    with pytest.raises(ConfigError, match=message) as raised:
        parse_config(data)
    assert "\n" not in str(raised.value)


def test_only_the_initialisation_depends_on_it():
    plain, started = parse_config(complete()).studies["toric"], toric()
    assert specs.init_spec(plain, 0) != specs.init_spec(started, 0) != specs.init_spec(toric(weight=1.0), 0)
    # The training has it from the initialisation, and says that it comes after another one.
    trainings = [json.loads(specs.dense_spec(study, 0)) for study in (plain, started)]
    assert trainings[0].pop("after") != trainings[1].pop("after")
    assert trainings[0] == trainings[1]


@pytest.mark.parametrize(("noise", "alpha"), [(0.0, 4), (0.01, 5)])
def test_the_initialisation_is_the_analytic_network(tmp_path, noise, alpha):
    data = edited("studies.toric.start", START | {"weight": 0.7, "noise": noise})
    data["studies"]["toric"]["network"] |= {"alpha": alpha, "bias": noise > 0.0}
    study = parse_config(data).studies["toric"]
    states = tmp_path / "init.safetensors"
    spec = json.dumps(json.loads(specs.init_spec(study, 3)))
    command = [sys.executable, "-m", "workflow_scripts.initialise", "--spec", spec, "--states", str(states)]
    subprocess.run(command, check=True, timeout=300)
    state = read_state(states, 0)
    assert state.masks["kernel"].all()
    assert ("bias" in state.params) == (noise > 0.0)
    np.testing.assert_array_equal(state.params.get("bias", 0.0), 0.0)
    difference = state.params["kernel"] - plaquette_network.kernel(3, 0.7, 18 * alpha)
    assert difference.std() == pytest.approx(noise, rel=0.1)
