"""Dependencies point one way, as docs/architecture.md says, and every folder says what lives in it."""

import ast
import re
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest
from pages import DOCS

SOURCE = Path(__file__).resolve().parents[1]
PACKAGE = SOURCE / "sparse_nqs"

# What may be imported by all, and imports nothing but another leaf.
LEAVES = {
    "known_energies",
    "blocks",
    "errors",
    "jax_options",
    "messages",
    "opened_files",
    "openblas",
    "groups",
    "optax_rules",
    "paths",
    "published",
    "runtime",
    "shadows",
    "sr_cost",
    "study_tables",
    "user_code",
    "variables",
}
# Modules that are no package and no leaf, and the packages that they may import.
COMMANDS = {
    "__main__": {"config", "reading"},
    # Offered by `import sparse_nqs as snqs`; nothing imports it, and no job runs it.
    "interactive": {
        "config",
        "reading",
        "hamiltonians",
        "networks",
        "pruning",
        "vmc",
        "evaluation",
        "references",
        "storage",
        "stages",
    },
}
MAY_IMPORT = {
    "hashing": set(),
    "fields": {"hashing"},
    "members": {"hashing", "fields"},
    "config": {"hashing", "fields", "members"},
    "reading": {"fields", "config"},
    "planning": {"hashing", "fields", "members", "config", "reading"},
    "hamiltonians": {"members"},
    "networks": {"members", "hamiltonians"},
    "pruning": {"members"},
    "vmc": {"hamiltonians", "networks"},
    "evaluation": {"members", "hamiltonians", "networks", "vmc"},
    "references": {"members", "hamiltonians"},
    "analysis": {"hamiltonians"},
    "storage": {"members", "hamiltonians"},
    "figures": {"members", "hamiltonians", "analysis"},
    "report": set(),
    "stages": {
        "members",
        "hamiltonians",
        "networks",
        "pruning",
        "vmc",
        "evaluation",
        "references",
        "analysis",
        "storage",
    },
}
# What a member's functions may import when they are called: jobs call them, and a config is checked without.
MEMBERS_CALL = {"hamiltonians", "networks", "pruning", "vmc", "evaluation", "references", "figures"}
# Libraries that few may import: they take long, or compute what is not theirs to compute.
ONLY_IN = {
    "netket": {"hamiltonians"},
    "jax": {"networks", "pruning", "vmc", "evaluation", "stages", "runtime", "optax_rules"},
    "flax": {"networks"},
    "optax": {"optax_rules"},
    "tenpy": {"references"},
    "matplotlib": {"figures", "members"},
    "pyarrow": {"storage"},
    "safetensors": {"storage"},
    "pydantic": {"fields", "members", "config", "reading"},
    "yaml": {"reading"},
    "snakemake": set(),
}


def part_of(path: Path) -> str:
    """The package, or the module, that a file belongs to."""
    return path.relative_to(PACKAGE).with_suffix("").parts[0]


def imports(path: Path, *, at_the_top: bool = False) -> set[str]:
    """All that a file imports, inside functions too or only when it is imported, by full name."""
    found = set()
    tree = ast.parse(path.read_bytes())
    for node in tree.body if at_the_top else ast.walk(tree):
        match node:
            case ast.Import():
                found |= {name.name for name in node.names}
            case ast.ImportFrom(module=str(module), level=0):
                found |= {f"{module}.{name.name}" for name in node.names}
            case ast.ImportFrom():
                raise AssertionError(f"{path}: relative import")
    return found


FILES = sorted(path for path in PACKAGE.rglob("*.py") if path != PACKAGE / "__init__.py")


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_file_imports_only_what_its_package_may(path):
    part = part_of(path)
    allowed = LEAVES | {part} | (MAY_IMPORT | COMMANDS).get(part, set())
    if part == "members":
        allowed |= MEMBERS_CALL
    for name in imports(path):
        top, *rest = name.split(".")
        if top == "sparse_nqs":
            assert rest[0] in allowed, name
        elif top in ONLY_IN:
            # Within the functions of a member; its top is looked at below.
            assert part in ONLY_IN[top] or part == "members", name
        assert top not in ("workflow_scripts", "benchmarks", "tests"), name


