import time

import numpy as np
import pytest

from sparse_nqs import published
from sparse_nqs.analysis.regions import fit_scaling, name_regions

LEP_APL, APL_HEP = 4500.0, 400.0
EXPONENT = 1.5


def synthetic(rng, *, seeds=1, rounds=30, noise=0.1, offset=0.0):
    """Errors that are flat, fall as n^-1.5, and are nearly flat again, and what `fit_scaling` takes."""
    n = np.geomspace(50_000, 20, rounds)
    error = (
        1e-4 * np.clip(n / LEP_APL, None, 1) ** -EXPONENT * np.clip(n / APL_HEP, None, 1) ** (EXPONENT - 0.1)
    )
    scatter = np.exp(noise * rng.normal(size=(seeds, rounds)) + offset * rng.normal(size=(seeds, 1)))
    seed = np.repeat(np.arange(seeds), rounds)
    return np.tile(n, seeds), (error * scatter).ravel(), np.zeros(seeds * rounds), seed


def boundaries(scaling):
    """The segments at which APL and HEP begin."""
    names = [segment.region for segment in scaling.segments]
    return scaling.segments[names.index("APL")], scaling.segments[names.index("HEP")]


def published_curve(*series):
    rows = published.curves("2")
    rows = rows[(rows["panel"] == "a") & rows["series"].isin(series)]
    seed = rows["series"].astype("category").cat.codes.to_numpy()
    return rows["x"].to_numpy(), rows["y"].to_numpy(), np.zeros(len(rows)), seed


@pytest.fixture(scope="module")
def drawn_lines():
    rows = published.annotations("2")
    lines = rows[(rows["panel"] == "a") & (rows["kind"] == "axvline")]["value"]
    return sorted(lines, reverse=True)


@pytest.mark.parametrize("series", [("alpha=5",), ("alpha=2.5",), ("alpha=1", "alpha=2.5", "alpha=5")])
def test_published_boundaries(drawn_lines, series):
    assert drawn_lines == pytest.approx([4466.8, 398.1], abs=0.1)
    scaling = fit_scaling(*published_curve(*series))
    assert [segment.region for segment in scaling.segments] == ["LEP", "APL", "HEP", "HEP"]
    for segment, line in zip(boundaries(scaling), drawn_lines, strict=True):
        assert line / 1.5 < segment.n_start.value < 1.5 * line
        assert segment.n_start.low < segment.n_start.value < segment.n_start.high
    assert 1.0 < boundaries(scaling)[0].exponent.value < 1.4


def test_the_narrowest_published_network_leaves_its_plateau_later(drawn_lines):
    # One line is drawn for three widths; alpha = 1 has 10000 weights to begin with.
    apl, hep = boundaries(fit_scaling(*published_curve("alpha=1")))
    assert drawn_lines[1] / 1.5 < hep.n_start.value < 1.5 * drawn_lines[1]
    assert 1500 < apl.n_start.value < drawn_lines[0]


def test_segments_join_and_span_the_data():
    n, error, error_error, seed = synthetic(np.random.default_rng(1), seeds=2)
    scaling = fit_scaling(n, error, error_error, seed)
    first, *_, last = scaling.segments
    assert first.n_start.value == pytest.approx(n.max()) and first.n_start.low is None
    assert last.n_end.value == pytest.approx(n.min()) and last.n_end.high is None
    for before, after in zip(scaling.segments[:-1], scaling.segments[1:], strict=True):
        assert before.n_end == after.n_start
        assert before.error_end == pytest.approx(after.error_start)
        ratio = np.log(before.n_start.value / before.n_end.value)
        assert np.log(before.error_end / before.error_start) == pytest.approx(before.exponent.value * ratio)
    assert (scaling.points, scaling.left_out, scaling.seeds) == (60, 0, 2)


