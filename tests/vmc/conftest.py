import pytest

from sparse_nqs.networks import ffnn


@pytest.fixture(params=["one by one", "gathered"])
def schedules(request, monkeypatch):
    """Both ways of an FFNN through its flip sets: the one of small networks, and that of large ones."""
    if request.param == "gathered":
        monkeypatch.setattr(ffnn, "_SMALL", 0)
