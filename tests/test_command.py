"""`python -m sparse_nqs`: what it gives Snakemake besides the config files."""

from pathlib import Path

from sparse_nqs.__main__ import cache_home


def test_a_cache_of_its_own_where_the_home_cannot_be_written_to(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert cache_home({"HOME": str(tmp_path / "home")}) is None
    assert cache_home({"HOME": "/nowhere", "XDG_CACHE_HOME": str(tmp_path / "other")}) is None
    Path("a file").touch()
    inside = str(tmp_path / "a file" / "home")
    for environment in ({"HOME": inside}, {"HOME": str(tmp_path / "home"), "XDG_CACHE_HOME": inside}):
        assert cache_home(environment) == str(tmp_path / ".cache")
