import platform
from html.parser import HTMLParser

import pytest
import yaml
from config.examples import complete
from figures import synthetic

from sparse_nqs.config import parse_config
from sparse_nqs.report import html
from sparse_nqs.report.run_page import page, versions


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


def test_the_run_has_its_studies_versions_and_config():
    config = parse_config(complete()).model_dump(mode="json")
    rounds = synthetic.rounds_table("ising").assign(steps=10, train_seconds=36.0)
    cells = read(page(config, rounds, yaml.safe_dump(config)))
    position = cells.index("ising")
    states = len(rounds)
    assert cells[position + 1].startswith("tfim, extent [4, 4]")
    assert cells[position + 2] == "ffnn, alpha 2.0, init_std 0.01"
    expected = [str(states), "exact", str(10 * states), f"{states * 36 / 3600:.2g}"]
    assert cells[position + 4 : position + 8] == expected
    assert cells[cells.index("jax") + 1] == versions()["jax"]
    assert cells[cells.index("Python") + 1] == platform.python_version()
