"""Draw one figure from the tables of what it draws, as PDF and PNG, and write its caption."""

from sparse_nqs.figures import caption, draw, save
from sparse_nqs.stages.arguments import read_arguments, run
from sparse_nqs.stages.draws import first_draws
from sparse_nqs.storage.atomic import replace_text
from sparse_nqs.storage.tables import TableFile, read_parts


def main() -> None:
    """Read the tables that the spec lists, file by file in its order, write the figure and the caption."""
    arguments = read_arguments(__doc__, "pdf", "png", "caption", lists=["tables"])
    spec = arguments.spec
    figure = spec["figure"]
    parts: dict[str, list[TableFile]] = {}
    for path, (name, origin) in zip(arguments.tables, spec["tables"], strict=True):
        parts.setdefault(name, []).append(TableFile(path, origin))
    # Figures compare states one for one; draws.parquet has what further draws say.
    tables = {name: first_draws(read_parts(name, files)) for name, files in parts.items()}
    replace_text(arguments.caption, caption(figure["kind"], tables, figure))
    save(
        draw(figure["kind"], tables, figure, spec["style"]),
        arguments.pdf,
        arguments.png,
        spec["style"]["dpi"],
    )


if __name__ == "__main__":
    run(main)
