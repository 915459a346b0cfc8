import pytest

from sparse_nqs.storage.atomic import replacing


def test_the_target_appears_when_the_block_ends(tmp_path):
    target = tmp_path / "deep" / "er" / "file.txt"
    with replacing(target) as temporary:
        temporary.write_text("new")
        # Beside its target, so that the rename stays within one file system.
        assert temporary.parent == target.parent
        assert not target.exists()
    assert target.read_text() == "new"
    assert list(target.parent.iterdir()) == [target]


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt])
def test_a_failure_leaves_the_old_file_and_nothing_else(tmp_path, error):
    target = tmp_path / "file.txt"
    target.write_text("old")
    with pytest.raises(error), replacing(target) as temporary:
        temporary.write_text("half")
        raise error
    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]


def test_a_failure_before_the_first_byte(tmp_path):
    with pytest.raises(RuntimeError, match="early"), replacing(tmp_path / "file.txt"):
        raise RuntimeError("early")
    assert list(tmp_path.iterdir()) == []


def test_a_block_that_writes_nothing_is_an_error(tmp_path):
    with pytest.raises(FileNotFoundError), replacing(tmp_path / "file.txt"):
        pass
