"""A hash of the code that a stage runs, so that editing it reruns the stage and editing other code does not.

Workflow engines do not look into imported packages. From a stage's script we follow names, without importing anything:
to the definitions that they stand for, from there to those that these use, and so on within the package. Hashed is what
is met, a definition at a time (`definitions`, `references`), as far as it counts (`syntax`). So another function in the
same module, or one more definition, changes nothing.

What cannot be followed counts whole:

- statements at the top of a module that are no definitions count wherever the module is imported, and so does what
  code of the package decorates;
- a module counts with all its definitions where it is passed on as an object, where a name of it is not found, or where
  `globals`, `eval` or `exec` stand in it;
- modules that are loaded by computed names are not seen, so they must be named.

Modules of words (`WORDS`) count as if they were not there.
"""

import hashlib
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from sparse_nqs.hashing.definitions import Definition, Source, read_source
from sparse_nqs.hashing.references import Chain, Imported

# What these make is read by people, and goes into no number: progress in a log, what a training that has diverged says,
# and what a file says of the versions and machine that made it.
WORDS = frozenset(
    {
        "sparse_nqs.stages.progress",
        "sparse_nqs.stages.provenance",
        "sparse_nqs.vmc.fault_words",
    }
)

_DYNAMIC = {"globals", "eval", "exec"}


class _Part(NamedTuple):
    """A part of a module: the name of a definition, or one of those below."""

    module: str
    name: str


# What runs on import, all definitions of a module, all that it imports besides, and all that runs as a script.
_TOP, _OWN, _ALL, _MAIN = "", "(own)", "(all)", "(script)"


class _Followed(NamedTuple):
    """The text of a part that is hashed, "" for none, and the parts that it uses."""

    text: str
    uses: frozenset[_Part]


def fingerprint(roots: Iterable[Path], package_root: Path, modules: Iterable[str] = ()) -> str:
    """Hash of some files and of what they use of the package, directly or not.

    Args:
        roots: Python files, inside the package or not; all of them counts.
        package_root: the package's folder; its name is the package's name.
        modules: what is loaded by a computed name: "package.module" (all of it) or "package.module:function,another".

    Returns:
        16 hexadecimal digits. They depend on the modules' names (of scripts: on the path relative to the
        package's parent), not on where the checkout lies nor on any order.

    Raises:
        ValueError: if a file cannot be read or parsed, or what `modules` names does not exist.
    """
    return Code(package_root).fingerprint(roots, modules)


def whole_fingerprint(root: Path, package_root: Path) -> str:
    """Hash of a file and of all modules of the package that it imports, directly or not, each as a whole.

    Raises:
        ValueError: if a file cannot be read or parsed.
    """
    return Code(package_root, whole=True).fingerprint([root])


