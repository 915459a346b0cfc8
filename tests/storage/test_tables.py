import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sparse_nqs.errors import NotFiniteError
from sparse_nqs.storage import tables
from sparse_nqs.storage.sealed import DamagedFileError
from sparse_nqs.storage.states import MEASURED
from sparse_nqs.storage.table_schemas import TABLES, arrow_schema
from sparse_nqs.storage.tables import TableFile, concatenate_tables, read_table, table_writer, write_table

NULLABLE = {"rounds": {"alpha", "field"}, "references": {"bond_dimension"}}


def make_row(table, number, null=frozenset()):
    values = {pa.string(): f"word{number}", pa.int64(): number, pa.float64(): number / 3}
    return {name: None if name in null else values[column.type] for name, column in TABLES[table].items()}


@pytest.mark.parametrize("table", TABLES)
def test_round_trip(tmp_path, table):
    null = NULLABLE.get(table, set())
    rows = [make_row(table, 1), make_row(table, 2, null), make_row(table, -3)]
    write_table(tmp_path / "table.parquet", table, rows)
    frame = read_table(tmp_path / "table.parquet", table)
    assert list(frame) == list(TABLES[table])
    for name in frame:
        expected = [row[name] for row in rows]
        if name in null:
            assert frame[name].isna().tolist() == [False, True, False]
            assert frame[name].dropna().tolist() == [expected[0], expected[2]]
        else:
            assert frame[name].tolist() == expected
            assert pd.api.types.is_integer_dtype(frame[name]) == (TABLES[table][name].type == pa.int64())


def test_no_rows(tmp_path):
    write_table(tmp_path / "a.parquet", "fidelities", [])
    assert len(read_table(tmp_path / "a.parquet", "fidelities")) == 0
    concatenate_tables(tmp_path / "b.parquet", "fidelities", [])
    assert list(read_table(tmp_path / "b.parquet", "fidelities")) == list(TABLES["fidelities"])


def test_numbers_of_numpy_and_whole_numbers_in_columns_of_reals(tmp_path):
    row = make_row("weights", 1) | {"unit": np.int32(4), "weight": np.float64(0.1), "rho": 2}
    write_table(tmp_path / "a.parquet", "weights", [row])
    read = read_table(tmp_path / "a.parquet", "weights").iloc[0]
    assert (read["unit"], read["weight"], read["rho"]) == (4, 0.1, 2.0)


@pytest.mark.parametrize("table", TABLES)
def test_units_are_in_the_file(tmp_path, table):
    write_table(tmp_path / "a.parquet", table, [make_row(table, 1)])
    concatenate_tables(tmp_path / "b.parquet", table, [TableFile(tmp_path / "a.parquet")] * 2)
    for name in ("a", "b"):
        schema = pq.read_schema(tmp_path / f"{name}.parquet")
        assert schema.equals(arrow_schema(table))
        assert arrow_schema(table).metadata.items() <= schema.metadata.items()
        for column, expected in TABLES[table].items():
            metadata = schema.field(column).metadata
            assert metadata == {b"unit": expected.unit.encode()}


def test_a_younger_column_of_an_older_file_is_null(tmp_path, monkeypatch):
    row = make_row("rounds", 1)
    with monkeypatch.context() as older:
        older.setitem(TABLES, "rounds", {name: TABLES["rounds"][name] for name in row if name != "options"})
        write_table(tmp_path / "a", "rounds", [{name: row[name] for name in row if name != "options"}])
    found = read_table(tmp_path / "a", "rounds")
    assert list(found) == list(TABLES["rounds"])
    assert found["options"].isna().all() and found["n_active"].tolist() == [row["n_active"]]


