import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest
from matplotlib.image import imread

from sparse_nqs.figures import draw, save

IN_A_FRESH_PROCESS = """
import sys
from figures.conftest import requests
from sparse_nqs.figures import draw, save
save(draw(*requests()["error_scan"], {}), sys.argv[1] + ".pdf", sys.argv[1] + ".png", 100)
"""


def digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_equal_figures_are_equal_files_in_any_process(asked, tmp_path):
    figure = draw(*asked["error_scan"], {})
    save(figure, tmp_path / "here.pdf", tmp_path / "here.png", 100)
    environment = {**os.environ, "PYTHONHASHSEED": "77", "PYTHONPATH": str(Path(__file__).parents[1])}
    subprocess.run(
        [sys.executable, "-c", IN_A_FRESH_PROCESS, str(tmp_path / "there")], check=True, env=environment
    )
    save(figure, tmp_path / "again.pdf", tmp_path / "again.png", 100)
    for kind in ("pdf", "png"):
        here, again, there = (digest(tmp_path / f"{name}.{kind}") for name in ("here", "again", "there"))
        assert here == again == there
    assert len(list(tmp_path.iterdir())) == 6  # nothing temporary is left


def test_pdf_embeds_truetype_and_carries_no_date(asked, tmp_path):
    save(draw(*asked["hidden_sites"], {}), tmp_path / "new" / "a.pdf", tmp_path / "new" / "a.png", 150)
    pdf = (tmp_path / "new" / "a.pdf").read_bytes()
    assert b"/FontFile2" in pdf and b"/Type3" not in pdf
    assert b"CreationDate" not in pdf and b"Matplotlib" not in pdf
    png = tmp_path / "new" / "a.png"
    assert b"Software" not in png.read_bytes()
    assert imread(png).shape[1] == int(86 / 25.4 * 150)


def test_style_reaches_the_figure(asked):
    figure = draw(*asked["isolated"], {"font_size": 10, "line_width": 2.0, "column_width_mm": 80})
    assert figure.get_size_inches()[0] * 25.4 == pytest.approx(80)
    (ax,) = figure.axes
    assert ax.xaxis.label.get_fontsize() == 10
    assert max(line.get_linewidth() for line in ax.get_lines()) == 2.0


def test_a_failure_leaves_the_old_files(asked, tmp_path):
    figure = draw(*asked["hidden_sites"], {})
    (tmp_path / "a.pdf").write_text("old")
    (tmp_path / "a.png").write_text("old")
    figure.axes[0].set_title("$\\broken$")
    with pytest.raises(ValueError):
        save(figure, tmp_path / "a.pdf", tmp_path / "a.png", 100)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.pdf", "a.png"]
    assert (tmp_path / "a.pdf").read_text() == (tmp_path / "a.png").read_text() == "old"