@pytest.mark.slow
@pytest.mark.parametrize(("seeds", "offset"), [(1, 0.0), (3, 0.2)])
def test_intervals_hold_the_truth_as_often_as_they_say(seeds, offset):
    rng = np.random.default_rng(seeds)
    trials, hits = 60, []
    for _ in range(trials):
        scaling = fit_scaling(*synthetic(rng, seeds=seeds, offset=offset), replicates=100)
        apl, hep = boundaries(scaling)
        known = ((apl.n_start, LEP_APL), (hep.n_start, APL_HEP), (apl.exponent, EXPONENT))
        hits.append([interval.low <= truth <= interval.high for interval, truth in known])
    rates = np.mean(hits, axis=0)
    # 90 % intervals; the standard error of a rate is 0.04, that of their mean between 0.02 and 0.04.
    assert rates.min() > 0.75
    assert 0.82 < rates.mean() < 0.98


def test_intervals_shrink_with_seeds():
    few, many = (
        boundaries(fit_scaling(*synthetic(np.random.default_rng(0), seeds=seeds)))[0].n_start
        for seeds in (1, 9)
    )
    assert np.log(many.high / many.low) < 0.6 * np.log(few.high / few.low)


def test_offsets_of_whole_seeds_do_not_widen_boundaries():
    same, apart = (
        boundaries(fit_scaling(*synthetic(np.random.default_rng(3), seeds=4, offset=offset)))[0].n_start
        for offset in (0.0, 1.0)
    )
    assert np.log(apart.high / apart.low) < 2 * np.log(same.high / same.low)


def test_a_fit_depends_on_its_points_alone():
    points = synthetic(np.random.default_rng(2), seeds=2)
    order = np.random.default_rng(0).permutation(len(points[0]))
    one, other = fit_scaling(*points), fit_scaling(*(values[order] for values in points))
    for a, b in zip(one.segments, other.segments, strict=True):
        assert a.region == b.region
        assert a.n_start.value == pytest.approx(b.n_start.value)
        assert a.exponent.value == pytest.approx(b.exponent.value)
    again = fit_scaling(*points)
    assert again.segments == one.segments


def test_a_study_takes_less_than_two_seconds():
    points = synthetic(np.random.default_rng(2), seeds=3, rounds=65)
    start = time.process_time()
    fit_scaling(*points)
    assert time.process_time() - start < 2.0


def test_unresolved_points_are_left_out_and_counted():
    n, error, error_error, seed = synthetic(np.random.default_rng(1), noise=0.01)
    error[:4] = [-1e-5, np.nan, np.inf, 1e-6]
    error_error[3] = 2e-6
    scaling = fit_scaling(n, error, error_error, seed)
    assert (scaling.points, scaling.left_out) == (26, 4)
    apl, _ = boundaries(scaling)
    assert apl.exponent.value == pytest.approx(EXPONENT, abs=0.03)


def test_too_few_points_give_no_fit():
    n = np.array([8.0, 8.0, 4.0, 2.0])
    assert fit_scaling(n, 1 / n, 0 * n, np.zeros(4, dtype=int)) is None
    n = np.array([8.0, 4.0, 2.0, 1.0])
    (segment,) = fit_scaling(n, n**-2.0, 0 * n, np.zeros(4, dtype=int)).segments
    assert segment.region == "APL" and segment.exponent.value == pytest.approx(2.0)


@pytest.mark.parametrize(
    ("exponents", "lengths", "expected"),
    [
        ([0.0], [5], "L"),
        ([1.2], [5], "A"),
        ([0.1, 1.2], [2, 3], "LA"),
        ([1.2, 0.1], [2, 3], "AH"),
        ([0.1, 0.3], [2, 3], "LL"),
        ([-2.0, 1.0, 0.2], [2, 3, 2], "LAH"),
        ([0.0, 1.2, 3.4, 0.2], [2, 3, 0.6, 3], "LAHH"),
        ([0.0, 0.6, 1.5, 0.2], [2, 1, 3, 3], "LAAH"),  # longer than before: the onset of a power law, no jump
        ([0.0, 1.2, 3.4], [2, 3, 0.6], "LAH"),
        ([1.0, 3.0, 0.9, 0.8], [3, 0.5, 1, 2], "AHHH"),
        ([0.0, 1.2, 0.3, 1.1], [2, 3, 1, 1], "LAAA"),
    ],
)
def test_names(exponents, lengths, expected):
    assert [name[0] for name in name_regions(exponents, lengths)] == list(expected)
