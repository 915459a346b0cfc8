"""What the run was, as a page of the report: studies, what made the numbers, versions, config."""

import yaml

from sparse_nqs.report.run_page import page
from sparse_nqs.stages.arguments import read_arguments, run
from sparse_nqs.storage.atomic import replace_text
from sparse_nqs.storage.tables import read_table


def main() -> None:
    """Read the tables, write the page."""
    arguments = read_arguments(__doc__, "rounds", "provenance", "page")
    config = arguments.spec["config"]
    text = yaml.safe_dump(config, sort_keys=False, allow_unicode=True, width=100)
    rounds, provenance = (read_table(getattr(arguments, name), name) for name in ("rounds", "provenance"))
    spec = arguments.spec
    content = page(config, rounds, provenance, spec["tables"], text, spec.get("accepted", []))
    replace_text(arguments.page, content)


if __name__ == "__main__":
    run(main)
