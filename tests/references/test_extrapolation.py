import numpy as np
import pytest

from sparse_nqs.references.extrapolation import extrapolate


def test_a_straight_line_is_followed_to_zero():
    variances = np.array([4e-1, 1e-2, 2e-4])
    energy, error = extrapolate(variances, -10.0 + 0.03 * variances)
    assert energy == pytest.approx(-10.0, abs=1e-12)
    assert error == pytest.approx(0.2 * 0.03 * 2e-4)


@pytest.mark.parametrize("points", [2, 3, 4])
@pytest.mark.parametrize("power", [0.8, 0.9, 1.1, 1.2, 1.5])
@pytest.mark.parametrize("ratio", [2.0, 10.0, 100.0])
def test_the_error_covers_laws_that_are_not_linear(power, ratio, points):
    variances = 1.0 / ratio ** np.arange(points)
    energies = -7.0 + 0.02 * variances**power
    energy, error = extrapolate(variances, energies)
    assert abs(energy + 7.0) <= error
    assert energy <= energies[-1]


# Bond dimensions 64, 128, 192 and 256 of the open Ising model of 10 x 10 sites at the critical field.
LADDER = (
    [1.782826, 0.322080, 0.0983353, 0.0375310],
    [-321.0358572, -321.0884788, -321.0953389, -321.0970325],
)


def test_a_third_point_shows_how_far_the_law_is_linear():
    for points in (2, 3, 4):
        energy, error = extrapolate(*(column[:points] for column in LADDER))
        # -321.0980, from the bond dimension 3000 of arXiv:2505.22734.
        assert abs(energy + 321.0980) <= error
    assert error < 3e-4


def test_two_points_are_charged_with_the_whole_correction():
    energy, error = extrapolate([2.0e-2, 1.5e-2], [-1.0, -1.1])
    assert energy == pytest.approx(-1.4)
    assert error == pytest.approx(0.3)


@pytest.mark.parametrize(
    ("variances", "energies"),
    [([1e-9, 0.0], [-3.0, -3.0]), ([0.0, 0.0], [-3.0, -3.0]), ([1e-9, 1e-8], [-2.9, -3.0])],
)
def test_without_a_line_the_last_energy_stays(variances, energies):
    energy, error = extrapolate(variances, energies)
    assert energy == energies[-1]
    assert error == pytest.approx(abs(energies[0] - energies[1]))


@pytest.mark.parametrize(("variances", "energies"), [([1e-3], [-1.0]), ([1e-3, 1e-4], [-1.0]), ([], [])])
def test_too_few_points_are_refused(variances, energies):
    with pytest.raises(ValueError, match="at least two"):
        extrapolate(variances, energies)
