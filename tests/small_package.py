"""A small package and a script, whose fingerprint tests follow; pytest makes it anew for each test that asks for it."""

from pathlib import Path

from sparse_nqs.hashing.fingerprint import Code, fingerprint

FILES = {
    "pkg/__init__.py": '"""The package."""\n',
    "pkg/core/__init__.py": "from pkg.core.step import step\n\n__all__ = ['step']\n",
    "pkg/core/step.py": '''
import math
from typing import TYPE_CHECKING, NamedTuple

import pkg.tools.numbers as n
from pkg.core.failure import StepError
from pkg.tools import words

if TYPE_CHECKING:
    from pkg.plugin import X


class State(NamedTuple):
    energy: float

    def scaled(self):
        return self.energy * SCALE


SCALE = 2.0
UNUSED = 3.0


def step(value: "X" = None) -> float:
    """Make a step."""
    if value is None:
        raise StepError(f"{value} is none", SCALE)
    late = [n.ONE for _ in range(3)]
    return State(_helper(late)).scaled() + words.length()


def _helper(numbers):
    return math.fsum(numbers)


def other():
    return UNUSED
''',
    "pkg/core/failure.py": "class StepError(Exception):\n    pass\n\n\nclass Another(Exception):\n    pass\n",
    "pkg/tools/__init__.py": "from pkg.tools import words\n",
    "pkg/tools/numbers.py": "ONE = 1\nTWO, THREE = 2, 3\n\n\ndef add(a, b):\n    return a + b\n",
    "pkg/tools/words.py": "HELLO = 'hello'\n\n\ndef length():\n    return len(HELLO)\n",
    "pkg/lazy.py": "def late():\n    from .tools.numbers import TWO\n\n    return TWO\n",
    "pkg/plugin.py": "X = 1\n\n\ndef f():\n    return X\n\n\ndef g():\n    return 2\n",
    "pkgother/__init__.py": "X = 1\n",
    "scripts/train.py": '''
"""Train."""
import os
from pkg.core import step


def main():
    from pkg.lazy import late

    print(f"starts at {os.getpid()}", flush=True)
    return step(late())


if __name__ == "__main__":
    main()
''',
}
TRAIN = {
    "pkg.core.failure:StepError",
    "pkg.core.step:SCALE",
    "pkg.core.step:State",
    "pkg.core.step:_helper",
    "pkg.core.step:step",
    "pkg.lazy:late",
    "pkg.tools.numbers:TWO",
    "pkg.tools.numbers:THREE",  # assigned by the same statement
    "pkg.tools.numbers:ONE",
    "pkg.tools.words:HELLO",
    "pkg.tools.words:length",
    "scripts/train.py:main",
    "scripts/train.py:(script)",
}


def write(folder: Path) -> Path:
    """Write it below a folder."""
    for name, text in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


def train(checkout: Path, *modules: str) -> str:
    return fingerprint([checkout / "scripts/train.py"], checkout / "pkg", modules)


def closure(checkout: Path, *roots: str, modules=()) -> set[str]:
    return set(Code(checkout / "pkg").closure([checkout / root for root in roots], modules))


def rewrite(checkout: Path, name: str, old: str, new: str) -> None:
    text = (checkout / name).read_text()
    assert old in text
    (checkout / name).write_text(text.replace(old, new, 1))
