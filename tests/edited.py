"""A copy of the package with the edits that a page in docs/ asks for, and programs that use it."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[1]


class EditedPackage:
    """The package in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        shutil.copytree(
            SOURCE / "sparse_nqs", folder / "sparse_nqs", ignore=shutil.ignore_patterns("__pycache__")
        )

    def insert(self, path: str, text: str, *, before: str) -> None:
        """Put a text before another one that stands once in a file."""
        file = self.folder / "sparse_nqs" / path
        content = file.read_text(encoding="utf-8")
        assert content.count(before) == 1, (path, before)
        file.write_text(content.replace(before, text + before), encoding="utf-8")

    def add(self, path: str, text: str) -> None:
        """A new file."""
        file = self.folder / "sparse_nqs" / path
        assert not file.exists()
        file.write_text(text, encoding="utf-8")

    def run(self, program: str) -> str:
        """What a program that imports the copy prints."""
        path = os.pathsep.join([str(self.folder), str(SOURCE / "tests")])
        done = subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONPATH": path},
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=300,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout
