"""Padded sizes: a short ladder, so that compiled programs serve many masks."""


def padded_size(count: int) -> int:
    """The smallest step of the ladder that holds `count`: at most a quarter more, and a multiple of 8."""
    step = max(8, 2 ** (max(count, 1).bit_length() - 3))
    return max(step, -(-count // step) * step)
