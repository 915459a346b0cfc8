"""kill -9 of a job, of Snakemake or of both at random moments; then the same command, and the same numbers.

The disturbed run differs from the undisturbed one in all that must not matter besides: blanks and other letters in its
folder and in that of its results, time zone and locale, four cores and not one, one round a job and not two.
"""

import random
import time

import numpy as np
import pytest

from sparse_nqs.storage.states import read_states

from .disturbance import KINDS, check_out, finish, go_on, kill_and_wait, leftovers, numbers, start

pytestmark = pytest.mark.slow

KILLS = 3
RESULTS = "a b/größe"


def trained(folder):
    """All trained states, by study, seed, procedure and round."""
    paths = folder.glob("studies/*/seed_*/*/rounds_*[0-9].safetensors")
    return {(*path.parts[-4:-1], state.round): state for path in paths for state in read_states(path)}


def finished_files(folder) -> int:
    """Results and logs that a run has so far."""
    return sum(path.is_file() and not path.name.endswith(".part") for path in folder.rglob("*"))


def run_killed(project, results, counts, dice, cores) -> list[str]:
    """Run to the end through a kill each time that there are so many files, however long they take.

    Returns:
        What was hit, kill by kill.
    """
    hits = []
    process = start(project, cores=cores)
    for count in counts:
        while process.poll() is None and finished_files(results) < count:
            time.sleep(0.05)
        # Into what the next job does.
        time.sleep(dice.uniform(0.0, 1.0))
        if process.poll() is None:
            hits.append(kill_and_wait(process, dice.choice(KINDS)))
        process = go_on(project, cores=cores)
    finish(project, process)
    return hits


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
    total = finished_files(expected.project.folder / "results")
    counts = sorted(dice.sample(range(1, 3 * total // 4), KILLS))
    hits = run_killed(project, results, counts, dice, cores=4)
    print(f"seed {seed}: hit {hits} at {counts} of {total} files")
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
