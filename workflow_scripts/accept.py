"""Accept code that makes the same numbers: `make accept CONFIG=...`.

One cheap finished job of each rule and network, and of each procedure that is trained, is repeated in a temporary
folder, with the code as it is now. If all of them make what is stored, bit for bit, this code counts as the code that
made the results: accepted.json in their folder says so, and nothing runs again. Otherwise a line says which job differs
and where, and nothing is touched. Figures and pages are not compared; they are drawn anew where their own code has
changed.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from sparse_nqs.config import Config
from sparse_nqs.errors import WorkError
from sparse_nqs.messages import ConfigError
from sparse_nqs.planning.specs.accepted import FILE, Accepted, accepted_text, read_accepted, taken_as
from sparse_nqs.planning.specs.every import JobSpec, every_job
from sparse_nqs.planning.specs.spec import take_as
from sparse_nqs.reading import load_config
from sparse_nqs.stages.arguments import run
from sparse_nqs.stages.repeating import Finished, finished, repeat
from sparse_nqs.storage.atomic import replace_text
from sparse_nqs.storage.differences import FORMATS, difference

SOURCE = Path(__file__).resolve().parents[1]
_TRAININGS = ("chain", "isolated")


class Changed(NamedTuple):
    """A finished job whose code is another one now, by hash."""

    job: JobSpec
    finished: Finished
    code: str

    @property
    def kind(self) -> tuple[str, str, str]:
        """Of these one is repeated: rule, network or model, and what is trained."""
        spec = self.finished.spec
        network = spec.get("network", spec.get("system", {}))
        procedure = spec.get("procedure", "") if self.job.rule in _TRAININGS else ""
        return self.job.rule, network.get("kind", network.get("model", "")), procedure


def changed_jobs(config: Config) -> list[Changed]:
    """The finished jobs whose settings are the same and whose code is not.

    Raises:
        WorkError: if the same code would have to count as two others, or made some of the results itself.
    """
    found: list[Changed] = []
    current: set[str] = set()
    made_by: dict[str, str] = {}
    for job in every_job(config):
        path = f"{config.results}/{job.output}"
        done = finished(path) if path.endswith(FORMATS) else None
        if done is None and job.rule == "isolated":  # the config may keep its history alone
            done = finished(path.replace(".safetensors", ".history.safetensors"))
        now = json.loads(job.spec)
        if done is None or _settings(done.spec) != _settings(now):
            continue
        if done.spec["code"] == now["code"]:
            current.add(now["code"])
            continue
        found.append(Changed(job, done, now["code"]))
        if made_by.setdefault(now["code"], done.spec["code"]) != done.spec["code"]:
            raise WorkError(
                f"{job.output} and others of its kind were made by different code; run the workflow"
            )
    for entry in found:
        if entry.code in current:
            raise WorkError(
                f"{entry.job.output} was made by other code, and others of its kind by the code as it is now; run the "
                "workflow"
            )
    return found


def _settings(spec: dict) -> dict:
    return {name: value for name, value in spec.items() if name not in ("code", "after")}


def cheapest(jobs: Iterable[Changed]) -> list[Changed]:
    """One job of each kind."""
    chosen: dict[tuple[str, str, str], Changed] = {}
    for entry in jobs:
        best = chosen.get(entry.kind)
        has_inputs = all(Path(path).exists() for path in entry.finished.inputs)
        if has_inputs and (best is None or entry.finished.seconds < best.finished.seconds):
            chosen[entry.kind] = entry
    if untried := {entry.kind for entry in jobs} - chosen.keys():
        kind = ", ".join(filter(None, min(untried)))
        raise WorkError(f"no finished job can be repeated of: {kind}; their inputs are gone")
    return list(chosen.values())


def try_job(entry: Changed, results: str) -> None:
    """Repeat a job.

    Raises:
        WorkError: if it fails, or makes something else than what is stored; says what.
    """
    print(f"repeats {entry.job.rule}: {entry.job.output}", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        try:
            made = repeat(entry.finished, results, Path(folder), SOURCE)
        except WorkError as error:
            raise WorkError(f"{entry.job.rule}, {entry.job.output}: {error}") from error
        for stored, path in made.items():
            # States that the config does not keep are gone.
            if stored.endswith(FORMATS) and Path(stored).exists():
                text = difference(Path(stored), path)
                if text is not None:
                    raise WorkError(f"{entry.job.rule}, {stored}: {text} differs; nothing was accepted")


def accept(config: Config) -> str:
    """Try the code and note that it is accepted. Returns what to tell.

    Raises:
        WorkError: if anything differs; then nothing is touched.
    """
    before = read_accepted(config.results)
    take_as(taken_as(before))
    jobs = changed_jobs(config)
    if not jobs:
        return "Nothing to accept: the results are of the code as it is now."
    tried = cheapest(jobs)
    for entry in tried:
        try_job(entry, config.results)
    outputs: dict[str, list[str]] = {}
    made_by = {}
    for one in jobs:
        made_by[one.code] = one.finished.spec["code"]
        outputs[one.code] = [entry.job.output for entry in tried if entry.kind == one.kind]
    new = [Accepted(code, made_by[code], tuple(outputs[code])) for code in made_by]
    replace_text(f"{config.results}/{FILE}", accepted_text([*before, *new]))
    return f"{len(tried)} jobs repeated, all as stored: the results count as those of the code as it is now."


def main() -> None:
    """Read the config, accept."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("configs", nargs="*", default=["config.yaml"], help="as for the workflow")
    try:
        print(accept(load_config(*parser.parse_args().configs)))
    except ConfigError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    run(main)
