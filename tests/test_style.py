"""The project's style as `make check-style` looks at it, and that the tests themselves are run strictly."""

import os
import subprocess
import sys
import warnings
from pathlib import Path

import jax.numpy as jnp
import numpy as np
import pytest

SOURCE = Path(__file__).resolve().parents[1]


COMMANDS = (
    "ruff check .",
    "ruff format --check .",
    "snakefmt --check Snakefile rules examples",
    "mypy",
    "snakemake --lint",
)
# The first run of mypy reads the libraries; later ones take what they found from its cache.
SLOW = {"mypy": pytest.mark.slow}


@pytest.mark.parametrize("command", [pytest.param(name, marks=SLOW.get(name, ())) for name in COMMANDS])
def test_the_style_is_clean(command):
    done = subprocess.run(
        [sys.executable, "-m", *command.split()],
        cwd=SOURCE,
        env={**os.environ, "PYTHONPATH": str(SOURCE)},
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_make_check_style_looks_at_the_same():
    makefile = (SOURCE / "Makefile").read_text(encoding="utf-8")
    recipe = makefile.partition("\ncheck-style:")[2].partition("\n\n")[0].splitlines()[1:]
    assert tuple(line.removeprefix("\t$(BIN)/") for line in recipe) == COMMANDS


def test_a_warning_is_an_error():
    with pytest.raises(UserWarning, match="of a test"):
        warnings.warn("of a test", stacklevel=1)


def test_silent_casts_and_broadcasts_are_errors():
    with pytest.raises(ValueError, match="rank"):
        jnp.ones((2, 3)) + jnp.ones(3)
    with pytest.raises(ValueError, match="no available implicit dtype promotion"):
        jnp.ones(3, jnp.float32) + jnp.ones(3, jnp.float64)
    # Numbers of Python take the dtype of what they meet.
    np.testing.assert_array_equal(jnp.ones(3, jnp.float32) + 1.0, 2.0)
