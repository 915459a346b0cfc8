"""The root of the errors that a user should see as one line, without a traceback."""


class WorkError(Exception):
    """Work cannot go on; the message says what happened, where, and what to do."""


class NotFiniteError(WorkError):
    """A number that is NaN or infinite was about to become a result; the message says which."""
