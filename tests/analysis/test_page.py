import re
from pathlib import Path

import pytest
import yaml

from sparse_nqs.config import parse_config

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "analysis.md").read_text(encoding="utf-8")


def blocks(language):
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)


def test_the_example_gives_what_the_table_says(capsys):
    (code,) = blocks("python")
    names: dict[str, object] = {}
    exec(code, names)
    lep, apl, *_ = names["scaling"].segments
    row = re.search(r"\| alpha = 5 \| (\d+) \[(\d+), (\d+)\] \| (\d+) .*? \| ([\d.]+) ", PAGE)
    assert [float(number) for number in row.groups()] == pytest.approx(
        [*lep.n_end, apl.n_end.value, apl.exponent.value], rel=0.01
    )
    assert capsys.readouterr().out.count("\n") == 4


def test_the_study_is_one():
    (text,) = blocks("yaml")
    toric = {"system": {"model": "toric_code", "length": 3}, "network": {"kind": "ffnn", "alpha": 4}}
    studies = parse_config({"studies": {"toric_3x3": toric, **yaml.safe_load(text)}}).studies
    assert studies["from_plaquettes"].start.noise == 0.01
