"""What a source file defines, and what runs when the file is imported.

A definition is a function, a class as a whole or an assignment at the top of a module.
"""

import ast
import functools
import hashlib
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from sparse_nqs.hashing.references import Chain, Imported, Uses, bindings, imports_of, uses_of
from sparse_nqs.hashing.syntax import last_name, words_of


class Definition:
    """Statements at the top of a module that belong together. What they hold is worked out when it is asked for."""

    def __init__(self, *statements: ast.stmt):
        self.statements = statements

    @cached_property
    def hash(self) -> str:
        """Hash of all that counts of the code, see `syntax`."""
        text = "\n".join(words_of(statement) for statement in self.statements)
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]

    @cached_property
    def uses(self) -> Uses:
        """What the code refers to."""
        return uses_of(self.statements)

    @cached_property
    def decorated_by(self) -> frozenset[Chain]:
        """The names of the decorators, without those in their arguments."""
        called: list[ast.AST] = []
        for node in (node for entry in self.statements for node in getattr(entry, "decorator_list", [])):
            if isinstance(node, ast.Call):
                called += [node.func, *(node.args[:1] if last_name(node.func) == "partial" else [])]
            else:
                called.append(node)
        return uses_of(called).names


class Source(NamedTuple):
    """A module, or a script.

    Attributes:
        definitions: by name.
        aliases: what the module imports, by the name it has there.
        bare: what runs on import and is no definition.
        main: what runs if it is the script.
        imports: what import statements at the top load.
        stars: the modules whose names are all imported.
    """

    definitions: Mapping[str, Definition]
    aliases: Mapping[str, tuple[Imported, ...]]
    bare: Definition
    main: Definition
    imports: frozenset[Imported]
    stars: tuple[Imported, ...]


def read_source(path: Path) -> Source:
    """Read a file; remembered by content, so that no edit within the process is missed.

    Raises:
        ValueError: if it cannot be read or is not valid Python.
    """
    try:
        source = path.read_bytes()
    except OSError as error:
        raise ValueError(f"{path}: cannot be read: {error.strerror}") from error
    try:
        return _source(source)
    except SyntaxError as error:
        raise ValueError(f"{path}: line {error.lineno or 1}: not valid Python: {error.msg}") from error
    except ValueError as error:
        raise ValueError(f"{path}: not valid Python: {error}") from error


@functools.cache
def _source(source: bytes) -> Source:
    defined: dict[str, list[ast.stmt]] = {}
    aliases: dict[str, list[Imported]] = {}
    bare: list[ast.stmt] = []
    main: list[ast.stmt] = []
    imports: set[Imported] = set()
    stars: list[Imported] = []
    for statement in _statements(ast.parse(source), aliases):
        if isinstance(statement, ast.If) and _is_main(statement.test):
            main.append(statement)
            continue
        if not _is_definition(statement):
            bare.append(statement)
        loaded = list(_loaded(statement))
        imports |= set(loaded)
        stars += [found for found in loaded if found.name == "*"]
        bound, _ = bindings([statement])
        for name, found in bound.items():
            if found:
                aliases.setdefault(name, []).extend(found)
            if not isinstance(statement, ast.Import | ast.ImportFrom):
                defined.setdefault(name, []).append(statement)
        # A function that sets a name of the module is part of what that name stands for.
        for name in _declared_global(statement) if b"global " in source else ():
            defined.setdefault(name, []).append(statement)
    return Source(
        {name: Definition(*entries) for name, entries in defined.items()},
        {name: tuple(found) for name, found in aliases.items()},
        Definition(*bare),
        Definition(*main),
        frozenset(imports),
        tuple(stars),
    )


def _statements(tree: ast.Module, aliases: dict[str, list[Imported]]) -> Iterator[ast.stmt]:
    """The statements that may run. What only type checkers import is noted, as a class's fields may be of it."""
    for statement in tree.body:
        if isinstance(statement, ast.If) and _is_type_checking(statement.test):
            for name, found in bindings(statement.body)[0].items():
                aliases.setdefault(name, []).extend(found)
            yield from statement.orelse
        else:
            yield statement


def _loaded(statement: ast.stmt) -> Iterator[Imported]:
    """What a statement at the top imports when it runs."""
    waiting: list[ast.AST] = [statement]
    while waiting:
        node = waiting.pop()
        yield from imports_of(node)
        if not isinstance(node, ast.expr | ast.FunctionDef | ast.AsyncFunctionDef):
            waiting += ast.iter_child_nodes(node)


def _is_definition(statement: ast.stmt) -> bool:
    """False for what may do more than bind names."""
    match statement:
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef() | ast.Import() | ast.ImportFrom():
            return True
        case ast.Pass() | ast.Expr(value=ast.Constant()):
            return True
        case ast.Assign(targets=targets):
            return all(_is_plain(target) for target in targets)
        case ast.AnnAssign(target=target):
            return _is_plain(target)
    return False


def _is_plain(target: ast.expr) -> bool:
    """True for names to keep; `_` is for values that nobody looks at, so what made them was called for its effects."""
    match target:
        case ast.Name(id=name):
            return name != "_"
        case ast.Tuple(elts=entries) | ast.List(elts=entries):
            return all(_is_plain(entry) for entry in entries)
        case ast.Starred(value=value):
            return _is_plain(value)
    return False


def _is_main(test: ast.expr) -> bool:
    return isinstance(test, ast.Compare) and isinstance(test.left, ast.Name) and test.left.id == "__name__"


def _is_type_checking(test: ast.expr) -> bool:
    match test:
        case ast.Name(id="TYPE_CHECKING") | ast.Attribute(attr="TYPE_CHECKING"):
            return True
    return False


def _declared_global(statement: ast.stmt) -> Iterator[str]:
    for node in ast.walk(statement):
        if isinstance(node, ast.Global):
            yield from node.names
