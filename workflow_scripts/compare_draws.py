"""Independent draws under one mask, beside the paper's: a table, and the same as Markdown and HTML to read."""

from sparse_nqs.report import draws_page
from sparse_nqs.stages.arguments import read_arguments, run
from sparse_nqs.stages.draws import draw_rows
from sparse_nqs.storage.atomic import replace_text
from sparse_nqs.storage.tables import read_table, write_table


def main() -> None:
    """Read the rounds of all studies, write the draws and their pages."""
    arguments = read_arguments(__doc__, "rounds", "draws", "markdown", "page")
    rows = draw_rows(read_table(arguments.rounds, "rounds"))
    write_table(arguments.draws, "draws", rows)
    for path, text in (
        (arguments.markdown, draws_page.markdown(rows)),
        (arguments.page, draws_page.page(rows)),
    ):
        replace_text(path, text)


if __name__ == "__main__":
    run(main)
