import pyarrow as pa
import pytest

from sparse_nqs.storage.table_schemas import SCHEMA_VERSION, TABLES, arrow_schema

# Pure numbers have no unit, so these names stand for those that must have one.
WITH_UNITS = {
    ("rounds", "rho"): "1/spin",
    ("rounds", "energy"): "energy",
    ("rounds", "variance"): "energy^2",
    ("rounds", "abs_error_per_site"): "energy/spin",
    ("rounds", "train_seconds"): "s",
    ("rounds", "length"): "sites",
    ("histories", "variance"): "energy^2",
    ("references", "energy"): "energy",
    ("weights", "rho"): "1/spin",
}


@pytest.mark.parametrize("table", TABLES)
def test_every_column_says_what_it_is(table):
    schema = arrow_schema(table)
    assert schema.metadata == {b"table": table.encode(), b"schema_version": str(SCHEMA_VERSION).encode()}
    assert schema.names == list(TABLES[table])
    for field in schema:
        assert field.type in (pa.string(), pa.int64(), pa.float64())
        # A meaning in the file would make other bytes of the same spec.
        assert set(field.metadata) == {b"unit"}
        assert TABLES[table][field.name].meaning


@pytest.mark.parametrize(("table", "column"), WITH_UNITS)
def test_units(table, column):
    assert TABLES[table][column].unit == WITH_UNITS[table, column]


def test_an_error_has_the_unit_of_what_it_belongs_to():
    for columns in TABLES.values():
        for name, column in columns.items():
            if name.endswith("_error") and name.removesuffix("_error") in columns:
                assert column.unit == columns[name.removesuffix("_error")].unit


def test_an_unknown_table():
    with pytest.raises(KeyError, match="trees"):
        arrow_schema("trees")
