"""Padded sizes: a short ladder, so that compiled programs serve many masks.

Coarse where a step costs next to nothing and compiling would cost more, fine where the arithmetic counts.
"""


def padded_size(
    count: int, *, most: int | None = None, smallest: int = 32, coarse: int = 128, halves: int = 512
) -> int:
    """The smallest step of the ladder that holds `count`.

    Args:
        count: at least 0.
        most: the largest count there can be, at which the ladder ends: nothing unpruned is padded. None: no end.
        smallest: the first step, a power of two.
        coarse: a power of two; up to here the steps are powers of two.
        halves: a power of two; from `coarse` up to here there is one step between two powers of two, beyond there
            are three.
    """
    if count <= coarse:
        size = max(smallest, 2 ** (max(count, 1) - 1).bit_length())
    else:
        octave = 2 ** ((count - 1).bit_length() - 1)
        step = octave // 2 if count <= halves else octave // 4
        size = -(-count // step) * step
    return size if most is None else min(size, most)


def padded_weights(count: int, *, most: int) -> int:
    """The ladder for numbers of active weights: SR with 128 of them takes a millisecond, compiling takes seconds.

    It ends at the next whole block of a factorisation, not in the midst of it.
    """
    return padded_size(count, most=-(-most // 128) * 128, smallest=128, coarse=256, halves=1024)
