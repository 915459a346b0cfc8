"""A hash of the code that a stage runs, so that editing it reruns the stage and editing other code does not.

Workflow engines do not look into imported packages. From a stage's scripts we follow the import statements
through the package, without importing anything, and hash the syntax trees of all modules met. Comments and
formatting are no part of a tree, and docstrings are left out. Imports by computed names are not seen: those
modules must be named.
"""

import ast
import functools
import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple


class _Import(NamedTuple):
    """An import statement: `import module`, or `from module import names` with `level` leading dots."""

    module: str
    names: tuple[str, ...]
    level: int


class _Parsed(NamedTuple):
    """What matters of a source file: the hash of its syntax tree, and its imports."""

    hash: str
    imports: tuple[_Import, ...]


def fingerprint(roots: Iterable[Path], package_root: Path, modules: Iterable[str] = ()) -> str:
    """Hash of the code of some files and of all modules of the package that they import, directly or not.

    Args:
        roots: Python files, inside the package or not.
        package_root: the package's folder; its name is the package's name.
        modules: dotted names of modules of the package that are imported by a computed name.

    Returns:
        16 hexadecimal digits. They depend on the modules' names (of scripts: on the path relative to the
        package's parent), not on where the checkout lies nor on any order.

    Raises:
        ValueError: if a file cannot be read or parsed, or a module of `modules` does not exist.
    """
    files = _closure(roots, package_root, modules)
    lines = sorted(f"{name} {_parse_file(path).hash}" for name, path in files.items())
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]


def import_closure(roots: Iterable[Path], package_root: Path, modules: Iterable[str] = ()) -> list[str]:
    """The sorted names of all that `fingerprint` hashes: dotted for modules, paths for scripts.

    Raises:
        ValueError: as `fingerprint`.
    """
    return sorted(_closure(roots, package_root, modules))


def _closure(roots: Iterable[Path], package_root: Path, modules: Iterable[str]) -> dict[str, Path]:
    """All files by name."""
    package_root = Path(package_root).resolve()
    files: dict[str, Path] = {}
    waiting: list[tuple[str, Path]] = []

    def visit(name: str) -> None:
        """Note a module of the package and, as Python imports them first, the packages it lies in."""
        words = name.split(".")
        for end in range(1, len(words) + 1):
            path = _module_file(words[:end], package_root)
            if path is not None:
                waiting.append((".".join(words[:end]), path))

    for root in roots:
        path = Path(root).resolve()
        if path.is_relative_to(package_root):
            visit(_module_name(path, package_root))
        else:
            waiting.append((_script_name(path, package_root), path))
    for name in modules:
        if _module_file(name.split("."), package_root) is None:
            raise ValueError(f"there is no module {name} in the package {package_root.name}")
        visit(name)
    while waiting:
        name, path = waiting.pop()
        if name in files:
            continue
        files[name] = path
        for statement in _parse_file(path).imports:
            for target in _targets(statement, name, path, package_root):
                visit(target)
    return files


def _targets(statement: _Import, importer: str, path: Path, package_root: Path) -> Iterator[str]:
    """The dotted names that an import statement may load; some may be attributes, not modules."""
    base = statement.module
    if statement.level:
        if path.suffix != ".py" or not path.is_relative_to(package_root):
            return
        package = importer.split(".")
        drop = statement.level - (path.name == "__init__.py")
        package = package[: len(package) - drop]
        if not package:
            return
        base = ".".join([*package, base] if base else package)
    if base.split(".")[0] != package_root.name:
        return
    yield base
    folder = package_root.joinpath(*base.split(".")[1:])
    for name in statement.names:
        if name == "*":  # loads the modules in __all__, if there is one; any module may be there
            yield from (
                f"{base}.{inner.stem}" for inner in sorted(folder.glob("*.py")) if inner.stem != "__init__"
            )
        else:
            yield f"{base}.{name}"


def _module_file(words: list[str], package_root: Path) -> Path | None:
    """The file of a dotted module name, split at its dots; None if the package has no such module."""
    if words[0] != package_root.name:
        return None
    place = package_root.joinpath(*words[1:])
    initial = place / "__init__.py"
    if initial.is_file():
        return initial
    module = place.with_suffix(".py")
    return module if len(words) > 1 and module.is_file() else None


def _module_name(path: Path, package_root: Path) -> str:
    words = [package_root.name, *path.relative_to(package_root).with_suffix("").parts]
    return ".".join(words[:-1] if words[-1] == "__init__" else words)


def _script_name(path: Path, package_root: Path) -> str:
    checkout = package_root.parent
    return path.relative_to(checkout).as_posix() if path.is_relative_to(checkout) else path.name


def _parse_file(path: Path) -> _Parsed:
    try:
        source = path.read_bytes()
    except OSError as error:
        raise ValueError(f"{path}: cannot be read: {error.strerror}") from error
    try:
        return _parse(source)
    except SyntaxError as error:
        raise ValueError(f"{path}: line {error.lineno or 1}: not valid Python: {error.msg}") from error
    except ValueError as error:
        raise ValueError(f"{path}: not valid Python: {error}") from error


@functools.cache
def _parse(source: bytes) -> _Parsed:
    """Parse a file's content; remembered by content, so that no edit within the process is missed."""
    words: list[str] = []
    imports: list[_Import] = []
    _write(ast.parse(source), words, imports)
    return _Parsed(
        hashlib.sha256("\n".join(words).encode("utf-8", "surrogatepass")).hexdigest(), tuple(imports)
    )


def _write(node: ast.AST, words: list[str], imports: list[_Import]) -> None:
    """Append the tree as a sequence of words, unique to it, and collect its imports.

    Empty fields are left out, as new Python versions add some.
    """
    kind = type(node)
    if isinstance(node, ast.Import):
        imports.extend(_Import(alias.name, (), 0) for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        imports.append(_Import(node.module or "", tuple(alias.name for alias in node.names), node.level))
    words.append(kind.__name__)
    for field in _FIELDS[kind]:
        value = getattr(node, field, None)
        if isinstance(value, ast.AST):
            words.append(field)
            _write(value, words, imports)
        elif type(value) is list:
            if entries := [entry for entry in value if not _is_docstring(entry)]:
                words.append(f"{field}[")
                for entry in entries:
                    if isinstance(entry, ast.AST):
                        _write(entry, words, imports)
                    else:
                        words.append(repr(entry))
                words.append("]")
        elif value is not None or kind is ast.Constant:
            words.append(f"{field}={value!r}")
    words.append(")")


# The fields that say something, by kind of node: the context of a name follows from where it stands.
_FIELDS: dict[type[ast.AST], tuple[str, ...]] = {
    kind: tuple(field for field in kind._fields if field not in ("ctx", "kind", "type_comment"))
    for kind in vars(ast).values()
    if isinstance(kind, type) and issubclass(kind, ast.AST)
}


def _is_docstring(node: object) -> bool:
    """True for a statement that is only a text: at the head of a body or below an attribute, it documents."""
    return type(node) is ast.Expr and type(node.value) is ast.Constant and isinstance(node.value.value, str)
