"""kill -9 of a job, of Snakemake or of both at random moments; then the same command, and the same numbers."""

import random

import pytest

from .disturbance import check_out, compare, leftovers, run_disturbed

pytestmark = pytest.mark.slow

KILLS = 3


def test_a_run_that_is_killed_again_and_again_ends_with_the_same_numbers(expected, tmp_path):
    seconds = expected.seconds
    project = check_out(tmp_path / "disturbed", expected.cache)
    # Other moments every time; the seed is printed to repeat one.
    seed = random.SystemRandom().randrange(10**6)
    dice = random.Random(seed)
    # What has run does not run again, so later starts have less to do.
    delays = [dice.uniform(0.15, 0.6) * seconds for _ in range(KILLS)]
    hits = run_disturbed(project, delays, dice)
    print(
        f"seed {seed}: {seconds:.0f} s undisturbed; hit {hits} after {[round(delay, 1) for delay in delays]} s"
    )
    compare(project.folder, expected.project.folder)
    assert hits
    assert leftovers(project.folder) == []