def test_two_writes_give_the_same_bytes(tmp_path):
    for name in ("a", "b"):
        write_table(tmp_path / name, "rounds", [make_row("rounds", 1)])
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"extra": 1}, "differ from the schema in extra"),
        ({"rho_a": ...}, "differ from the schema in rho_a"),
        ({"rho_a": ..., "rho": 1.0}, "differ from the schema in rho, rho_a"),
        ({"study": 5}, "table fidelities: .*int"),
        ({"seed": 1.5}, "seed is 1.5; allowed is an integer"),
        ({"seed": "x"}, "table fidelities: .*x"),
        ({"fidelity": "high"}, "table fidelities: .*high"),
    ],
)
def test_rows_that_do_not_fit_are_refused_and_nothing_is_written(tmp_path, change, message):
    path = tmp_path / "table.parquet"
    write_table(path, "fidelities", [make_row("fidelities", 1)])
    before = path.read_bytes()
    row = {name: value for name, value in (make_row("fidelities", 2) | change).items() if value is not ...}
    with pytest.raises(ValueError, match=message):
        write_table(path, "fidelities", [make_row("fidelities", 1), row])
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_concatenation_keeps_the_order(tmp_path):
    parts = [tmp_path / f"{number}.parquet" for number in range(3)]
    for number, part in enumerate(parts):
        rows = [make_row("rounds", 10 * number + k, {"alpha"} if number else set()) for k in range(number)]
        write_table(part, "rounds", rows)
    concatenate_tables(tmp_path / "all.parquet", "rounds", map(TableFile, parts))
    frame = read_table(tmp_path / "all.parquet", "rounds")
    assert frame["n_active"].tolist() == [10, 20, 21]
    assert frame["alpha"].isna().all()


def foreign_tables():
    """Files that are Parquet and still not the table asked for."""
    good = pa.Table.from_pylist([make_row("fidelities", 1)], schema=arrow_schema("fidelities"))
    return {
        "missing column": good.drop_columns("rho_b"),
        "extra column": good.append_column("more", pa.array([1])),
        "another type": good.set_column(1, "seed", pa.array([1.0])),
        "another order": good.select(good.column_names[::-1]),
        "another table": pa.Table.from_pylist([make_row("weights", 1)], schema=arrow_schema("weights")),
    }


@pytest.mark.parametrize("which", foreign_tables())
def test_foreign_tables_are_refused(tmp_path, which, monkeypatch):
    path, good = tmp_path / "table.parquet", tmp_path / "good.parquet"
    foreign = foreign_tables()[which]
    with monkeypatch.context() as context:
        context.setattr(tables, "arrow_schema", lambda table: foreign.schema)
        with table_writer(path, "fidelities") as writer:
            writer.add(foreign)
    write_table(good, "fidelities", [make_row("fidelities", 1)])
    message = r"table\.parquet: is not a fidelities table of this version; delete it and run again"
    with pytest.raises(DamagedFileError, match=message):
        read_table(path, "fidelities")
    with pytest.raises(DamagedFileError, match=message):
        concatenate_tables(tmp_path / "all.parquet", "fidelities", [TableFile(good), TableFile(path)])
    assert not (tmp_path / "all.parquet").exists()


@pytest.mark.parametrize(("metadata", "found"), [({"schema_version": "0"}, "0"), ({}, "unknown")])
def test_tables_of_another_version_are_refused(tmp_path, metadata, found, monkeypatch):
    path, here = tmp_path / "table.parquet", arrow_schema("fidelities")
    with monkeypatch.context() as context:
        context.setattr(tables, "arrow_schema", lambda table: here.with_metadata(metadata))
        write_table(path, "fidelities", [make_row("fidelities", 1)])
    message = (
        rf"table\.parquet: is a fidelities table of schema version {found}, and .* reads 1; delete it and run"
    )
    with pytest.raises(DamagedFileError, match=message):
        read_table(path, "fidelities")


def test_tables_that_others_have_written_are_refused(tmp_path):
    path = tmp_path / "table.parquet"
    rows = [make_row("fidelities", 1)]
    pq.write_table(pa.Table.from_pylist(rows, schema=arrow_schema("fidelities")), path)
    with pytest.raises(DamagedFileError, match=r"table\.parquet: not a readable .* \(it has no checksum\)"):
        read_table(path, "fidelities")


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_numbers_that_are_not_finite_reach_no_table(tmp_path, value):
    rows = [make_row("fidelities", 1), make_row("fidelities", 2) | {"fidelity": value}]
    message = rf"table fidelities: fidelity is {value} \(study .*, seed 2, procedure .*\); allowed are finite"
    with pytest.raises(NotFiniteError, match=message):
        write_table(tmp_path / "a.parquet", "fidelities", rows)
    history = {name: 1 for name in ("seed", "draw", "round")} | {"study": "s", "procedure": "dense"}
    columns = {name: np.array([1.0, value]) for name in MEASURED}
    with (
        pytest.raises(NotFiniteError, match=f"table histories: energy is {value} .*step 7"),
        table_writer(tmp_path / "b.parquet", "histories") as writer,
    ):
        writer.add_columns(history, columns | {"step": np.array([6, 7])})
    assert list(tmp_path.iterdir()) == []


