import pytest

from sparse_nqs.report.failures import FailedJob, failures


def job(log, **wildcards) -> FailedJob:
    return FailedJob("dense", wildcards, (str(log),))


def test_a_job_has_a_line_with_the_last_words_of_its_log(tmp_path):
    log = tmp_path / "a b.log"
    log.write_bytes("step 1\rstep 2\nDivergedError: energy ü \x1b[31m\n\n".encode() + b"\xff\n \n")
    text = failures([job(log, study="bad", seed="0")])
    assert text == f"A job failed:\nstudy bad, seed 0, rule dense: \ufffd ({log})"
    log.write_text("step 1\rDivergedError: energy ü \x1b[31m\n\n")
    said = failures([job(log, study="bad", seed="0")]).splitlines()[1]
    assert said == f"study bad, seed 0, rule dense: DivergedError: energy ü \\x1b[31m ({log})"


def test_several_jobs_are_in_order_and_none_says_nothing(tmp_path):
    first, second = tmp_path / "1.log", tmp_path / "2.log"
    first.write_text("x" * 100_000 + "\n" + "y" * 5000)
    second.write_text("")
    text = failures([job(second, study="b"), job(first, study="a"), FailedJob("figure", {"figure": "f"}, ())])
    heading, f, a, b = text.splitlines()
    assert heading == "3 jobs failed:"
    assert a == f"study a, rule dense: {'y' * 600}... ({first})"
    assert b == f"study b, rule dense: its log is empty ({second})"
    assert f == "figure f, rule figure: it has no log"
    assert failures([]) == ""


@pytest.mark.parametrize("name", ["missing", "."])
def test_a_log_that_cannot_be_read_is_said(tmp_path, name):
    line = failures([job(tmp_path / name)]).splitlines()[1]
    assert line.startswith("rule dense: its log cannot be read: ")
