"""What a job asks of a scheduler, from its estimated `cost.Work`: memory and time, more at each attempt.

Resources are in no spec, so that another estimate, machine or device runs nothing again.
"""

from math import ceil

from sparse_nqs.planning.cost import Work

# Estimates are good to a factor of about three, and a queue serves round numbers as well.
_TIME_MARGIN = 3.0
_MEMORY_MARGIN = 1.25
_MEMORY_STEP_MB = 250
_LEAST_MINUTES = 15


def memory_mb(work: Work, attempt: int) -> int:
    """Megabytes to ask for; twice as many at each attempt.

    Args:
        attempt: from 1.
    """
    steps = ceil(_MEMORY_MARGIN * work.memory_mb / _MEMORY_STEP_MB)
    return steps * _MEMORY_STEP_MB * 2 ** (attempt - 1)


def minutes(work: Work, attempt: int) -> int:
    """Minutes of wall time to ask for, on one core or more; twice as many at each attempt.

    Args:
        attempt: from 1.
    """
    return (_LEAST_MINUTES + ceil(_TIME_MARGIN * work.seconds / 60)) * 2 ** (attempt - 1)
