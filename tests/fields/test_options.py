"""Free-form options: numbers that YAML reads as text, and what Optax cannot do, refused before any job."""

import pytest
from user_models import __name__ as USER_MODELS

from sparse_nqs.messages import ConfigError
from sparse_nqs.reading import parse_config

SYSTEM = {"model": "tfim", "extent": [2, 2]}
OPERATOR = {"model": "operator", "operator": f"{USER_MODELS}:exchange", "extent": [2, 2]}
FLAX = {"kind": "flax", "module": "networks.test_flax:Linear"}
NUMBER = "must be a number (YAML reads this as text: write "


def lines(**parts):
    study = {"system": SYSTEM, "network": {"kind": "ffnn", "alpha": 2}, "pruning": {"rounds": 1}, **parts}
    with pytest.raises(ConfigError) as caught:
        parse_config({"studies": {"s": study}})
    return [line.removeprefix("config: studies.s.") for line in caught.value.lines]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1e-8", "1.0e-08"),
        ("-2.5e3", None),
        ("1e3", "1000.0"),
        ("08", "8"),
        ("0o17", "15"),
        ("0x1F", "31"),
        (".5", "0.5"),
        ("5", "5"),
    ],
)
def test_numbers_as_text_get_the_hint_of_typed_keys(text, number):
    number = number or "-2500.0"
    must = f"{text!r} is not allowed: {NUMBER}{number})"
    assert lines(network=FLAX | {"options": {"a": text}}) == [f"network.options.a: {must}"]
    assert lines(system=OPERATOR | {"options": {"a": [1, {"b": text}]}}) == [f"system.options.a[1].b: {must}"]
    for part in ("update", "schedule"):
        training = {part: {"name": "adam", "options": {"a": text}}}
        assert lines(training=training) == [f"training.{part}.options.a: {must}"]


def test_a_typed_option_has_the_hint_as_ever():
    toric = {"model": "toric_code", "length": 2}
    start = {"kind": "toric_plaquettes", "noise": "1e-3"}
    network = {"kind": "ffnn", "alpha": 4}
    assert lines(system=toric, network=network, start=start) == [
        f"start.noise: '1e-3' is not allowed: {NUMBER}0.001)"
    ]
    # Not finite, so there is nothing to write instead.
    assert lines(training={"learning_rate": "inf"}) == [
        "training.learning_rate: 'inf' is not allowed: must be a number"
    ]


@pytest.mark.parametrize("value", ["relu", "inf", "e5", "1.2.3", "10 steps", "", True, None, 0.5, [1, 2]])
def test_everything_else_is_left_to_the_module(value):
    study = {"system": SYSTEM, "network": FLAX | {"options": {"a": value}}, "pruning": {"rounds": 1}}
    assert parse_config({"studies": {"s": study}}).studies["s"].network.options == {"a": value}


@pytest.mark.parametrize(
    ("update", "fragment"),
    [
        ({"name": "adamm"}, "update: Optax has no function adamm (closest: adam"),
        ({"name": "contrib"}, "update: Optax has no function contrib"),
        ({"name": "cosine_decay_schedule"}, "update: cosine_decay_schedule is not an update rule"),
        ({"name": "scale_by_adam"}, "update: scale_by_adam is not an update rule with a learning rate"),
        ({"name": "apply_updates"}, "update: apply_updates is not an update rule with a learning rate"),
        ({"name": "lbfgs"}, "update: lbfgs with no options cannot be applied: "),
        ({"name": "adamw"}, "update: adamw reads the weights themselves"),
        ({"name": "fromage"}, "update: fromage reads the weights themselves"),
        ({"name": "noisy_sgd"}, "update: noisy_sgd draws random numbers of its own"),
        ({"name": "adam", "options": {"b3": 0.1}}, "adam has no argument b3; allowed are b1, b2, eps,"),
        ({"name": "adam", "options": {"learning_rate": 0.1}}, "adam: learning_rate is no option;"),
        ({"name": "adam", "options": {"b1": "large"}}, "update: adam with b1 = 'large' cannot be applied: "),
        (
            {"name": "adam", "options": {"b1": [0.9]}},
            "update.options.b1: [0.9] is not allowed: must be a number,",
        ),
        ({"name": "adam", "options": {"b1": {}}}, "update.options.b1: an empty mapping is not allowed"),
        ({"name": "adam", "options": 3}, "update.options: 3 is not allowed: must be a mapping"),
        ({"name": "Adam"}, "update.name: 'Adam' is not allowed: must be lower-case"),
    ],
)
def test_updates_that_cannot_work_are_refused(update, fragment):
    (line,) = lines(training={"update": update})
    assert f"training.{fragment}" in line or fragment in line


@pytest.mark.parametrize(
    ("schedule", "fragment"),
    [
        ({"name": "cosine_schedule"}, "Optax has no function cosine_schedule (closest: "),
        ({"name": "adam"}, "adam needs the options learning_rate"),
        ({"name": "sgd", "options": {"learning_rate": 1.0}}, "sgd is not a schedule"),
        (
            {"name": "cosine_decay_schedule"},
            "cosine_decay_schedule needs the options init_value, decay_steps",
        ),
        (
            {"name": "cosine_decay_schedule", "options": {"init_value": 0.1, "decay_steps": -5}},
            "cosine_decay_schedule with decay_steps = -5, init_value = 0.1: The cosine_decay_schedule requires",
        ),
        # Optax makes these a constant rate, or begins at once.
        (
            {
                "name": "exponential_decay",
                "options": {"init_value": 0.1, "transition_steps": 0, "decay_rate": 0.9},
            },
            "exponential_decay: transition_steps = 0 is not allowed: must be at least 1",
        ),
        (
            {
                "name": "linear_schedule",
                "options": {"init_value": 0.1, "end_value": 0.0, "transition_steps": -9},
            },
            "linear_schedule: transition_steps = -9 is not allowed: must be at least 1",
        ),
        (
            {
                "name": "linear_schedule",
                "options": {"init_value": 1, "end_value": 0, "transition_steps": 9, "transition_begin": -1},
            },
            "linear_schedule: transition_begin = -1 is not allowed: must be at least 0",
        ),
        ({"name": "constant_schedule", "options": {"value": "fast"}}, "cannot be applied"),
        (
            {"name": "constant_schedule", "options": {"valu": 1}},
            "has no argument valu; allowed are value (closest",
        ),
        ({"name": "scale_by_adam"}, "scale_by_adam is not a schedule"),
    ],
)
def test_schedules_that_cannot_work_are_refused(schedule, fragment):
    (line,) = lines(training={"schedule": schedule})
    assert line.startswith("training.schedule: ") and fragment in line


@pytest.mark.parametrize(
    "name", ["adam", "sgd", "rmsprop", "adagrad", "adabelief", "yogi", "nadam", "sign_sgd"]
)
def test_rules_of_the_direction_alone_are_taken(name):
    training = {
        "update": {"name": name},
        "schedule": {"name": "cosine_decay_schedule", "options": {"init_value": 0.1, "decay_steps": 5}},
    }
    study = {
        "system": SYSTEM,
        "network": {"kind": "ffnn", "alpha": 2},
        "training": training,
        "pruning": {"rounds": 1},
    }
    assert parse_config({"studies": {"s": study}}).studies["s"].training.update.name == name
