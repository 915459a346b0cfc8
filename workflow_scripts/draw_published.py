"""Draw a config's figures from published tables (`workflow_scripts.publish`), without any training: `make paper`.

A figure of several studies is drawn with those that are there. Figures that are not drawn are named with the reason.
"""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd

from sparse_nqs.config import Config
from sparse_nqs.config.pruning import CHAINS
from sparse_nqs.errors import WorkError
from sparse_nqs.figures import caption, draw, save
from sparse_nqs.messages import ConfigError
from sparse_nqs.planning.figure_tables import parts_read
from sparse_nqs.reading import load_config
from sparse_nqs.report import draws_page, scoreboard
from sparse_nqs.stages.draws import draw_rows, first_draws
from sparse_nqs.stages.published_comparison import comparison_rows
from sparse_nqs.stages.scaling import region_rows
from sparse_nqs.storage.atomic import replace_text
from sparse_nqs.storage.tables import TableFile, read_parts, read_table


def draw_all(config: Config, data: Path, target: Path) -> Iterator[tuple[str, str]]:
    """Draw every figure for which there are tables.

    Args:
        config: of the figures.
        data: the published tables.
        target: the folder of the figures.

    Yields:
        Each figure's name and what is missing of it, "" if nothing is.

    Raises:
        DamagedFileError: if a table is not what it should be.
    """
    style = config.style.model_dump()
    for name in config.figures:
        figure, tables, missing = _tables(config, name, data)
        if missing and tables is None:
            yield name, f"not drawn: there is nothing of {missing}"
            continue
        assert tables is not None
        try:
            text = caption(figure["kind"], tables, figure)
            drawn = draw(figure["kind"], tables, figure, style)
        except ValueError as error:
            # What kinds raise where a study has no row of what they draw.
            yield name, f"not drawn: {error}"
            continue
        replace_text(target / f"{name}.rst", text)
        save(drawn, target / f"{name}.pdf", target / f"{name}.png", style["dpi"])
        yield name, f"without {missing}" if missing else ""


def _tables(
    config: Config, name: str, data: Path
) -> tuple[dict[str, Any], dict[str, pd.DataFrame] | None, str]:
    """A figure with only the studies that are there, its tables (None if some are missing), and what is missing."""
    figure = config.figures[name].model_dump(mode="json")
    parts = parts_read(config, name)
    there = [part for part in parts if (data / part.path).exists()]
    absent = sorted({str(part.origin.get("study", name)) for part in parts if part not in there})
    for key in ("studies", "inset"):
        if key in figure:
            figure[key] = [study for study in figure[key] if study not in absent]
    found: dict[str, list[TableFile]] = {}
    for part in there:
        if part.origin.get("study") not in absent:
            found.setdefault(part.table, []).append(TableFile(data / part.path, part.origin))
    needed = {part.table for part in parts}
    if needed - set(found) or figure.get("studies") == []:
        return figure, None, ", ".join(absent)
    return (
        figure,
        {table: first_draws(read_parts(table, files)) for table, files in found.items()},
        ", ".join(absent),
    )


def write_pages(data: Path, target: Path) -> None:
    """Our curves against the published ones, and the independent draws, as Markdown.

    Raises:
        WorkError: if there are no tables.
    """
    if not any(data.glob("studies/*/tables/rounds.parquet")):
        raise WorkError(
            f"{data}: no studies/NAME/tables/rounds.parquet is below it; allowed is a folder of `publish`"
        )
    tables = {
        table: pd.concat(
            [read_table(path, table) for path in sorted(data.glob(f"studies/*/tables/{table}.parquet"))]
        )
        for table in ("rounds", "fidelities")
    }
    regions = pd.DataFrame(region_rows(tables["rounds"], list(CHAINS)))
    compared = comparison_rows(
        *(first_draws(table) for table in (tables["rounds"], tables["fidelities"], regions))
    )
    for name, text in (
        ("comparison", scoreboard.markdown(compared)),
        ("draws", draws_page.markdown(draw_rows(tables["rounds"]))),
    ):
        replace_text(target / f"{name}.md", text)


def main() -> None:
    """Draw the figures of the command line's config."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("configs", nargs="+", type=Path)
    parser.add_argument("--data", type=Path, required=True, help="the published tables")
    parser.add_argument("--into", type=Path, required=True, help="the folder of the figures")
    arguments = parser.parse_args()
    try:
        config = load_config(*arguments.configs)
        for name, missing in draw_all(config, arguments.data, arguments.into):
            print(f"{name}: {missing or 'drawn'}", flush=True)
        write_pages(arguments.data, arguments.into)
    except (ConfigError, WorkError, OSError) as error:
        sys.exit(f"{type(error).__name__}: {error}")


if __name__ == "__main__":
    main()
