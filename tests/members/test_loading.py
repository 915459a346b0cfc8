"""Members are found by their files."""

import pytest

from sparse_nqs.members import loading


def test_an_unknown_member_is_refused_with_those_there_are(monkeypatch):
    monkeypatch.setattr(loading, "names", lambda kind: ("one", "two"))
    with pytest.raises(ValueError, match="unknown system 'three'; allowed are one, two"):
        loading.module_name("systems", "three")
    assert loading.module_name("systems", "two") == "sparse_nqs.members.systems.two"
