"""Our curves against the paper's: a table, and the same as Markdown and HTML to read."""

from sparse_nqs.report import scoreboard
from sparse_nqs.stages.arguments import read_arguments, run
from sparse_nqs.stages.draws import first_draws
from sparse_nqs.stages.published_comparison import comparison_rows
from sparse_nqs.storage.atomic import replace_text
from sparse_nqs.storage.tables import read_table, write_table


def main() -> None:
    """Read the summaries, write the comparison and its pages."""
    arguments = read_arguments(__doc__, "rounds", "fidelities", "regions", "comparison", "markdown", "page")
    rows = comparison_rows(
        *(
            first_draws(read_table(getattr(arguments, name), name))
            for name in ("rounds", "fidelities", "regions")
        )
    )
    write_table(arguments.comparison, "comparison", rows)
    for path, text in (
        (arguments.markdown, scoreboard.markdown(rows)),
        (arguments.page, scoreboard.page(rows)),
    ):
        replace_text(path, text)


if __name__ == "__main__":
    run(main)
