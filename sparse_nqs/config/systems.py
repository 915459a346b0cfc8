"""The `system` part of a study: one of members/systems/."""

from typing import TYPE_CHECKING, Annotated, Union

from pydantic import Field

from sparse_nqs.fields.system import System
from sparse_nqs.members.loading import load, names

# All of them; a type checker, which knows of no folders, sees what they have in common.
if TYPE_CHECKING:
    AnySystem = System
else:
    AnySystem = Annotated[
        Union[tuple(load("systems", name).Options for name in names("systems"))],  # noqa: UP007
        Field(discriminator="model", description="the Hamiltonian"),
    ]
