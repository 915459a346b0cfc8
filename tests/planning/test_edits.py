"""What an edit of the code runs again: the specs of every job of config.yaml and configs/paper.yaml, before and after.

An edit is a row of a table here. All rows that must change nothing are made at once, in one copy of the tree; if a spec
differs, each is made alone and the message names those that do it.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest
from new_members import FILES
from pages import code_blocks

SOURCE = Path(__file__).resolve().parents[2]
PROGRAM = """
import json
from sparse_nqs.planning.specs.every import every_job
from sparse_nqs.reading import load_config

found = {}
for name in ("config.yaml", "configs/paper.yaml"):
    for job in every_job(load_config(name)):
        found[f"{name} {job.rule} {job.output}"] = job.spec
print(json.dumps(found))
"""


class Edit(NamedTuple):
    """A text of a file in place of another one, which stands there once."""

    what: str
    path: str
    old: str
    new: str

    def make(self, tree: Path) -> None:
        file = tree / self.path
        text = file.read_text(encoding="utf-8")
        assert text.count(self.old) == 1, (
            f"{self.what}: {self.path} has {text.count(self.old)} of {self.old!r}"
        )
        file.write_text(text.replace(self.old, self.new), encoding="utf-8")


class NewFile(NamedTuple):
    """A file that is not there yet."""

    what: str
    path: str
    text: str

    def make(self, tree: Path) -> None:
        file = tree / self.path
        assert not file.exists(), f"{self.what}: {self.path} is there already"
        file.write_text(self.text, encoding="utf-8")


def source(path: str) -> str:
    """The text of a file of the package, to make a member of that is like another one."""
    return (SOURCE / "sparse_nqs" / path).read_text(encoding="utf-8")


# These change no spec at all.
HARMLESS: list[Edit | NewFile] = [
    Edit("a divergence message", "sparse_nqs/vmc/fault_words.py", "it has run away", "it runs away"),
    Edit(
        "an error's message",
        "sparse_nqs/runtime.py",
        "numbers are made with",
        "numbers need",
    ),
    Edit("a progress line", "sparse_nqs/stages/progress.py", " s left", " seconds left"),
    Edit("a function for notebooks", "sparse_nqs/interactive.py", "def reference(", "def ground_energy("),
    Edit("a name that the package offers", "sparse_nqs/__init__.py", '    "evaluate",\n', ""),
    Edit("a line in a log", "sparse_nqs/stages/resume.py", "rounds are done already", "rounds are there"),
    Edit("what a column means", "sparse_nqs/storage/measured.py", "of the evaluation; null", "of it; null"),
    Edit("a docstring", "sparse_nqs/vmc/training.py", "Minimise the energy of a", "Lower the energy of a"),
    Edit(
        "a comment", "sparse_nqs/vmc/steps.py", "# Steps in one compiled call", "# Steps of one compiled call"
    ),
    Edit(
        "provenance", "sparse_nqs/stages/provenance.py", '"flax", "optax")', '"flax", "optax", "safetensors")'
    ),
    Edit(
        "an import for type checkers",
        "sparse_nqs/vmc/training.py",
        "import jax\n",
        "import jax\nfrom typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n    from sparse_nqs import errors\n",
    ),
    Edit(
        "a type in a signature",
        "sparse_nqs/vmc/training.py",
        "def _steadied(run: Run, retries: int)",
        "def _steadied(run: 'Run', retries: 'int')",
    ),
    Edit(
        "an unused function",
        "sparse_nqs/vmc/training.py",
        "def has_conv",
        "def unused():\n    pass\n\n\ndef has_conv",
    ),
    *(NewFile(f"a new {name}", f"sparse_nqs/members/{name}.py", text) for name, text in FILES.items()),
    Edit(
        "what a procedure means",
        "sparse_nqs/members/procedures/imp_wr.py",
        "pruning with rewinding",
        "pruning, rewound",
    ),
    Edit(
        "what a score means", "sparse_nqs/members/scores/magnitude.py", "the smallest weights", "small ones"
    ),
    Edit("what a partition means", "sparse_nqs/members/partitions/layerwise.py", '"every', '"each'),
    Edit("what an observable means", "sparse_nqs/members/observables/x.py", '"X_i"', '"<X_i>"'),
]

KIND, COLUMN = code_blocks("adding-a-figure.md", "python")
HARMLESS += [
    NewFile("a kind of figure", "sparse_nqs/members/figures/variance_scan.py", KIND),
    NewFile("a computed column", "sparse_nqs/members/columns/hidden_units.py", COLUMN),
    Edit(
        "what a figure needs",
        "sparse_nqs/members/figures/mask_overlap.py",
        "len(study.seeds) < 2",
        "len(study.seeds) <= 1",
    ),
    Edit(
        "what a computed column means",
        "sparse_nqs/members/columns/variance_per_site.py",
        'variance / n_sites"\n',
        'variance over n_sites"\n',
    ),
]

# These change the specs of these rules, and of what comes after them.
TRAINED = {"dense", "chain", "isolated", "evaluation", "fidelity"}
HARMFUL: list[tuple[Edit, set[str], set[str]]] = [
    (
        Edit(
            "the threshold of a fault", "sparse_nqs/vmc/divergence.py", "_FARTHEST = 2.0", "_FARTHEST = 3.0"
        ),
        TRAINED,
        {"problem", "reference", "init"},
    ),
    (
        Edit("a score", "sparse_nqs/members/scores/magnitude.py", "np.abs(np", "2.0 * np.abs(np"),
        {"chain", "isolated", "fidelity"},
        {"problem", "reference", "init", "dense"},
    ),
    (
        Edit(
            "a start",
            "sparse_nqs/members/procedures/t_rand_imp.py",
            "ticket.fresh_init(ticket.weights_key)",
            "ticket.init",
        ),
        {"isolated"},
        {"problem", "reference", "init", "dense", "chain", "fidelity"},
    ),
]
# What figures call things and compute.
DRAWN = [
    Edit("a procedure's colour", "sparse_nqs/members/procedures/imp_wr.py", "#0072B2", "#0072B3"),
    Edit("a label of axes", "sparse_nqs/figures/style.py", "active weights $n$", "weights $n$"),
    Edit(
        "a system's label", "sparse_nqs/members/systems/tfim.py", 'LABEL = "transverse', 'LABEL = "Transverse'
    ),
    Edit("a word of captions", "sparse_nqs/figures/words.py", "the pattern of connections", "the pattern"),
    Edit(
        "how a column is computed",
        "sparse_nqs/members/columns/variance_per_site.py",
        'rows["variance"] /',
        '2 * rows["variance"] /',
    ),
]


class Tree:
    """A copy of what specs are made from."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for part in ("sparse_nqs", "workflow_scripts", "configs"):
            shutil.copytree(SOURCE / part, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copy(SOURCE / "config.yaml", folder)

    def specs(self, *edits: Edit | NewFile) -> dict[str, str]:
        """The specs of all jobs, by config, rule and output, after these edits."""
        for edit in edits:
            edit.make(self.folder)
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM],
            cwd=self.folder,
            env={**os.environ, "PYTHONPATH": str(self.folder), "PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True,
            text=True,
            timeout=300,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)


