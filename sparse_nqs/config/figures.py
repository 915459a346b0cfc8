"""The figures: each entry of `figures` is of a kind of `members.figures`. Of its studies: `figure_needs`."""

from typing import TYPE_CHECKING, Annotated, Union

from pydantic import Field

from sparse_nqs.fields.figure import FigureOptions
from sparse_nqs.members.loading import load, names

KINDS: tuple[type[FigureOptions], ...] = tuple(load("figures", name).Options for name in names("figures"))

if TYPE_CHECKING:
    Figure = FigureOptions
else:
    Figure = Annotated[Union[KINDS], Field(discriminator="kind")]  # noqa: UP007  # of as many as there are
