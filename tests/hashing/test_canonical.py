import collections
import enum
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sparse_nqs.hashing.canonical import canonical_json, digest

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


def shuffled(value):
    """The same data with every dict's entries the other way round, and lists as tuples."""
    if isinstance(value, dict):
        return {key: shuffled(entry) for key, entry in reversed(value.items())}
    if isinstance(value, list):
        return tuple(shuffled(entry) for entry in value)
    return value


def exact(value):
    """The data with types, so that == tells 1, 1.0 and True, and 0.0 and -0.0 apart."""
    if isinstance(value, dict):
        return {key: exact(entry) for key, entry in value.items()}
    if isinstance(value, list):
        return [exact(entry) for entry in value]
    return type(value), repr(value)


@settings(deadline=None)
@given(PLAIN)
def test_the_text_is_json_of_the_data(value):
    assert exact(json.loads(canonical_json(value))) == exact(value)


@settings(deadline=None)
@given(PLAIN)
def test_order_does_not_matter(value):
    assert canonical_json(shuffled(value)) == canonical_json(value)


@settings(deadline=None)
@given(PLAIN, PLAIN)
def test_different_data_have_different_texts(first, second):
    assert (canonical_json(first) == canonical_json(second)) == (exact(first) == exact(second))


def test_form():
    assert (
        canonical_json({"b": [1, 1.0, True, None], "a": "é\n"}) == '{"a":"\\u00e9\\n","b":[1,1.0,true,null]}'
    )


def test_known_digest():
    # sha256sum of the two characters {}.
    assert digest({}) == "44136fa355b3678a"


class Colour(enum.StrEnum):
    RED = "red"


@pytest.mark.parametrize(
    ("value", "where"),
    [
        (float("nan"), "^top: nan"),
        ({"a": [0, float("inf")]}, r"^a\[1\]: inf"),
        ({"a": {1: 2}}, "^a: the key 1"),
        ({"a": {"b": {1, 2}}}, r"^a\.b: a value of type set"),
        ([b"x"], r"^\[0\]: a value of type bytes"),
        (object(), "^top: a value of type object"),
        (Colour.RED, "type Colour"),
        (collections.OrderedDict(a=1), "type OrderedDict"),
    ],
)
def test_other_data_are_refused(value, where):
    with pytest.raises(TypeError, match=where):
        canonical_json(value)


def test_numpy_numbers_are_refused():
    np = pytest.importorskip("numpy")
    for value in (np.float64(1.0), np.int64(1), np.bool_(True)):
        with pytest.raises(TypeError, match="cannot be hashed"):
            digest({"x": value})
