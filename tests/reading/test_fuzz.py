import copy

from complete_config import complete
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sparse_nqs.config import Config
from sparse_nqs.messages import ConfigError
from sparse_nqs.reading import parse_config

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(-3, 40)
    | st.just(10**400)
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(
        ["tfim", "toric_code", "ffnn", "isolated", "hidden_units", "ising", "toric", "1e-3", "\ud800"]
    )
)


def keys(value) -> set[str]:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return set(value if isinstance(value, dict) else ()).union(*map(keys, inner))


KEYS = st.sampled_from(sorted(keys(complete()) | {"like", "name", "length"})) | st.text(max_size=8)
DATA = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=5),
    max_leaves=25,
)


def check(data) -> None:
    try:
        config = parse_config(data, source="config.yaml")
    except ConfigError as error:
        lines = str(error).split("\n")
        assert 1 <= len(lines) <= 20
        assert all(line.isprintable() and len(line) < 1500 for line in lines)
        assert all(line.startswith("config.yaml: ") or line.startswith("... and ") for line in lines)
    else:
        assert isinstance(config, Config)


@settings(deadline=None)
@given(DATA)
@example(
    {"[key]": None, "studies": {"[key]": {"[key]": 1, "system": {"model": "tfim", "tfim": 1, "[key]": 2}}}}
)
def test_any_data_give_a_config_or_a_config_error(data):
    check(data)


@settings(deadline=None)
@given(st.dictionaries(KEYS | st.integers() | st.none(), DATA, max_size=5))
def test_any_mapping_gives_a_config_or_a_config_error(data):
    check(data)


@settings(deadline=None)
@given(st.fixed_dictionaries({}, optional={key: DATA for key in complete()}))
def test_any_sections_give_a_config_or_a_config_error(data):
    check(complete() | data)


@settings(deadline=None)
@given(st.data())
@example(None)
def test_any_edit_gives_a_config_or_a_config_error(draws):
    data = complete()
    if draws is None:
        return check(data)
    for _ in range(draws.draw(st.integers(1, 3))):
        here = data
        while True:
            places = list(here) if isinstance(here, dict) else list(range(len(here)))
            if not places:
                break
            place = draws.draw(st.sampled_from(places))
            if isinstance(here[place], dict | list) and draws.draw(st.integers(0, 4)):
                here = here[place]
                continue
            action = draws.draw(st.sampled_from(["replace", "remove", "rename", "copy"]))
            if action == "replace" or isinstance(here, list):
                here[place] = draws.draw(DATA)
            elif action == "copy":
                here[draws.draw(KEYS)] = copy.deepcopy(here[place])
            else:
                value = here.pop(place)
                if action == "rename":
                    here[draws.draw(KEYS)] = value
            break
    check(data)
    return None
