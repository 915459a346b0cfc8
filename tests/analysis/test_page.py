"""What docs/analysis.md shows."""

import re

import pytest
import yaml
from pages import DOCS, code_blocks

from sparse_nqs.reading import parse_config


def test_the_example_gives_what_the_table_says(capsys):
    (code,) = code_blocks("analysis.md", "python")
    names: dict[str, object] = {}
    exec(code, names)
    lep, apl, *_ = names["scaling"].segments
    text = (DOCS / "analysis.md").read_text(encoding="utf-8")
    row = re.search(r"\| alpha = 5 \| (\d+) \[(\d+), (\d+)\] \| (\d+) .*? \| ([\d.]+) ", text)
    expected = [*lep.n_end, apl.n_end.value, apl.exponent.value]
    assert [float(number) for number in row.groups()] == pytest.approx(expected, rel=0.01)
    assert capsys.readouterr().out.count("\n") == 4


def test_the_study_is_one():
    (text,) = code_blocks("analysis.md", "yaml")
    toric = {"system": {"model": "toric_code", "length": 3}, "network": {"kind": "ffnn", "alpha": 4}}
    studies = parse_config({"studies": {"toric_3x3": toric, **yaml.safe_load(text)}}).studies
    assert studies["from_plaquettes"].start.noise == 0.01
