"""A syntax tree as a sequence of words: what of the code counts, and what only explains.

These say nothing that a result depends on, and are left out:

- comments, form and docstrings;
- annotations of functions' arguments, results and variables, which Python does not look at. Those of a class's fields
  count, as named tuples, dataclasses and pydantic's models are made of them, and so do those of functions with
  decorators that might look;
- text for people: handed to an exception that is raised, to a call of a name that ends in Error, to `print` or to
  `warn`. What is no text counts there too;
- what a column of a table means: the third argument of `Column`, and the keyword `meaning` anywhere.
"""

import ast
from collections.abc import Iterator

# Decorators that do not look at annotations.
_BLIND = {
    "cache",
    "lru_cache",
    "cached_property",
    "property",
    "staticmethod",
    "classmethod",
    "contextmanager",
} | {
    "jit",
    "partial",
    "compact",
}


def words_of(node: ast.AST) -> str:
    """The tree as text: unique to it but for what is left out. Python versions agree on it."""
    words: list[str] = []
    _write(node, words)
    return "\n".join(words)


def fields_of(node: ast.AST) -> Iterator[tuple[str, object]]:
    """The fields of a node that count, by name; empty ones are left out, as new Python versions add some."""
    kind = type(node)
    match node:
        case ast.Call():
            yield from _of_call(node)
            return
        case ast.AnnAssign():
            yield from _of_annotated(node)
            return
        # Notes of our own, for when these are asked for themselves.
        case ast.Raise(exc=ast.Call()):
            node.exc.is_raised = True  # type: ignore[union-attr]
        case ast.ClassDef():
            for entry in node.body:
                entry.of_class = True  # type: ignore[attr-defined]
    silent = kind in (ast.FunctionDef, ast.AsyncFunctionDef) and not _may_look_at_annotations(node)
    for field in _FIELDS[kind]:
        value = getattr(node, field, None)
        if field == "returns" and silent:
            continue
        if field == "args" and silent:
            value = _without_annotations(value)  # type: ignore[arg-type]  # a function's
        if type(value) is list:
            if entries := [entry for entry in value if not is_docstring(entry)]:
                yield field, entries
        elif value is not None or kind is ast.Constant:
            yield field, value


def _of_call(node: ast.Call) -> Iterator[tuple[str, object]]:
    yield "func", node.func
    name = last_name(node.func)
    shown = (
        getattr(node, "is_raised", False)
        or name.endswith("Error")
        or (name in ("print", "warn") and all(key.arg != "file" for key in node.keywords))
    )
    args = [entry for entry in node.args if not (shown and _is_text(entry))]
    if name == "Column":
        args = args[:2]
    keywords = [key for key in node.keywords if key.arg != "meaning"]
    if args:
        yield "args", args
    if keywords:
        yield "keywords", keywords


def _of_annotated(node: ast.AnnAssign) -> Iterator[tuple[str, object]]:
    yield "target", node.target
    if getattr(node, "of_class", False):
        yield "annotation", node.annotation
    if node.value is not None:
        yield "value", node.value


def _may_look_at_annotations(node: ast.AST) -> bool:
    decorators = node.decorator_list  # type: ignore[attr-defined]  # of functions
    return any(
        last_name(entry.func if isinstance(entry, ast.Call) else entry) not in _BLIND for entry in decorators
    )


def _without_annotations(arguments: ast.arguments) -> ast.arguments:
    def bare(entry: ast.arg | None) -> ast.arg | None:
        return None if entry is None else ast.arg(arg=entry.arg)

    return ast.arguments(
        posonlyargs=[ast.arg(arg=entry.arg) for entry in arguments.posonlyargs],
        args=[ast.arg(arg=entry.arg) for entry in arguments.args],
        vararg=bare(arguments.vararg),
        kwonlyargs=[ast.arg(arg=entry.arg) for entry in arguments.kwonlyargs],
        kw_defaults=arguments.kw_defaults,
        kwarg=bare(arguments.kwarg),
        defaults=arguments.defaults,
    )


def _is_text(node: ast.AST) -> bool:
    """True for what is a text, or a list of texts, whatever is put into it."""
    match node:
        case ast.JoinedStr() | ast.Constant(value=str()):
            return True
        case ast.BinOp(op=ast.Add(), left=left, right=right):
            return _is_text(left) or _is_text(right)
        case ast.IfExp(body=one, orelse=other):
            return _is_text(one) and _is_text(other)
        case ast.List(elts=entries) | ast.Tuple(elts=entries):
            return all(_is_text(entry) for entry in entries)
        case ast.Call(func=ast.Attribute(value=text, attr="join" | "format")):
            return _is_text(text)
    return False


def last_name(node: ast.AST) -> str:
    """The last of a chain of names, as `jit` of `jax.jit`; "" for anything else."""
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def is_docstring(node: object) -> bool:
    """True for a statement that is only a text: at the head of a body or below an attribute, it documents."""
    return type(node) is ast.Expr and type(node.value) is ast.Constant and isinstance(node.value.value, str)


def _write(node: ast.AST, words: list[str]) -> None:
    words.append(type(node).__name__)
    for field, value in fields_of(node):
        if isinstance(value, ast.AST):
            words.append(field)
            _write(value, words)
        elif type(value) is list:
            words.append(f"{field}[")
            for entry in value:
                if isinstance(entry, ast.AST):
                    _write(entry, words)
                else:
                    words.append(repr(entry))
            words.append("]")
        else:
            words.append(f"{field}={value!r}")
    words.append(")")


# The fields that say something, by kind of node: the context of a name follows from where it stands.
_FIELDS: dict[type[ast.AST], tuple[str, ...]] = {
    kind: tuple(field for field in kind._fields if field not in ("ctx", "kind", "type_comment"))
    for kind in vars(ast).values()
    if isinstance(kind, type) and issubclass(kind, ast.AST)
}