def test_a_member_is_loaded_without_what_its_functions_call():
    for path in (PACKAGE / "members").rglob("*.py"):
        for name in imports(path, at_the_top=True):
            assert not any(name.startswith(f"sparse_nqs.{part}") for part in MEMBERS_CALL), (path, name)
            assert name.split(".")[0] not in ONLY_IN.keys() - {"pydantic"}, (path, name)


def imports_of_modules() -> dict[str, set[str]]:
    """The modules of the package that each one imports: within functions and under TYPE_CHECKING too."""
    names = {
        ".".join(path.relative_to(SOURCE).with_suffix("").parts).removesuffix(".__init__"): path
        for path in PACKAGE.rglob("*.py")
    }

    def module(name: str) -> str:
        return name if name in names else name.rpartition(".")[0]

    return {
        importer: {module(name) for name in imports(path) if name.startswith("sparse_nqs")}
        for importer, path in names.items()
    }


def test_no_modules_import_each_other():
    graph = imports_of_modules()
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(" imports ".join(reversed(error.args[1])))


def test_the_directions_are_those_of_the_page_and_have_no_circle():
    page = (DOCS / "architecture.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `sparse_nqs/(\w+)/` \|", page, re.M)
    assert set(rows) == set(MAY_IMPORT)
    assert {path.parent.name for path in PACKAGE.glob("*/__init__.py")} == set(MAY_IMPORT) | {
        "known_energies",
        "published",
    }
    for place, package in enumerate(rows):
        assert MAY_IMPORT[package] <= set(rows[:place]), package


def test_leaves_are_on_the_page():
    page = (DOCS / "architecture.md").read_text(encoding="utf-8")
    modules = {path.stem for path in PACKAGE.glob("*.py")} - {"__init__", *COMMANDS}
    assert modules == LEAVES - {"known_energies", "published"}
    for name in modules:
        assert f"`{name}.py`" in page


@pytest.mark.parametrize("package", sorted(MAY_IMPORT))
def test_the_first_file_of_a_package_says_what_lives_there_and_what_may_be_imported(package):
    words = " ".join(ast.get_docstring(ast.parse((PACKAGE / package / "__init__.py").read_bytes())).split())
    (listed,) = re.findall(r"May import: ([a-z, ]+)\.", words)
    # All may import the leaves; they are said where there is nothing else.
    assert listed == "the leaves" or "leaves" not in listed
    assert set(listed.split(", ")) - {"the leaves"} == MAY_IMPORT[package]
    # What lives there stands before it or behind.
    assert len(words) > len(listed) + 80


def test_tests_mirror_the_package():
    folders = {path.parent.name for path in (SOURCE / "tests").glob("*/test_*.py")}
    assert set(MAY_IMPORT) | {"published"} <= folders


def test_no_file_is_long_without_a_reason():
    reasons = {
        # Cases of one question, a line each.
        "tests/reading/test_load.py",
        "tests/pruning/test_masks.py",
    }
    files = [
        path
        for part in ("sparse_nqs", "workflow_scripts", "benchmarks", "tests")
        for path in (SOURCE / part).rglob("*.py")
    ]
    files += [
        *SOURCE.glob("rules/*.smk"),
        *SOURCE.glob("examples/**/*.py"),
        SOURCE / "Snakefile",
        SOURCE / "Makefile",
    ]
    long = {
        str(path.relative_to(SOURCE))
        for path in files
        if len(path.read_text(encoding="utf-8").splitlines()) > 305
    }
    assert long <= reasons


# What travels together is an object (`Walkers`, `MaskedNetwork`, `System`, `Sampler`), not a row of arguments.
MOST_ARGUMENTS = 6


@pytest.mark.parametrize("room", ["networks", "vmc", "evaluation"])
def test_no_function_of_the_core_takes_many_arguments(room):
    for path in sorted((PACKAGE / room).glob("*.py")):
        for node in ast.walk(ast.parse(path.read_bytes())):
            if isinstance(node, ast.FunctionDef):
                given = node.args
                names = [*given.posonlyargs, *given.args, *given.kwonlyargs, given.vararg, given.kwarg]
                assert sum(name is not None for name in names) <= MOST_ARGUMENTS, f"{path.name}: {node.name}"
