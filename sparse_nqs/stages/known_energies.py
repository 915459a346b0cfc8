"""Collect the DMRG energies of a finished run into the table that ships with the package: `make known-energies`."""

import argparse
import csv
import json
from pathlib import Path

from sparse_nqs import paths
from sparse_nqs.storage.atomic import replace_text
from sparse_nqs.storage.results import read_result

_TABLE = Path(__file__).parents[1] / "known_energies" / "data" / "ground_energies.json"


def entry_of(results: Path, name: str) -> dict | None:
    """The table's entry of a reference file; None if the energy is not from DMRG.

    Args:
        results: a folder of results.
        name: of a system with a reference file there.

    Raises:
        FileNotFoundError, DamagedFileError: if the file or its benchmark cannot be read.
    """
    path = results / paths.reference(name)
    content = read_result(path, "reference")
    if content["method"] != "dmrg":
        return None
    benchmark = results / paths.benchmark_of_reference(name)
    with benchmark.open(encoding="utf-8") as stream:
        (row,) = csv.DictReader(stream, delimiter="\t")
    made_by = content.pop("made_by")
    system = json.loads(path.read_bytes())["origin"]["system"]
    return {"system": system, "reference": content, "seconds": float(row["cpu_time"]), "made_by": made_by}


def main() -> None:
    """Write the table from the references below the folder of the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("results", type=Path)
    results = parser.parse_args().results
    names = sorted(path.stem for path in results.glob(paths.reference("*")))
    found = [entry for name in names if (entry := entry_of(results, name))]
    replace_text(_TABLE, json.dumps(found, indent=1) + "\n")


if __name__ == "__main__":
    main()
