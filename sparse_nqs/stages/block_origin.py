"""What files belong to: the origin that a job writes into them and that the next one asks for."""

from sparse_nqs.blocks import Block


def block_origin(spec: dict) -> dict:
    """The origin of what is measured of a block of states, from the spec of the rule that measures it."""
    return {name: spec[name] for name in ("study", "seed", "procedure", "rounds", "draw")}


def origin_of(study: str, seed: int, block: Block) -> dict:
    """The same from study, seed and block."""
    return {
        "study": study,
        "seed": seed,
        "procedure": block.procedure,
        "rounds": [block.first, block.last],
        "draw": block.draw,
    }
