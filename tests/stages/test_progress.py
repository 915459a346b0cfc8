import numpy as np
import pytest

from sparse_nqs.stages import progress
from sparse_nqs.stages.progress import progress_reporter
from sparse_nqs.vmc import History

HISTORY = History(np.array([-50.0, -51.0]), np.array([0.25, 0.75]), np.array([0.5, 0.5]), *np.zeros((3, 2)))


class Clock:
    def __init__(self):
        self.now = 100.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(progress.time, "perf_counter", clock)
    return clock


def test_a_line_every_few_seconds_and_one_at_the_end(clock, capsys):
    report = progress_reporter("tfim_4x4 seed 0 dense round 0", 100)
    printed = []
    for done in range(10, 110, 10):
        clock.now += 2.0
        report(done, HISTORY)
        printed.append(capsys.readouterr().out)
    assert [bool(line) for line in printed] == [done in (30, 60, 90, 100) for done in range(10, 110, 10)]
    assert all(line.count("\n") == 1 for line in printed if line)


def test_the_line(clock, capsys):
    report = progress_reporter("tfim_4x4 seed 0 dense round 0", 100)
    clock.now += 8.0
    report(20, HISTORY)
    assert capsys.readouterr().out == (
        "tfim_4x4 seed 0 dense round 0: step 20/100, energy -50.5 (spread 0.5), variance 0.5, 2.5 steps/s, "
        "32 s left\n"
    )


def test_a_clock_that_stands_still(clock, capsys):
    progress_reporter("label", 5)(5, HISTORY)
    assert "step 5/5" in capsys.readouterr().out


def test_reporters_do_not_share_their_clock(clock, capsys):
    first, second = progress_reporter("first", 100), progress_reporter("second", 100)
    clock.now += 6.0
    first(1, HISTORY)
    second(1, HISTORY)
    assert capsys.readouterr().out.count("step 1/100") == 2
