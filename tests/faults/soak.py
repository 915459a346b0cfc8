"""The tiny study over and over, with kills, edits of the config and damaged files: `make soak`.

Every run must end with the numbers of one that nothing disturbed. What was survived and what was lost is counted; the
exit status is 1 if anything was lost.
"""

import argparse
import copy
import random
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from checkout import Project

from sparse_nqs.storage.sealed import DamagedFileError

from .disturbance import (
    CONFIG,
    KINDS,
    LossError,
    check_out,
    clean,
    compare,
    finish,
    go_on,
    kill_and_wait,
    leftovers,
    start,
    undisturbed,
    wait,
)

_DAMAGED = re.compile(r"DamagedFileError: (.+?): (?:not a readable|holds|is not)")
# A file at a time is damaged; more messages than this in one run are a loss.
_MOST_DELETIONS = 5


def configs() -> dict[str, dict]:
    """The config and edits of it, by name."""
    found = {"as it is": CONFIG}
    for name, part, value in (
        ("another round", "pruning", {"rounds": 3}),
        ("another rate", "training", {"learning_rate": 0.04}),
        ("another seed", "seeds", [0, 1]),
        ("other evaluation", "evaluation", {"exact_max_spins": 3, "chains": 32, "samples_per_chain": 8}),
    ):
        config = copy.deepcopy(CONFIG)
        study = config["studies"]["tiny"]
        study[part] = {**study.get(part, {}), **value} if isinstance(value, dict) else value
        found[name] = config
    return found


def damage(project: Project, dice: random.Random) -> str:
    """Flip a bit of a random file of results, empty it or cut it. Returns its name."""
    files = [
        path
        for path in sorted((project.folder / "results").glob("**/*"))
        if path.suffix in (".safetensors", ".json", ".parquet")
    ]
    if not files:
        return ""
    path = dice.choice(files)
    content = bytearray(path.read_bytes())
    match dice.choice(["flip", "cut", "empty"]):
        case "flip":
            content[dice.randrange(len(content))] ^= 1 << dice.randrange(8)
        case "cut":
            content = content[: dice.randrange(len(content))]
        case "empty":
            content = bytearray()
    path.write_bytes(content)
    return str(path.relative_to(project.folder))


def settle(project: Project, process: subprocess.Popen, config: dict, expected: Path) -> int:
    """Let a run end, delete what messages ask for and run again, until the numbers are right.

    Returns:
        How many files were deleted.

    Raises:
        LossError: if it ends otherwise, or with other numbers.
    """
    for deleted in range(_MOST_DELETIONS):
        try:
            finish(project, process)
            compare(project.folder, expected, all_states=False)
        except LossError as loss:
            named = _DAMAGED.search(str(loss))
            if named is None:
                raise
            path = project.folder / named[1]
        except DamagedFileError as error:
            path = Path(str(error).split(": ")[0])
        else:
            return deleted
        path.unlink(missing_ok=True)
        process = go_on(project, config)
    raise LossError(f"still damaged after {_MOST_DELETIONS} files were deleted")


def disturb(project: Project, config: dict, expected: Path, seconds: float, dice: random.Random) -> Counter:
    """One run with up to three kills, or with a damaged file. Returns the faults survived, by kind.

    Raises:
        LossError: as `settle`.
    """
    faults: Counter = Counter()
    if dice.random() < 0.3 and (name := damage(project, dice)):
        faults[f"damaged {Path(name).suffix}"] += 1
    process = go_on(project, config)
    for _ in range(dice.randint(0, 3)):
        if not wait(process, dice.uniform(0.0, 0.7) * seconds):
            kind = dice.choice(KINDS)
            if kill_and_wait(process, kind):
                faults[f"killed {kind}"] += 1
        process = go_on(project, config)
    faults["deleted as a message said"] = settle(project, process, config, expected)
    return +faults


def main() -> int:
    """Run for so many minutes and print what happened."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=15.0)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    arguments = parser.parse_args()
    dice = random.Random(arguments.seed)
    print(f"soak for {arguments.minutes:g} minutes, seed {arguments.seed}", flush=True)
    faults, runs, losses = Counter(), 0, []
    with tempfile.TemporaryDirectory(prefix="soak ") as temporary:
        folder = Path(temporary)
        cache = folder / "cache"
        expected, seconds = undisturbed(folder / "as it is", cache)
        references = {"as it is": expected.folder}
        for name, config in configs().items():
            if name not in references:
                other = expected.copy(folder / name)
                clean(other)
                finish(other, start(other, config=config))
                references[name] = other.folder
        print(f"{len(references)} configs, {seconds:.0f} s a run that nothing disturbs", flush=True)
        project = check_out(folder / "disturbed", cache)
        ends = time.monotonic() + 60.0 * arguments.minutes
        while time.monotonic() < ends:
            name = dice.choice(list(references))
            runs += 1
            try:
                survived = disturb(project, configs()[name], references[name], seconds, dice)
            except LossError as loss:
                losses.append(f"run {runs}, {name}: {loss}")
                print(f"LOST {losses[-1]}", flush=True)
                clean(project)
                continue
            faults += survived
            print(
                f"run {runs}, {name}: {', '.join(f'{n} {k}' for k, n in survived.items()) or 'no fault'}",
                flush=True,
            )
        left = leftovers(project.folder)
    told = ", ".join(f"{number} {kind}" for kind, number in sorted(faults.items()))
    survived = sum(number for kind, number in faults.items() if not kind.startswith("deleted"))
    print(
        f"{runs} runs, {survived} faults survived ({told}), {len(losses)} losses, {len(left)} files left over"
    )
    return 1 if losses else 0


if __name__ == "__main__":
    sys.exit(main())
