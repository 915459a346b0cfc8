"""Every message that docs/troubleshooting.md quotes is one that the project, or Snakemake, can say."""

import ast
import errno
import importlib.util
import os
import re
from pathlib import Path

import pytest
from pages import DOCS

SOURCE = Path(__file__).resolve().parents[1]
PAGE = (DOCS / "troubleshooting.md").read_text(encoding="utf-8")
MARK = "\0"


def texts_of(path: Path) -> list[str]:
    """All texts in a Python file, with a mark for what is put in."""
    found = []
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.JoinedStr):
            found.append(
                "".join(part.value if isinstance(part, ast.Constant) else MARK for part in node.values)
            )
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            found.append(node.value)
    return found


@pytest.fixture(scope="module")
def texts() -> list[str]:
    """What the project and Snakemake may say."""
    snakemake = Path(importlib.util.find_spec("snakemake").origin).parent
    files = [*SOURCE.glob("sparse_nqs/**/*.py"), *SOURCE.glob("workflow_scripts/*.py")]
    files += [snakemake / "exceptions.py", *(snakemake / "common").glob("*.py")]
    script = (SOURCE / "workflow_scripts/is_worth_a_try.sh").read_text()
    return [text for path in files for text in texts_of(path)] + [re.sub(r"\$\w+", MARK, script)]


def fragments(message: str) -> list[str]:
    """The words of a message that are the same in all cases."""
    words = re.sub(r"\b(?!JSON\b|YAML\b)(?:[A-Z]{2,}|N)\b|\.\.\.", MARK, " ".join(message.split()))
    return [part for part in words.split(MARK) if part.strip(" :;,()")]


def is_said(message: str, texts: list[str]) -> bool:
    pattern = re.compile(".*".join(map(re.escape, fragments(message))), re.S)
    return any(pattern.search(text) for text in texts)


def messages() -> list[str]:
    """All that is quoted with a blank in it and is no command, key or name of a file."""
    spans = re.findall(r"`([^`]+)`", re.sub(r"(?ms)^```.*?^```$", "", PAGE))
    return [
        span
        for span in spans
        if re.search(r"[a-z] [a-z]", span) and not re.search(r"^make |^kill |^python |: \d|--", span)
    ]


SYSTEM = {
    "No such file or directory",
    "No space left on device",
    "Permission denied",
    "Read-only file system",
    "Disk quota exceeded",
}


def test_the_page_quotes_messages():
    assert len(messages()) > 20
    assert set(re.findall(r"(?m)^### `(.+)`$", PAGE)) <= set(messages())


@pytest.mark.parametrize("message", messages())
def test_a_quoted_message_exists(message, texts):
    if message in SYSTEM:
        assert message in {os.strerror(number) for number in errno.errorcode}
    else:
        assert len("".join(fragments(message))) > 10
        assert is_said(message, texts), fragments(message)


def test_a_message_that_nobody_says_is_found(texts):
    assert not is_said("FILE: not a readable KIND file (REASON); delete it and run away", texts)
    assert not is_said("energy VALUE at step N; allowed is a nice one", texts)
