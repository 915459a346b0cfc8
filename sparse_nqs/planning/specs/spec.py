"""How a spec is made: a slice of the config, the code that runs, and the specs of what comes before.

Snakemake notes a failed job as done with its present params, and deletes its output. The next time it sees no change
there, and takes files made from the older output as good. So a spec holds a digest of the specs of the jobs whose
files it reads. An edit then shows in the params of everything below it, even if a job failed meanwhile.
"""

from collections.abc import Iterable
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


def make(script: str, content: dict, modules: Iterable[str] = (), *, after: Iterable[str] = ()) -> str:
    """The spec of a rule.

    Args:
        script: the module of workflow_scripts that runs.
        content: what its result depends on.
        modules: of the package, which it loads by name; with what it runs of them, see `loaded`.
        after: the specs of the jobs whose files it reads.
    """
    whole = {**content, "code": _code(script, tuple(modules))}
    before = list(after)
    return canonical_json({**whole, "after": digest(before)} if before else whole)
