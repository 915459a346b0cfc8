"""What code refers to: names of its module, followed by attributes, and what it imports itself.

`stages.training.train` refers to `stages`, then `training`, then `train`. Names that are the code's own, such as
arguments, are no references.
"""

import ast
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from sparse_nqs.hashing.syntax import fields_of

Chain = tuple[str, ...]


class Imported(NamedTuple):
    """What a name stands for: `import module`, or `from module import name` with `level` leading dots."""

    level: int
    module: str
    name: str


class Uses(NamedTuple):
    """What code refers to.

    Attributes:
        names: names of the module, with the attributes after them.
        imported: what it imports itself, with the attributes after it.
        imports: the modules that its import statements load.
    """

    names: frozenset[Chain]
    imported: frozenset[tuple[Imported, Chain]]
    imports: frozenset[Imported]


def imports_of(node: ast.AST) -> Iterator[Imported]:
    """What an import statement loads; nothing for others."""
    match node:
        case ast.Import(names=names):
            yield from (Imported(0, alias.name, "") for alias in names)
        case ast.ImportFrom(module=module, names=names, level=level):
            yield from (Imported(level, module or "", alias.name) for alias in names)


def bindings(nodes: Iterable[ast.AST]) -> tuple[dict[str, tuple[Imported, ...]], set[str]]:
    """The names that code binds in its own scope, with what they stand for if they are imported; and its globals."""
    bound: dict[str, tuple[Imported, ...]] = {}
    outer: set[str] = set()
    waiting = [(node, False) for node in nodes]
    while waiting:
        node, inner = waiting.pop()  # inner: within a comprehension, where only := binds names outside
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                bound.setdefault(name, ())
                continue
            case ast.Lambda():
                continue
            case ast.Import(names=names):
                for alias in names:
                    top = alias.name if alias.asname else alias.name.partition(".")[0]
                    name = alias.asname or top
                    bound[name] = (*bound.get(name, ()), Imported(0, top, ""))
                continue
            case ast.ImportFrom(module=module, names=names, level=level):
                for alias in names:
                    if alias.name != "*":
                        name = alias.asname or alias.name
                        bound[name] = (*bound.get(name, ()), Imported(level, module or "", alias.name))
                continue
            case ast.Global(names=declared):
                outer |= set(declared)
            case ast.Name(id=name, ctx=ast.Store() | ast.Del()) if not inner:
                bound.setdefault(name, ())
            case ast.NamedExpr(target=ast.Name(id=name)):
                bound.setdefault(name, ())
            case (
                ast.ExceptHandler(name=str(name))
                | ast.MatchAs(name=str(name))
                | ast.MatchStar(name=str(name))
            ):
                bound.setdefault(name, ())
            case ast.MatchMapping(rest=str(name)):
                bound.setdefault(name, ())
        within = inner or isinstance(node, ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp)
        waiting += [(child, within) for child in ast.iter_child_nodes(node)]
    return {name: found for name, found in bound.items() if name not in outer}, outer


_Scope = Mapping[str, tuple[Imported, ...]]


def uses_of(nodes: Iterable[ast.AST]) -> Uses:
    """What these parts of a module refer to."""
    names: set[Chain] = set()
    imported: set[tuple[Imported, Chain]] = set()
    imports: set[Imported] = set()

    def visit(node: object, scope: _Scope) -> None:
        match node:
            case list():
                for entry in node:
                    visit(entry, scope)
            case ast.Name() | ast.Attribute():
                chain, base = _chain(node)
                if not isinstance(base, ast.Name):
                    visit(base, scope)
                elif base.id not in scope:
                    names.add((base.id, *chain))
                else:
                    imported.update((found, chain) for found in scope[base.id])
            case ast.Import() | ast.ImportFrom():
                imports.update(imports_of(node))
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.Lambda():
                of_function(node, scope)
            case ast.ListComp() | ast.SetComp() | ast.GeneratorExp() | ast.DictComp():
                visit(node.generators[0].iter, scope)
                own = {**scope, **bindings([generator.target for generator in node.generators])[0]}
                for _, value in fields_of(node):
                    visit(value, own)
            case ast.ClassDef():
                bound, _ = bindings(node.body)
                own = {**scope, **{name: found for name, found in bound.items() if found}}
                for _, value in fields_of(node):
                    visit(value, own)
            case ast.AnnAssign():
                for field, value in fields_of(node):
                    visit(value, scope)
                    if field == "annotation":
                        visit(_quoted(value), scope)
            case ast.AST():
                for _, value in fields_of(node):
                    visit(value, scope)

    def of_function(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda, scope: _Scope) -> None:
        body = node.body if isinstance(node.body, list) else [node.body]
        bound, outer = bindings(body)
        own = {**scope, **dict.fromkeys(_arguments(node.args), ()), **bound}
        for name in outer:
            own.pop(name, None)
        for field, value in fields_of(node):
            visit(value, own if field == "body" else scope)

    for node in nodes:
        visit(node, {})
    return Uses(frozenset(names), frozenset(imported), frozenset(imports))


def _arguments(arguments: ast.arguments) -> Iterator[str]:
    for entry in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs):
        yield entry.arg
    yield from (entry.arg for entry in (arguments.vararg, arguments.kwarg) if entry)


def _chain(node: ast.expr) -> tuple[Chain, ast.expr]:
    """The attributes of a chain of names, first one first, and what it begins with."""
    attributes: list[str] = []
    while isinstance(node, ast.Attribute):
        attributes.append(node.attr)
        node = node.value
    return tuple(reversed(attributes)), node


def _quoted(annotation: object) -> list[ast.expr]:
    """The parts of an annotation that are written as texts, as the expressions that they may be."""
    found = []
    for node in ast.walk(annotation) if isinstance(annotation, ast.AST) else ():
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            try:
                found.append(ast.parse(node.value, mode="eval").body)
            except SyntaxError:
                continue  # a text and no type, as in Literal["a b"]
    return found
