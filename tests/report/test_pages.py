import platform
from html.parser import HTMLParser

import pandas as pd
import pytest
import yaml
from complete_config import complete
from figures import synthetic

from sparse_nqs.reading import parse_config
from sparse_nqs.report import html
from sparse_nqs.report.run_page import page, provenance_rows, versions


class Strict(HTMLParser):
    """Fails on tags that are not closed in order."""

    def __init__(self):
        super().__init__()
        self.open, self.cells = [], []

    def handle_starttag(self, tag, attrs):
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open and self.open[-1] in ("td", "th"):
            self.cells.append(data)


def read(text):
    parser = Strict()
    parser.feed(text)
    assert parser.open == []
    return parser.cells


def test_text_is_escaped():
    text = html.page("a < b", html.table(["x & y"], [["<script>"]], ["x & y"]), html.preformatted("</pre>"))
    assert read(text) == ["x & y", "<script>"]
    assert "<script>" not in text and text.count("</pre>") == 1


def test_rows_must_fit_the_columns():
    with pytest.raises(ValueError):
        html.table(["one"], [["1", "2"]])


def provenance_row(stage, spec, code, made, seed=None, procedure=None, round_index=None):
    where = {"study": "ising", "seed": seed, "procedure": procedure, "round": round_index}
    return {**where, "stage": stage, "spec_hash": spec, "code_hash": code, "versions": made, "machine": "a"}


PROVENANCE = pd.DataFrame(
    [
        provenance_row("training", "5a", "c0", "jax 1", 0, "dense", 0),
        *(provenance_row("training", "5b", "c0", "jax 2", 0, "imp_wr", k) for k in (1, 2, 3)),
        *(provenance_row("training", "5c", "c1", "jax 1", 1, "imp_wr", k) for k in (1, 2)),
        provenance_row("evaluation", "5d", "c2", "jax 1", 0, "dense", 0),
        provenance_row("reference", "5e", "c3", "jax 1"),
    ]
)


MADE = {"regions": {"spec_hash": "6a", "code_hash": "c4"}}


def test_every_number_has_its_seed_settings_code_and_versions():
    found = provenance_rows(PROVENANCE, [("jax 1", "a"), ("jax 2", "a")])
    assert found == [
        ["ising", "0", "dense", "0", "training", "5a", "c0", "1"],
        ["ising", "0", "imp_wr", "1 to 3", "training", "5b", "c0", "2"],
        ["ising", "1", "imp_wr", "1 to 2", "training", "5c", "c1", "1"],
        ["ising", "0", "dense", "0", "evaluation", "5d", "c2", "1"],
        ["ising", "all", "all", "all", "reference", "5e", "c3", "1"],
    ]
    config = parse_config(complete()).model_dump(mode="json")
    rounds = synthetic.rounds_table("ising").assign(steps=10, train_seconds=36.0)
    cells = read(page(config, rounds, PROVENANCE, MADE, ""))
    for row in [*found, ["regions", "6a", "c4"]]:
        assert any(cells[start : start + len(row)] == row for start in range(len(cells)))
    for number, text in (("1", "jax 1"), ("2", "jax 2")):
        assert cells[cells.index(text) - 1] == number


def test_the_run_says_which_code_was_accepted_and_what_was_tried():
    config = parse_config(complete()).model_dump(mode="json")
    rounds = synthetic.rounds_table("ising").assign(steps=10, train_seconds=36.0)
    accepted = [{"code": "c9", "made_by": "c0", "tried": ["a.json", "b.json"]}]
    cells = read(page(config, rounds, PROVENANCE, MADE, "", accepted))
    place = cells.index("c9")
    assert cells[place - 1 : place + 2] == ["c0", "c9", "a.json, b.json"]


def test_the_run_has_its_studies_versions_and_config():
    config = parse_config(complete()).model_dump(mode="json")
    rounds = synthetic.rounds_table("ising").assign(steps=10, train_seconds=36.0)
    cells = read(page(config, rounds, PROVENANCE, MADE, yaml.safe_dump(config)))
    position = cells.index("ising")
    states = len(rounds)
    assert cells[position + 1].startswith("tfim, extent [4, 4]")
    assert cells[position + 2] == "ffnn, alpha 2.0, init_std 0.01, init normal, bias False"
    expected = [str(states), "exact", str(10 * states), f"{states * 36 / 3600:.2g}"]
    assert cells[position + 4 : position + 8] == expected
    assert cells[cells.index("jax") + 1] == versions()["jax"]
    assert cells[cells.index("Python") + 1] == platform.python_version()
