import numpy as np
import pytest

from sparse_nqs.references.extrapolation import extrapolate


def test_a_straight_line_is_followed_to_zero():
    weights = np.array([4e-5, 1e-6, 2e-8])
    energy, error = extrapolate(weights, -10.0 + 35.0 * weights)
    assert energy == pytest.approx(-10.0, abs=1e-12)
    assert error == pytest.approx(35.0 * (1e-6 - 2e-8))


@pytest.mark.parametrize("power", [0.8, 1.0, 1.2, 1.5])
@pytest.mark.parametrize("ratio", [2.0, 10.0, 100.0])
def test_the_error_covers_laws_that_are_not_linear(power, ratio):
    weights = 1e-4 / ratio ** np.arange(3)
    energies = -7.0 + 20.0 * weights**power
    energy, error = extrapolate(weights, energies)
    assert abs(energy + 7.0) <= error
    assert energy <= energies[-1]
    assert error >= energies[-2] - energies[-1]


def test_slowly_falling_weights_are_charged_with_the_whole_correction():
    energy, error = extrapolate([2.0e-6, 1.5e-6], [-1.0, -1.1])
    assert energy == pytest.approx(-1.4)
    assert error == pytest.approx(0.3)


@pytest.mark.parametrize(
    ("weights", "energies"),
    [([1e-9, 1e-16], [-3.0, -3.0]), ([0.0, 0.0], [-3.0, -3.0]), ([1e-9, 1e-8], [-2.9, -3.0])],
)
def test_without_a_line_the_last_energy_stays(weights, energies):
    energy, error = extrapolate(weights, energies)
    assert energy == energies[-1]
    assert error == pytest.approx(abs(energies[0] - energies[1]))


@pytest.mark.parametrize(("weights", "energies"), [([1e-3], [-1.0]), ([1e-3, 1e-4], [-1.0]), ([], [])])
def test_too_few_points_are_refused(weights, energies):
    with pytest.raises(ValueError, match="at least two"):
        extrapolate(weights, energies)
