"""kill -9 at twenty random moments of the tiny study, each in a fresh run: `make soak` does this first.

Exit status 1 if a run does not end with the numbers of the one that nothing disturbed.
"""

import random
import sys
import tempfile
from pathlib import Path

from .disturbance import LossError, check_out, clean, compare, run_disturbed, undisturbed

MOMENTS = 20


def main() -> int:
    """Kill, run again, compare, twenty times."""
    seed = random.SystemRandom().randrange(10**6)
    dice = random.Random(seed)
    losses = 0
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        expected, seconds = undisturbed(folder / "undisturbed", folder / "cache")
        project = check_out(folder / "killed", folder / "cache")
        print(f"{MOMENTS} moments, seed {seed}, {seconds:.0f} s a run that nothing disturbs", flush=True)
        for number in range(MOMENTS):
            clean(project)
            delay = dice.uniform(0.0, seconds)
            try:
                hits = run_disturbed(project, [delay], dice)
                compare(project.folder, expected.folder)
            except LossError as loss:
                losses += 1
                print(f"LOST {number + 1}, after {delay:.1f} s: {loss}", flush=True)
            else:
                print(
                    f"{number + 1}, after {delay:.1f} s: {hits or 'it had ended'}, same numbers", flush=True
                )
    print(f"{losses} of {MOMENTS} lost")
    return 1 if losses else 0


if __name__ == "__main__":
    sys.exit(main())
