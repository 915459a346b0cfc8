"""Keys that name a user's own code and the files it reads."""

from typing import Annotated

from pydantic import AfterValidator, Field

from sparse_nqs.fields.model import ALL_DIFFERENT, FROM_LIST, refuse
from sparse_nqs.hashing.user_files import plugin_fingerprint, require_file


def _check_found(path: str) -> str:
    try:
        plugin_fingerprint(path)
    except ValueError as error:
        refuse(str(error))
    return path


def _check_file(path: str) -> str:
    try:
        require_file(path)
    except ValueError as error:
        refuse(str(error))
    return path


# A dotted path "package.module:name" to a user's own code, which must be where a job will find it.
DottedPath = Annotated[str, Field(max_length=200), AfterValidator(_check_found)]
Files = Annotated[
    tuple[Annotated[str, Field(min_length=1, max_length=1000), AfterValidator(_check_file)], ...],
    FROM_LIST,
    ALL_DIFFERENT,
    Field(
        description="what that code reads: data files, and Python files that are in no package with it; paths from the "
        "working folder on. An edit of one is an edit of the study"
    ),
]
