"""Files in the working folder that hide a library: jobs look there first, and would import them instead.

A leaf that needs only the standard library, so that it can run before anything else is imported.
"""

import sys
from importlib.machinery import PathFinder
from pathlib import Path

_OWN = Path(__file__).resolve().parent
_OWN_PACKAGES = ("benchmarks", "sparse_nqs", "workflow_scripts")


def hidden_library(name: str, folder: Path) -> str | None:
    """What a top-level module in a folder hides: "Python's own module NAME" or "the installed package NAME", or None.

    Args:
        name: the module's name.
        folder: where a file or package of this name lies.

    Nothing is imported.
    """
    if name in _OWN_PACKAGES:
        is_own = folder.resolve() == _OWN.parent and not (folder / f"{name}.py").exists()
        return None if is_own else f"this project's package {name}"
    if name in sys.stdlib_module_names:
        return f"Python's own module {name}"
    # Namespace packages, without a file, are no libraries.
    here = {folder.resolve(), _OWN.parent}
    elsewhere = [entry for entry in sys.path if entry and Path(entry).resolve() not in here]
    installed = [entry for entry in elsewhere if {"site-packages", "dist-packages"} & set(Path(entry).parts)]
    found = PathFinder.find_spec(name, installed)
    return None if found is None or found.origin is None else f"the installed package {name}"


def shadows(folder: Path) -> list[str]:
    """One line for each Python file or package directly in a folder that hides a library."""
    found = []
    for path in sorted(folder.iterdir()):
        is_package = path.is_dir() and (path / "__init__.py").is_file()
        hidden = hidden_library(path.stem, folder) if is_package or path.suffix == ".py" else None
        if hidden is not None:
            found.append(f"{path.name}: hides {hidden} from every job; must have another name")
    return found


if __name__ == "__main__":
    sys.exit("\n".join(shadows(Path.cwd())) or None)
