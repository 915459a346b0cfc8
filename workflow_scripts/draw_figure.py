"""Draw one figure from the summary tables, as PDF and PNG."""

from sparse_nqs.figures import draw, save, tables_of
from sparse_nqs.stages.arguments import read_arguments, run
from sparse_nqs.storage.tables import read_table


def origin_of(table: str, figure: dict) -> dict | None:
    """What a table must belong to; None for those of all studies."""
    return {name: figure[name] for name in ("study", "seed", "round")} if table == "weights" else None


def main() -> None:
    """Read the tables that the figure's kind needs, write the figure."""
    arguments = read_arguments(__doc__, "pdf", "png", lists=["tables"])
    spec = arguments.spec
    names = tables_of(spec["figure"]["kind"], spec["figure"])
    tables = {
        name: read_table(path, name, origin_of(name, spec["figure"]))
        for name, path in zip(names, arguments.tables, strict=True)
    }
    figure = draw(spec["figure"]["kind"], tables, spec["figure"], spec["style"])
    save(figure, arguments.pdf, arguments.png, spec["style"]["dpi"])


if __name__ == "__main__":
    run(main)
