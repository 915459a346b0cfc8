"""A run whose disk is full: it says so in a line, and goes on when there is room again."""

import shlex
import shutil
import sys

import pytest
from small_disk import with_a_small_disk

from .disturbance import compare

pytestmark = pytest.mark.slow

SCRIPT = """
cd {folder}
cp -a kept/. results/
run() {{ {python} -m snakemake --cores 1 --configfile study.yaml -- {target} 2>&1; echo "status $?"; }}
rm -r results/summaries
head -c 3m /dev/zero > results/filler 2>/dev/null
echo "=== full"
run
echo "=== three pages left"
truncate -s -12k results/filler
run
ls -A results/summaries 2>/dev/null
echo "=== room"
rm results/filler
run
cp -a results/. kept/
"""


def test_a_full_disk_is_told_and_loses_nothing(expected, tmp_path):
    project = expected.project.copy(tmp_path / "copy")
    results = project.folder / "results"
    if not with_a_small_disk(results, "2m", "true").ok:
        pytest.skip("no disk can be mounted here")
    shutil.copytree(results, project.folder / "kept", copy_function=shutil.copy2)
    script = SCRIPT.format(
        folder=shlex.quote(str(project.folder)),
        python=shlex.quote(sys.executable),
        target="results/summaries/rounds.parquet",
    )
    done = with_a_small_disk(results, "2m", script)
    full, little, room = done.said.split("=== ")[1:]
    assert "study.yaml: results: 'results' cannot be written to: No space left on device\nstatus 1" in full
    message = (
        "No space left on device; nothing was written, and an older file is as it was: 'results/summaries/"
    )
    assert message in little and "status 1" in little
    # No table, and nothing half written.
    assert little.rsplit("status 1", 1)[1].split() == []
    assert "steps (100%) done" in room and "status 0" in room
    shutil.rmtree(results)
    (project.folder / "kept").rename(results)
    compare(project.folder, expected.project.folder)
