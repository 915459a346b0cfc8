"""Draw one figure from the summary tables, as PDF and PNG, and write its caption."""

from sparse_nqs.figures import caption, draw, save, tables_of
from sparse_nqs.stages.arguments import read_arguments, run
from sparse_nqs.stages.draws import first_draws
from sparse_nqs.storage.atomic import replacing
from sparse_nqs.storage.tables import read_table


def origin_of(table: str, figure: dict) -> dict | None:
    """What a table must belong to; None for those of all studies."""
    return {name: figure[name] for name in ("study", "seed", "round")} if table == "weights" else None


def main() -> None:
    """Read the tables that the figure's kind needs, write the figure and the caption."""
    arguments = read_arguments(__doc__, "pdf", "png", "caption", lists=["tables"])
    spec = arguments.spec
    figure = spec["figure"]
    names = tables_of(figure["kind"], figure)
    tables = {
        # Figures compare states one for one; draws.parquet has what further draws say.
        name: first_draws(read_table(path, name, origin_of(name, figure)))
        for name, path in zip(names, arguments.tables, strict=True)
    }
    with replacing(arguments.caption) as temporary:
        temporary.write_text(caption(figure["kind"], tables, figure), encoding="utf-8")
    save(
        draw(figure["kind"], tables, figure, spec["style"]),
        arguments.pdf,
        arguments.png,
        spec["style"]["dpi"],
    )


if __name__ == "__main__":
    run(main)