def test_a_missing_file(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"absent\.parquet: no such file"):
        read_table(tmp_path / "absent.parquet", "rounds")


def test_an_interrupted_write_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "table.parquet"
    write_table(path, "fidelities", [make_row("fidelities", 1)])
    before = path.read_bytes()

    def fail(writer, table):
        raise OSError("disk full")

    monkeypatch.setattr(tables.pq.ParquetWriter, "write_table", fail)
    with pytest.raises(OSError, match="disk full"):
        write_table(path, "fidelities", [make_row("fidelities", 2)])
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_pieces_make_one_table_in_their_order(tmp_path, monkeypatch):
    monkeypatch.setattr(tables, "_ROWS_AT_ONCE", 3)
    rows = [make_row("histories", number) for number in range(8)]
    with table_writer(tmp_path / "pieces.parquet", "histories") as writer:
        writer.add_rows(rows[:2])
        writer.add_rows([])
        writer.add_rows(rows[2:7])
        shared = {name: rows[7][name] for name in ("study", "seed", "procedure", "draw", "round")}
        writer.add_columns(shared, {name: np.array([rows[7][name]]) for name in rows[7].keys() - shared})
    write_table(tmp_path / "whole.parquet", "histories", rows)
    read = [read_table(tmp_path / f"{name}.parquet", "histories") for name in ("pieces", "whole")]
    pd.testing.assert_frame_equal(*read)
    # Seven rows were written before the end, not kept.
    assert pq.ParquetFile(tmp_path / "pieces.parquet").num_row_groups == 2


@pytest.mark.parametrize(
    ("shared", "columns", "message"),
    [
        ({"round": 1}, {}, "differ from the schema in step"),
        ({"round": 1, "more": 0}, {"step": [0]}, "differ from the schema in more"),
        ({"round": 1, "step": 1}, {"step": [0]}, "differ from the schema in"),
        ({"round": 1.5}, {"step": [0]}, "table histories"),
        ({"round": 1}, {"step": [0, 1]}, "table histories: .*length"),
        ({"round": 1}, {"step": [0.5]}, "table histories"),
    ],
)
def test_columns_that_do_not_fit_are_refused_and_nothing_is_written(tmp_path, shared, columns, message):
    row = make_row("histories", 1)
    shared = {name: row[name] for name in ("study", "seed", "procedure", "draw")} | shared
    columns = {name: np.array([0.5]) for name in MEASURED} | columns
    path = tmp_path / "table.parquet"
    with pytest.raises(ValueError, match=message), table_writer(path, "histories") as writer:
        writer.add_rows([row])
        writer.add_columns(shared, columns)
    assert list(tmp_path.iterdir()) == []


def test_tables_are_written_and_read_without_threads(tmp_path):
    """Arrow's threads sometimes abort a process that ends while they run, and a job that fails ends soon."""
    names = "sorted(open(f'/proc/self/task/{task}/comm').read() for task in os.listdir('/proc/self/task'))"
    script = f"""
import os, sys
import pandas
from sparse_nqs.storage.table_schemas import TABLES
from sparse_nqs.storage.tables import TableFile, concatenate_tables, read_table, write_table

before = {names}
row = {{name: None for name in TABLES["histories"]}}
write_table(sys.argv[1], "histories", [row | {{"energy": 0.5}}] * 10_000)
concatenate_tables(sys.argv[2], "histories", [TableFile(sys.argv[1])] * 3)
assert read_table(sys.argv[2], "histories")["energy"].sum() == 15_000
after = {names}
assert after == before, (before, after)
"""
    if not Path("/proc/self/task").is_dir():
        pytest.skip("the threads of a process are not listed here")
    subprocess.run([sys.executable, "-c", script, tmp_path / "a", tmp_path / "b"], check=True, timeout=120)
