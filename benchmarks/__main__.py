"""Run the benchmarks: `make bench`, or `python -m benchmarks [--only NAME] [--repeats N]`."""

import argparse
import json
import os
import platform
from importlib.metadata import version
from pathlib import Path

from sparse_nqs import runtime

runtime.configure()

from benchmarks import (  # noqa: E402
    batched_trainings,
    job_start,
    matrix_product,
    memory,
    pruned_masks,
    step_cost,
    time_to_accuracy,
    trajectory,
)

_COLUMNS = ("case", "density", "n_active", "ours_ms", "netket_ms", "ratio", "target", "netket_options")


def _table(records: list[dict]) -> str:
    def cell(value) -> str:
        return "" if value is None else f"{value:.3g}" if isinstance(value, float) else str(value)

    rows = [[cell(record.get(name)) for name in _COLUMNS] for record in records if "ours_ms" in record]
    lines = [" | ".join(_COLUMNS), " | ".join("---" for _ in _COLUMNS), *(" | ".join(row) for row in rows)]
    others = [record for record in records if "ours_ms" not in record]
    text = "\n".join(f"| {line} |" for line in lines)
    return text + "\n\n" + "\n".join(f"- {json.dumps(record)}" for record in others) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", help="only the cases whose name contains this")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--output", type=Path, default=Path("results/bench"))
    arguments = parser.parse_args()
    only = arguments.only
    found: dict[str, dict] = {}

    def pruned(case, density):
        key = json.dumps(case.system, sort_keys=True)
        if key not in found:
            densities = trajectory.DENSITIES if case.network.n_sites == 100 else (0.1,)
            found[key] = pruned_masks.trajectory(case, densities)
        return found[key][density]

    common = {
        "threads": int(os.environ.get("NPROC", os.cpu_count())),
        "processor": platform.processor() or platform.machine(),
        "versions": {name: version(name) for name in ("jax", "jaxlib", "netket", "numpy")},
    }
    others = {
        "matrix_product": matrix_product.measure,
        "job_start": job_start.measure,
        "memory": memory.measure,
        "time_to_accuracy": time_to_accuracy.measure,
        "batched_trainings": batched_trainings.measure,
    }
    records = []

    def keep(record: dict) -> None:
        records.append(record | common)
        print(json.dumps(record), flush=True)
        arguments.output.mkdir(parents=True, exist_ok=True)
        (arguments.output / "bench.json").write_text(json.dumps(records, indent=1) + "\n")
        (arguments.output / "bench.md").write_text(_table(records))

    for name, measure in others.items():
        if not only or only in name:
            keep(measure())
    if not only or only in "trajectory_10x10":
        keep(trajectory.measure(pruned, arguments.repeats))
    for record in step_cost.measure(pruned, arguments.repeats, only):
        keep(record)


if __name__ == "__main__":
    main()
