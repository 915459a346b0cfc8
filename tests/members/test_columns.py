"""Columns that are computed on reading."""

import pytest
from figures import synthetic

from sparse_nqs.members.columns import filled, of_table
from sparse_nqs.members.loading import load, names
from sparse_nqs.storage.table_schemas import TABLES


@pytest.mark.parametrize("name", names("columns"))
def test_a_computed_column_is_of_a_table_that_does_not_store_it(name):
    column = load("columns", name)
    assert name not in TABLES[column.TABLE]
    assert column.MEANING and isinstance(column.UNIT, str)


def test_they_are_put_behind_the_stored_ones():
    rounds = synthetic.rounds_table("small", rounds=3, isolated=())
    found = filled("rounds", rounds)
    assert list(found) == [*rounds, *of_table("rounds")]
    row = found.iloc[-1]
    assert row["variance_per_site"] == row["variance"] / 16
    assert list(filled("rounds", rounds, ["variance_per_site"])) == [*rounds, "variance_per_site"]
    assert list(filled("fidelities", rounds)) == list(rounds)


def test_options_are_columns_of_their_own_to_filter_by():
    rounds = synthetic.rounds_table("small", rounds=3, isolated=())
    assert not [name for name in filled("rounds", rounds) if name.startswith("options.")]
    rounds["options"] = ["{}", '{"J2": 0.5}', *['{"J2": 0.5, "kind": "a"}'] * (len(rounds) - 2)]
    found = filled("rounds", rounds)
    assert list(found)[-2:] == ["options.J2", "options.kind"]
    assert found.index[found["options.J2"] == 0.5].tolist() == list(range(1, len(rounds)))
    assert found["options.kind"].isna().sum() == 2


def test_an_unknown_column():
    with pytest.raises(ValueError, match="unknown column 'colour'; allowed are variance_per_site"):
        filled("rounds", synthetic.rounds_table("small", rounds=3, isolated=()), ["colour"])
