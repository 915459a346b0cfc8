"""kill -9 of a job, of Snakemake or of both at random moments; then the same command, and the same numbers.

The disturbed run differs from the undisturbed one in all that must not matter besides: blanks and other letters in its
folder and in that of its results, time zone and locale, four cores and not one, one round a job and not two.
"""

import random

import numpy as np
import pytest

from sparse_nqs.storage.states import read_states

from .disturbance import check_out, leftovers, numbers, run_disturbed

pytestmark = pytest.mark.slow

KILLS = 3
RESULTS = "a b/größe"


def trained(folder):
    """All trained states, by study, seed, procedure and round."""
    paths = folder.glob("studies/*/seed_*/*/rounds_*[0-9].safetensors")
    return {(*path.parts[-4:-1], state.round): state for path in paths for state in read_states(path)}


def test_a_run_elsewhere_that_is_killed_again_and_again_ends_with_the_same_numbers(
    expected, tmp_path, monkeypatch
):
    monkeypatch.setenv("TZ", "Pacific/Kiritimati")
    monkeypatch.setenv("LC_ALL", "C")
    project = check_out(tmp_path / "ein Ordner, größer 测试", expected.cache)
    project.config = {**project.config, "results": RESULTS, "rounds_per_job": 1}
    results = project.folder / RESULTS
    results.mkdir(parents=True)
    # What the comparison looks into.
    (project.folder / "results").symlink_to(results)
    # Other moments every time; the seed is printed to repeat one.
    seed = random.SystemRandom().randrange(10**6)
    dice = random.Random(seed)
    # What has run does not run again, so later starts have less to do.
    delays = [dice.uniform(0.15, 0.6) * expected.seconds for _ in range(KILLS)]
    hits = run_disturbed(project, delays, dice, cores=4)
    print(
        f"seed {seed}: {expected.seconds:.0f} s undisturbed; hit {hits} after "
        f"{[round(delay, 1) for delay in delays]} s"
    )
    assert hits
    assert leftovers(project.folder) == []

    ours, theirs = numbers(project.folder), numbers(expected.project.folder)
    for name in ("rounds", "fidelities", "histories"):
        assert ours[name].equals(theirs[name]), name
    # The settings of a chain's job name its rounds, so their hashes differ; the code does not.
    assert list(ours["provenance"]["code_hash"]) == list(theirs["provenance"]["code_hash"])
    states, others = trained(results), trained(expected.project.folder / "results")
    assert states.keys() == others.keys() and len(states) == 3
    for where, state in states.items():
        for name, weights in state.params.items():
            np.testing.assert_array_equal(weights, others[where].params[name])
