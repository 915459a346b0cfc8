"""The `network` part of a study: one of members/networks/."""

from typing import TYPE_CHECKING, Annotated, Union

from pydantic import Field

from sparse_nqs.fields.network import NetworkOptions
from sparse_nqs.members.loading import load, names

# All of them; a type checker, which knows of no folders, sees what they have in common.
if TYPE_CHECKING:
    AnyNetwork = NetworkOptions
else:
    AnyNetwork = Annotated[
        Union[tuple(load("networks", name).Options for name in names("networks"))],  # noqa: UP007
        Field(discriminator="kind", description="the ansatz for the wave function"),
    ]
