from pathlib import Path

from sparse_nqs.config import Study
from sparse_nqs.config.document import render


def test_the_reference_is_current():
    page = Path(__file__).resolve().parents[2] / "docs" / "configuration.md"
    assert page.read_text(encoding="utf-8") == render(), "renew it: python -m sparse_nqs.config.document"


def test_every_key_of_a_study_is_there():
    page = render()
    assert all(f"| `{key}` |" in page for key in Study.keys() if key != "like")
    assert "`open` or `periodic`" in page
