import pytest

from sparse_nqs.config.networks import Ffnn


@pytest.mark.parametrize(
    ("alpha", "n_sites", "units"),
    [(2, 16, 32), (2.5, 16, 40), (0.5, 18, 9), (0.1, 30, 3), (1 / 3, 9, 3), (0.7, 10, 7)],
)
def test_tensors_of_the_ffnn(alpha, n_sites, units):
    network = Ffnn(kind="ffnn", alpha=alpha)
    assert network.hidden_units(n_sites) == units
    assert network.tensors(n_sites) == {"kernel": (n_sites, units)}
    assert network.prunable(n_sites) == network.tensors(n_sites)


@pytest.mark.parametrize(("alpha", "n_sites"), [(2.5, 9), (0.01, 16), (1.0001, 100), (2.9999999, 100)])
def test_there_are_no_fractions_of_hidden_units(alpha, n_sites):
    with pytest.raises(ValueError, match="whole number of hidden units"):
        Ffnn(kind="ffnn", alpha=alpha).tensors(n_sites)