@pytest.fixture(scope="module")
def before(tmp_path_factory) -> dict[str, str]:
    specs = Tree(tmp_path_factory.mktemp("trees") / "before").specs()
    assert len(specs) > 4000
    return specs


def changed_rules(before: dict[str, str], after: dict[str, str]) -> set[str]:
    """The rules of whose jobs a spec has changed, is new or has gone."""
    names = [name for name in before.keys() | after.keys() if before.get(name) != after.get(name)]
    return {name.split()[1] for name in names}


def test_words_and_what_no_job_uses_change_no_spec(before, tmp_path):
    if not changed_rules(before, Tree(tmp_path / "all").specs(*HARMLESS)):
        return
    alone = {
        edit.what: changed_rules(before, Tree(tmp_path / f"tree{number}").specs(edit))
        for number, edit in enumerate(HARMLESS)
    }
    assert {what: rules for what, rules in alone.items() if rules} == {}


@pytest.mark.slow
@pytest.mark.parametrize(("edit", "changes", "leaves"), HARMFUL, ids=[row[0].what for row in HARMFUL])
def test_what_jobs_use_changes_their_specs_and_no_others(before, tmp_path, edit, changes, leaves):
    changed = changed_rules(before, Tree(tmp_path / "tree").specs(edit))
    assert changes <= changed
    assert not leaves & changed


def test_how_figures_look_changes_figures_alone(before, tmp_path):
    assert changed_rules(before, Tree(tmp_path / "tree").specs(*DRAWN)) == {"figure"}
