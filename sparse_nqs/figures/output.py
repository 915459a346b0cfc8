"""Writing figures: the same figure gives the same bytes, and a file is there as a whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# None leaves an entry out: dates and version numbers would make equal figures differ.
_METADATA = {
    "pdf": {"Creator": "sparse-nqs", "Producer": None, "CreationDate": None},
    "png": {"Software": None},
}


def save(figure: Figure, pdf_path: str | Path, png_path: str | Path, dpi: float) -> None:
    """Write a figure as PDF and as PNG.

    Both are written under a temporary name beside their target and renamed when both are complete. The layout is
    settled here once and for all: both files share it, and saving again changes nothing.

    Args:
        figure: a figure from `draw`; it carries the settings it was drawn with. Fonts are embedded.
        pdf_path: target of the PDF; missing folders are made.
        png_path: target of the PNG.
        dpi: resolution of the PNG, and of anything rasterised in the PDF, in dots per inch.
    """
    figure.draw_without_rendering()
    figure.set_layout_engine("none")
    written: list[tuple[Path, Path]] = []
    try:
        for kind, target in (("pdf", Path(pdf_path)), ("png", Path(png_path))):
            target.parent.mkdir(parents=True, exist_ok=True)
            temporary = target.with_name(f".{target.name}.{os.getpid()}.tmp")
            written.append((temporary, target))
            figure.savefig(temporary, format=kind, dpi=dpi, metadata=_METADATA[kind])
        for temporary, target in written:
            temporary.replace(target)
    finally:
        for temporary, _ in written:
            temporary.unlink(missing_ok=True)
