"""Tables of a finished or half-finished run, small enough to be shipped, laid out as in a folder of results.

`make publish CONFIG=... RESULTS=... INTO=...`. What is not finished is left out and named. Only tables that the
config's figures draw are there, beside those of rounds and provenance.
"""

import argparse
import json
import shutil
import sys
from contextlib import ExitStack
from pathlib import Path

from sparse_nqs import paths
from sparse_nqs.blocks import DENSE
from sparse_nqs.config import Config
from sparse_nqs.config.pruning import CHAINS
from sparse_nqs.errors import WorkError
from sparse_nqs.messages import ConfigError
from sparse_nqs.planning import layout, specs
from sparse_nqs.planning.figure_tables import FigureTable, parts_read
from sparse_nqs.reading import load_config
from sparse_nqs.stages.collecting import collect_study
from sparse_nqs.stages.collecting_tickets import collect_tickets
from sparse_nqs.stages.scaling import region_rows
from sparse_nqs.stages.weights import write_weights
from sparse_nqs.storage.tables import read_table, table_writer, write_table
from sparse_nqs.study_tables import SUMMARY, TICKETS

_ALWAYS = ("rounds", "fidelities", "provenance")


def publish(config: Config, results: Path, target: Path) -> list[str]:
    """Write the tables of what is there of a run.

    Args:
        config: the run's.
        results: its folder.
        target: the folder of the tables; what was there is deleted.

    Returns:
        What was left out, a line each.

    Raises:
        DamagedFileError: if a file of the run is not what it should be.
    """
    drawn = {(part.table, part.path) for name in config.figures for part in parts_read(config, name)}
    shutil.rmtree(target, ignore_errors=True)
    left_out = []
    for name in config.studies:
        folder = target / "studies" / name / "tables"
        wanted = {table for table, path in drawn if path.startswith(f"studies/{name}/")}
        if _is_begun(config, name, results):
            left_out += _write_study(config, name, results, folder, wanted)
        else:
            left_out.append(f"{name}: nothing of it is finished")
    for name in config.figures:
        for part in parts_read(config, name):
            if part.table == "weights":
                left_out += _write_weights(config, name, part, results, target)
    # Tables that are of no study: pairs of states, and networks without a training.
    for table, path in sorted(drawn):
        if not path.startswith("studies/"):
            left_out += _copy(results / path, target / path, table)
    return left_out


def _copy(source: Path, target: Path, table: str) -> list[str]:
    """One table as it is."""
    if not source.exists():
        return [f"{table}: {source.name} of {source.parent.name}"]
    read_table(source, table)
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)
    return []


def _is_begun(config: Config, name: str, results: Path) -> bool:
    """Whether the dense network of any seed has been measured, and the reference energy is there."""
    study = config.studies[name]
    measured = [results / paths.seed_file(name, seed, DENSE.name, ".evaluation.json") for seed in study.seeds]
    reference = results / paths.reference(study.system.slug)
    return reference.exists() and any(path.exists() for path in measured)


def _write_study(config: Config, name: str, results: Path, folder: Path, wanted: set[str]) -> list[str]:
    """The tables of one study."""
    study, owner = config.studies[name], {"study": name}
    spec = json.loads(specs.study_summary_spec(config, name))
    reference = results / paths.reference(study.system.slug)
    with ExitStack() as stack:
        write = {
            table: stack.enter_context(table_writer(folder / f"{table}.parquet", table, owner))
            for table in SUMMARY
        }
        missing = collect_study(spec, results, reference, write, whole=False)
    if "regions" in wanted:
        rounds = read_table(folder / "rounds.parquet", "rounds", owner)
        write_table(folder / "regions.parquet", "regions", region_rows(rounds, list(CHAINS)), owner)
    tickets = wanted & set(TICKETS)
    if tickets:
        spec = json.loads(specs.tickets_spec(config, name))
        rows = collect_tickets(spec, results, whole=False)
        for table in tickets:
            write_table(folder / f"{table}.parquet", table, rows[table], owner)
    for table in set(SUMMARY) - set(_ALWAYS) - wanted:
        (folder / f"{table}.parquet").unlink()
    return [f"{name}: {block}" for block in missing]


def _write_weights(config: Config, name: str, part: FigureTable, results: Path, target: Path) -> list[str]:
    """The weights of the state that a figure draws."""
    study, seed, round_index = (part.origin[key] for key in ("study", "seed", "round"))
    block = layout.block_of_round(config.studies[study], "imp_wr", round_index, config.rounds_per_job)
    states = results / paths.seed_file(study, seed, block.name, ".safetensors")
    if not states.exists():
        return [f"{study}: the state that figure {name} draws"]
    spec = specs.weights_spec(config.studies[study], seed, round_index)
    write_weights(json.loads(spec), states, target / part.path)
    return []


def main() -> None:
    """Publish the run of the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("configs", nargs="+", type=Path)
    parser.add_argument("--into", type=Path, required=True, help="the folder of the tables")
    parser.add_argument("--results", type=Path, help="where the run is, if not where the config says")
    arguments = parser.parse_args()
    try:
        config = load_config(*arguments.configs)
        for line in publish(config, arguments.results or Path(config.results), arguments.into):
            print(f"left out: {line}")
    except (ConfigError, WorkError, OSError) as error:
        sys.exit(f"{type(error).__name__}: {error}")


if __name__ == "__main__":
    main()
