import resource

import pytest

from sparse_nqs.config import ConfigError, require_writable


def test_a_folder_is_made_and_nothing_else(tmp_path):
    for _ in range(2):
        require_writable(str(tmp_path / "results" / "größe"))
        assert [str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*")] == [
            "results",
            "results/größe",
        ]


def test_a_file_in_its_place(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "results").write_text("")
    with pytest.raises(ConfigError) as caught:
        require_writable("results/a", source="mine.yaml")
    assert str(caught.value) == "mine.yaml: results: 'results/a' cannot be written to: Not a directory"


def test_a_folder_that_takes_no_bytes(tmp_path):
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, before[1]))
    try:
        with pytest.raises(ConfigError, match=r"cannot be written to: File too large$"):
            require_writable(str(tmp_path))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert list(tmp_path.iterdir()) == []
