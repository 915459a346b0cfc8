from pathlib import Path

from sparse_nqs.members.columns import of_table
from sparse_nqs.storage import derived, measured
from sparse_nqs.storage.document import render
from sparse_nqs.storage.table_schemas import ROWS, TABLES


def test_the_reference_is_current():
    page = Path(__file__).resolve().parents[2] / "docs" / "tables.md"
    assert page.read_text(encoding="utf-8") == render(), "renew it: python -m sparse_nqs.storage.document"


def test_every_table_says_what_a_row_is():
    assert list(ROWS) == list(TABLES)
    assert not measured.MEASURED_TABLES.keys() & derived.DERIVED_TABLES.keys()


def test_every_column_is_on_the_page_with_its_unit():
    page = render()
    for table, columns in TABLES.items():
        section = page.split(f"## {table}\n")[1].split("\n## ")[0]
        stored, _, computed = section.partition("Computed by")
        lines = [line for line in stored.splitlines() if line.startswith("| `")]
        assert [line.split("`")[1] for line in lines] == list(columns)
        assert [line.split(" | ")[2] for line in lines] == [column.unit for column in columns.values()]
        assert [line.split("`")[1] for line in computed.splitlines() if line.startswith("| `")] == list(
            of_table(table)
        )
