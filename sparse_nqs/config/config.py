"""A config as a whole: its studies, matrices and figures by name, and what belongs to the run."""

from pathlib import PurePosixPath
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from sparse_nqs.config.cross_checks import cross_mistakes
from sparse_nqs.config.fidelity_matrices import FidelityMatrix
from sparse_nqs.config.figures import Figure
from sparse_nqs.config.pruning import Rounds
from sparse_nqs.config.references import References
from sparse_nqs.config.study import Study
from sparse_nqs.config.style import Style
from sparse_nqs.fields.model import Model, Name, refuse, refuse_all


def _check_folder(folder: str) -> str:
    path = PurePosixPath(folder)
    if not folder.strip() or folder != folder.strip():
        refuse("must be a folder, without blanks round its name")
    if ".." in path.parts or folder.startswith("~"):
        refuse("must be a folder without .. in it and without ~ before it")
    # Braces are Snakemake's. Its executor for SLURM hands paths to a shell within double quotes.
    if not folder.isprintable() or any(letter in "{}'\"`$\\" for letter in folder):
        refuse("must be a folder without braces, control characters, quotes, backticks, $ and backslashes")
    if folder.startswith("-"):
        refuse("must be a folder without - before it")
    return str(path)


class Config(Model):
    """All studies and figures of one run of the workflow."""

    results: Annotated[str, AfterValidator(_check_folder), Field(description="folder for all output")] = (
        "results"
    )
    rounds_per_job: Annotated[Rounds, Field(description="rounds of a chain that one job does")] = 20
    keep: Annotated[
        Literal["all", "needed"],
        Field(
            description="needed: states of isolated trainings are deleted once all that the config asks of them "
            "is measured"
        ),
    ] = "all"
    references: References = References()
    studies: Annotated[dict[Name, Study], Field(min_length=1, description="the studies by name")]
    fidelity_matrices: Annotated[
        dict[Name, FidelityMatrix],
        Field(
            default_factory=dict, description="states whose fidelities with each other are wanted, by name"
        ),
    ]
    figures: Annotated[dict[Name, Figure], Field(default_factory=dict, description="the figures by name")]
    style: Style = Style()

    @model_validator(mode="after")
    def _check_parts_agree(self) -> "Config":
        refuse_all(cross_mistakes(self.studies, self.references, self.fidelity_matrices, self.figures))
        return self
