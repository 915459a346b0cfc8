"""How a spec is made: a slice of the config, the code that runs, and the specs of what comes before.

Snakemake notes a failed job as done with its present params, and deletes its output. The next time it sees no change
there, and takes files made from the older output as good. So a spec holds a digest of the specs of the jobs whose
files it reads. An edit then shows in the params of everything below it, even if a job failed meanwhile.
"""

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from sparse_nqs.hashing.canonical import canonical_json, digest
from sparse_nqs.hashing.fingerprint import Code

PACKAGE = Path(__file__).resolve().parents[2]
_SCRIPTS = PACKAGE.parent / "workflow_scripts"


@cache
def _code(script: str, modules: tuple[str, ...] = ()) -> str:
    return _package().fingerprint([_SCRIPTS / f"{script}.py"], modules)


@cache
def _package() -> Code:
    """The code as it is now; a process makes its specs of one and the same."""
    return Code(PACKAGE)


# Hashes of accepted code, and of the code that it counts as; a process makes its specs with one and the same.
_taken_as: dict[str, str] = {}


def take_as(accepted: Mapping[str, str]) -> None:
    """Let code count as other code in all specs from now on, see `accepted`.

    Args:
        accepted: by the hash of the code as it is, that of the code that it counts as.
    """
    _taken_as.update(accepted)


def make(script: str, content: dict, modules: Iterable[str] = (), *, after: Iterable[str] = ()) -> str:
    """The spec of a rule.

    Args:
        script: the module of workflow_scripts that runs.
        content: what its result depends on.
        modules: of the package, which it loads by name; with what it runs of them, see `loaded`.
        after: the specs of the jobs whose files it reads.
    """
    code = _code(script, tuple(modules))
    whole = {**content, "code": _taken_as.get(code, code)}
    before = list(after)
    return canonical_json({**whole, "after": digest(before)} if before else whole)