class Code:
    """The code of a package as it is now: every file is read once, every definition followed once.

    Args:
        package_root: the package's folder.
        whole: whether every module that is imported counts with all its definitions.
    """

    def __init__(self, package_root: Path, *, whole: bool = False):
        self._root = Path(package_root).resolve()
        self._whole = whole
        self._scripts: dict[str, Path] = {}
        self._file = cache(self._find_file)
        self._source = cache(self._read_source)
        self._follow = cache(self._followed)

    def fingerprint(self, roots: Iterable[Path], modules: Iterable[str] = ()) -> str:
        """As the function of this name."""
        texts = {self._follow(part).text for part in self._closure(roots, modules)}
        return hashlib.sha256("\n".join(sorted(texts - {""})).encode()).hexdigest()[:16]

    def closure(self, roots: Iterable[Path], modules: Iterable[str] = ()) -> list[str]:
        """The sorted names "module:definition" of all that is hashed; "module:" is what runs on import."""
        closure = self._closure(roots, modules)
        return sorted(f"{part.module}:{part.name}" for part in closure if self._follow(part).text)

    def _closure(self, roots: Iterable[Path], modules: Iterable[str]) -> set[_Part]:
        waiting = [*(self._root_part(Path(root).resolve()) for root in roots)]
        for text in modules:
            waiting += self._named(text)
        met: set[_Part] = set()
        while waiting:
            part = waiting.pop()
            if part not in met:
                met.add(part)
                waiting += self._follow(part).uses
        return met

    def _root_part(self, path: Path) -> _Part:
        if path.is_relative_to(self._root) or path == self._root.with_suffix(".py"):
            words = [self._root.name, *path.relative_to(self._root.parent).with_suffix("").parts[1:]]
            return _Part(".".join(words[:-1] if words[-1] == "__init__" else words), _MAIN)
        checkout = self._root.parent
        name = path.relative_to(checkout).as_posix() if path.is_relative_to(checkout) else path.name
        self._scripts[name] = path
        return _Part(name, _MAIN)

    def _named(self, text: str) -> Iterator[_Part]:
        module, _, functions = text.partition(":")
        if self._file(module) is None:
            raise ValueError(f"there is no module {module} in the package {self._root.name}")
        if not functions:
            yield _Part(module, _OWN)
        for name in functions.split(",") if functions else ():
            source = self._source(module)
            if name not in source.definitions and name not in source.aliases:
                raise ValueError(f"there is no {name} in the module {module}")
            yield from self._member(module, name, (), frozenset())

    def _find_file(self, module: str) -> Path | None:
        """The file of a dotted module name; None if the package has no such module."""
        words = module.split(".")
        if words[0] != self._root.name:
            return None
        place = self._root.joinpath(*words[1:])
        initial = place / "__init__.py"
        if initial.is_file():
            return initial
        file = place.with_suffix(".py")
        return file if file.is_file() else None

    def _is_module(self, module: str) -> bool:
        words = module.split(".")
        return self._file(module) is not None or (
            words[0] == self._root.name and self._root.joinpath(*words[1:]).is_dir()
        )

    def _read_source(self, module: str) -> Source:
        path = self._scripts.get(module) or self._file(module)
        return read_source(path) if path else _EMPTY  # a folder without __init__.py is a package too

    def _followed(self, part: _Part) -> _Followed:
        """What a part is, and what it uses."""
        module, name = part
        if module in WORDS:
            return _NOTHING
        source = self._source(module)
        if name == _TOP:
            found = [self._code(module, "", source.bare)]
            for entry in source.definitions.values():
                if any(self._name(module, chain)[0] for chain in entry.decorated_by):
                    found.append(self._code(module, "", entry))
            uses = {part for entry in source.imports for part in self._loads(module, entry)}
            parents = module.split(".")[:-1] if module not in self._scripts else []
            uses |= {_Part(".".join(parents[: end + 1]), _TOP) for end in range(len(parents))}
            uses |= {_Part(module, _OWN)} if self._whole else set()
            text = "\n".join(sorted(entry.text for entry in found if entry.text))
            return _Followed(text, frozenset(uses.union(*(entry.uses for entry in found))))
        if name == _MAIN:
            main = self._code(module, _MAIN, source.main)
            return _Followed(main.text, main.uses | {_Part(module, _OWN)})
        if name == _OWN:
            return _Followed("", frozenset(_Part(module, entry) for entry in [*source.definitions, _TOP]))
        if name == _ALL:
            aliases = [self._member(module, alias, (), frozenset()) for alias in source.aliases]
            return _Followed("", frozenset({_Part(module, _OWN)}.union(*aliases)))
        if name not in source.definitions:  # something of another package, under a name of this module
            targets = sorted(
                {f"{self._absolute(module, target)}:{target.name}" for target in source.aliases[name]}
            )
            return _Followed(f"{module}:{name} {' '.join(targets)}", frozenset({_Part(module, _TOP)}))
        defined = self._code(module, name, source.definitions[name])
        return _Followed(defined.text, defined.uses | {_Part(module, _TOP)})

    def _code(self, module: str, name: str, definition: Definition) -> _Followed:
        if not definition.statements:
            return _NOTHING
        uses: set[_Part] = set()
        outside = []
        for chain in definition.uses.names:
            parts, elsewhere = self._name(module, chain)
            uses |= parts
            outside += [f"{chain[0]}={text}" for text in elsewhere]
        for target, chain in definition.uses.imported:
            uses |= self._imported(module, target, chain, frozenset())
        for target in definition.uses.imports:
            uses |= set(self._loads(module, target))
        text = " ".join([f"{module}:{name}", definition.hash, *sorted(set(outside))])
        return _Followed(text, frozenset(uses))

    def _name(self, module: str, chain: Chain) -> tuple[set[_Part], list[str]]:
        """What a name in a module stands for, with attributes after it: parts of the package, and things imported."""
        name, *rest = chain
        source = self._source(module)
        parts = {_Part(module, name)} if name in source.definitions else set()
        texts = []
        for target in source.aliases.get(name, ()):
            parts |= self._imported(module, target, tuple(rest), frozenset())
            texts.append(f"{self._absolute(module, target)}:{target.name}")
        if not parts and not texts:
            # Python's own, or of a star.
            parts |= {part for star in source.stars for part in self._loads(module, star)}
            parts |= {_Part(module, _ALL)} if name in _DYNAMIC else set()
        return parts, texts

    def _imported(self, module: str, target: Imported, rest: Chain, seen: frozenset[_Part]) -> set[_Part]:
        """What an imported name stands for, with attributes after it."""
        absolute = self._absolute(module, target)
        if not self._is_module(absolute):
            return set()
        if not target.name:
            return self._attribute(absolute, rest, seen)
        return self._member(absolute, target.name, rest, seen)

    def _attribute(self, module: str, chain: Chain, seen: frozenset[_Part]) -> set[_Part]:
        if not chain:
            return {_Part(module, _ALL)}
        return self._member(module, chain[0], chain[1:], seen)

    def _member(self, module: str, name: str, rest: Chain, seen: frozenset[_Part]) -> set[_Part]:
        """What `name` is in a module: a definition, what it imports, or a module below it."""
        here = _Part(module, name)
        if module in WORDS:
            return set()
        if here in seen:  # a package that imports a module of its own under its name, or a circle
            below = f"{module}.{name}"
            return self._attribute(below, rest, seen) if self._is_module(below) else set()
        seen |= {here}
        source = self._source(module)
        found = {here} if name in source.definitions else set()
        for target in source.aliases.get(name, ()):
            is_ours = self._is_module(self._absolute(module, target))
            found |= self._imported(module, target, rest, seen) if is_ours else {here}
        known = name in source.definitions or name in source.aliases
        if not known and self._is_module(f"{module}.{name}"):
            return self._attribute(f"{module}.{name}", rest, seen)
        if known:
            return found | {_Part(module, _TOP)}
        if name.startswith("__") and name != "__getattr__":
            return {_Part(module, _TOP)}  # what Python gives every module
        return {_Part(module, _ALL)}.union(
            part for star in source.stars for part in self._loads(module, star)
        )

    def _loads(self, module: str, target: Imported) -> Iterator[_Part]:
        """What an import statement runs."""
        absolute = self._absolute(module, target)
        if not self._is_module(absolute):
            return
        words = absolute.split(".")
        for end in range(1, len(words) + 1):
            yield _Part(".".join(words[:end]), _TOP)
        if target.name == "*":
            yield _Part(absolute, _ALL)
            # It loads the modules in __all__, if there is one; any module may be there.
            for inner in sorted(self._root.joinpath(*words[1:]).glob("*.py")):
                if inner.stem != "__init__":
                    yield _Part(f"{absolute}.{inner.stem}", _ALL)
        elif target.name and self._is_module(f"{absolute}.{target.name}"):
            yield _Part(f"{absolute}.{target.name}", _TOP)

    def _absolute(self, importer: str, target: Imported) -> str:
        """The full name of the module of an import statement; "" where it leads out of the package."""
        if not target.level:
            return target.module
        path = self._file(importer)
        if path is None:
            return ""
        package = importer.split(".")
        package = package[: len(package) - target.level + (path.name == "__init__.py")]
        return ".".join([*package, target.module] if target.module else package) if package else ""


_NOTHING = _Followed("", frozenset())
_EMPTY = Source({}, {}, Definition(), Definition(), frozenset(), ())
