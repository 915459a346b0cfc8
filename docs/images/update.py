"""Take the README's pictures from the figures of a run: `make gallery` does it with the default config's."""

import sys
from pathlib import Path

from PIL import Image

from sparse_nqs.reading import load_config

# Fewer, and the colours of thin lines change.
COLOURS = 128


def main(figures: Path) -> None:
    """Replace every picture beside this file by the figure of the same name."""
    for picture in Path(__file__).parent.glob("*.png"):
        image = Image.open(figures / picture.name).convert("RGB")
        image.quantize(COLOURS, kmeans=3).save(picture, optimize=True)


if __name__ == "__main__":
    main(Path(load_config(sys.argv[1]).results, "figures"))
