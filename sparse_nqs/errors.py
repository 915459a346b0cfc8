"""The root of the errors that a user should see as one line, without a traceback."""


class WorkError(Exception):
    """Work cannot go on; the message says what happened, where, and what to do."""
