"""What a job executes of the package is in its fingerprint: real jobs run under Python's profiler."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from sparse_nqs.hashing.fingerprint import Code

SOURCE = Path(__file__).resolve().parents[2]


@pytest.mark.slow
def test_what_jobs_execute_is_in_their_fingerprints(tmp_path):
    done = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("executed.py")), str(tmp_path)],
        env={**os.environ, "PYTHONPATH": str(SOURCE), "JAX_PLATFORMS": "cpu"},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert done.returncode == 0, done.stderr
    code = Code(SOURCE / "sparse_nqs")
    executed = json.loads(done.stdout.splitlines()[-1])
    assert len(executed) == 16
    missing = {}
    for job, (script, modules, functions) in executed.items():
        assert len(functions) > 20, job
        closure = set(code.closure([SOURCE / "workflow_scripts" / f"{script}.py"], modules))
        # Python asks the package for modules that are not loaded yet; it offers functions alone.
        if unseen := sorted(set(functions) - closure - {"sparse_nqs:__getattr__"}):
            missing[job] = unseen
    assert missing == {}
