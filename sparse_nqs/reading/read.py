"""Reading a YAML or JSON file: safe types only, no key twice, no oversized aliases, errors with a line number."""

import json
from pathlib import Path
from typing import Any

import yaml

from sparse_nqs.messages import ConfigError, Mistake, line, show
from sparse_nqs.reading.plain_data import check_size
from sparse_nqs.reading.scalars import misread_scalars

_MOST_BYTES = 200_000
# What makes Snakemake take a config for a template of YTE, whose expressions are Python.
_TEMPLATE = "__use_yte__"


class _Loader(yaml.SafeLoader):
    """PyYAML's safe loader, whose every refusal of a value is a YAML error that knows its line."""

    def construct_object(self, node: yaml.Node, deep: bool = False) -> Any:
        try:
            return super().construct_object(node, deep)
        except (ValueError, KeyError, IndexError, OverflowError) as error:
            mistake = f"{show(node.value)} cannot be read as {node.tag.rpartition(':')[2]}"
            raise yaml.constructor.ConstructorError(None, None, mistake, node.start_mark) from error


def read_file(path: Path) -> Any:
    """The content of a file: of JSON if it is that, whatever its name, as Snakemake reads it, else of YAML.

    Raises:
        ConfigError: if the file cannot be read, is not UTF-8, is neither JSON nor YAML, gives a key twice, is a
            template, or is larger than a config can be.
    """
    text = _read_text(path)
    try:
        content = _read_json(path, text)
    except RecursionError:
        raise _refusal(path, "is nested too deeply") from None
    except ConfigError:
        raise
    except ValueError:  # no JSON, or a number of too many digits
        content = _read_yaml(path, text.removeprefix("\ufeff"))
    if isinstance(content, dict) and _TEMPLATE in content:
        raise _refusal(
            path, "__use_yte__ is not allowed: a config must not be a template, which can run code"
        )
    return content


def _read_json(path: Path, text: str) -> Any:
    """The content of JSON, where 1e-3 is a number, which YAML 1.1 takes for text.

    Raises:
        ConfigError: if it gives a key twice.
        ValueError: if it is no JSON.
    """
    repeated: dict[str, None] = {}

    def collect(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, value in pairs:
            if key in found:
                repeated[f"key {show(key)} is given twice"] = None
            found[key] = value
        return found

    content = json.loads(text, object_pairs_hook=collect)
    if repeated:
        raise _refusal(path, *repeated)
    return content


def _read_yaml(path: Path, text: str) -> Any:
    try:
        loader = _Loader(text)
        try:
            node = loader.get_single_node()
            if node is None:
                return None
            wrong_size = check_size(node, _children)
            if wrong_size is not None:
                raise _refusal(path, wrong_size)
            mistakes = _repeated_keys(node) + misread_scalars(node)
            if mistakes:
                raise _refusal(path, *mistakes)
            return loader.construct_document(node)
        finally:
            loader.dispose()
    except RecursionError:
        raise _refusal(path, "is nested too deeply") from None
    except yaml.YAMLError as error:
        raise _refusal(path, _describe(error, text)) from error


def _refusal(path: Path, *texts: str) -> ConfigError:
    return ConfigError(line(str(path), Mistake((), text)) for text in texts)


def _read_text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            content = file.read(_MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise _refusal(path, f"cannot be read: {reason}") from error
    if len(content) > _MOST_BYTES:
        raise _refusal(path, f"is larger than {_MOST_BYTES} bytes, which no config is")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        number = content.count(b"\n", 0, error.start) + 1
        raise _refusal(path, f"line {number}: must be UTF-8 text") from error


def _children(node: yaml.Node) -> list[yaml.Node]:
    if isinstance(node, yaml.MappingNode):
        return [part for pair in node.value for part in pair]
    return node.value if isinstance(node, yaml.SequenceNode) else []


def _repeated_keys(root: yaml.Node) -> list[str]:
    """A text for every key that a mapping gives twice; YAML forbids it, and PyYAML keeps the last one."""
    texts, seen, waiting = [], set(), [root]
    while waiting:
        node = waiting.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        waiting += reversed(_children(node))
        if isinstance(node, yaml.MappingNode):
            first: dict[tuple[str, str], int] = {}
            for key, _ in node.value:
                if not isinstance(key, yaml.ScalarNode):
                    continue
                number = key.start_mark.line + 1
                if (key.tag, key.value) in first:
                    before = first[key.tag, key.value]
                    texts.append(
                        f"line {number}: key {show(key.value)} is given twice, first on line {before}"
                    )
                first.setdefault((key.tag, key.value), number)
    return texts


def _describe(error: yaml.YAMLError, text: str) -> str:
    if isinstance(error, yaml.reader.ReaderError):
        number = text.count("\n", 0, error.position) + 1
        return f"line {number}: must not contain the character {show(chr(error.character))}"
    if not isinstance(error, yaml.MarkedYAMLError):
        return " ".join(str(error).split())
    mark = error.problem_mark or error.context_mark
    where = f"line {mark.line + 1}, column {mark.column + 1}: " if mark is not None else ""
    said = [part for part in (error.context, error.problem) if part]
    return where + "not valid YAML: " + " ".join(", ".join(said).split())
