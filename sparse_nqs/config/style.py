"""The `style` of a config: how figures look."""

from typing import Annotated

from pydantic import Field

from sparse_nqs.fields.model import Model, Number, Positive


class Style(Model):
    """How figures look."""

    font_size: Annotated[Positive, Field(le=100, description="points")] = 8.0
    line_width: Annotated[Positive, Field(le=100, description="points")] = 1.2
    column_width_mm: Annotated[Number, Field(ge=10, le=1000, description="width of one column")] = 86.0
    dpi: Annotated[int, Field(ge=30, le=2400, description="resolution of the PNG files")] = 200
