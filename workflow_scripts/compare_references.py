"""The reference energies of all systems beside the published ones, as a page to read."""

from pathlib import Path

from sparse_nqs import paths
from sparse_nqs.references.comparison import Computed, page
from sparse_nqs.stages.arguments import read_arguments, run
from sparse_nqs.storage.atomic import replace_text
from sparse_nqs.storage.results import read_result


def computed(entry: dict, content: dict) -> Computed:
    """A reference for the page, from its entry in the spec and its file's content."""
    return Computed(
        system=entry["system"],
        n_sites=entry["n_sites"],
        energy=content["extrapolated_energy"],
        error=content["error"],
        method=content["method"],
        m_x=content["m_x"],
    )


def main() -> None:
    """Read the references that the spec names below the results folder, write the page."""
    arguments = read_arguments(__doc__, "results", "page")
    results = Path(arguments.results)
    references = [
        computed(
            entry,
            read_result(results / paths.reference(name), "reference", {"system": entry["system"]}),
        )
        for name, entry in arguments.spec["systems"].items()
    ]
    text = page(references)
    replace_text(arguments.page, text)
    print(text)


if __name__ == "__main__":
    run(main)
