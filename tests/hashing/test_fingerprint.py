"""What changes a fingerprint, and what does not: edits of a small package, one each."""

import shutil
import time
from pathlib import Path

import pytest
from small_package import TRAIN, closure, rewrite, train

from sparse_nqs.hashing.fingerprint import WORDS, fingerprint, whole_fingerprint


def test_names_are_followed_to_their_definitions(checkout):
    assert closure(checkout, "scripts/train.py") == TRAIN


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("pkg/core/step.py", "SCALE = 2.0", "SCALE = 2.5"),
        ("pkg/core/step.py", "SCALE = 2.0", "SCALE = 2"),
        ("pkg/core/step.py", "self.energy * SCALE", "SCALE"),
        ("pkg/core/step.py", "energy: float", "energy: int"),
        ("pkg/core/step.py", "math.fsum", "sum"),
        ("pkg/core/step.py", "import math", "import cmath as math"),
        ("pkg/core/step.py", "import pkg.tools.numbers as n", "from pkg import plugin as n"),
        ("pkg/core/step.py", "value is None", "value is not None"),
        ("pkg/core/step.py", "value: ", "values: "),
        ("pkg/core/step.py", 'none", SCALE', 'none", UNUSED'),
        ("pkg/core/failure.py", "StepError(Exception)", "StepError(ValueError)"),
        ("pkg/tools/numbers.py", "TWO, THREE = 2, 3", "TWO, THREE = 2, 4"),
        ("pkg/tools/numbers.py", "ONE = 1", "ONE = 1\nONE += 1"),
        ("pkg/tools/numbers.py", "ONE = 1", "ONE = 1\nassert TWO"),
        ("pkg/tools/numbers.py", "ONE = 1", "ONE = 1\nif TWO:\n    ONE = 3"),
        ("pkg/tools/numbers.py", "ONE = 1", "ONE = 1\n_ = add(1, 2)"),
        ("pkg/tools/words.py", "'hello'", "'Hello'"),
        ("pkg/__init__.py", '"""\n', '"""\nprint("imported")\n'),
        ("scripts/train.py", "return step(late())", "return late()"),
        ("scripts/train.py", "    main()\n", "    main() or main()\n"),
    ],
)
def test_what_is_used_matters(checkout, name, old, new):
    before = train(checkout)
    rewrite(checkout, name, old, new)
    assert train(checkout) != before


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("pkg/core/step.py", "UNUSED = 3.0", "UNUSED = 4.0"),
        ("pkg/core/step.py", "return UNUSED", "return 1"),
        ("pkg/core/step.py", "UNUSED = 3.0", "UNUSED = 3.0\nMORE = 1\n\n\ndef more():\n    return MORE\n"),
        ("pkg/core/step.py", "Make a step.", "Make one."),
        ("pkg/core/step.py", "is none", "is nothing"),
        ("pkg/core/step.py", '"X" = None) -> float', '"int" = None) -> int'),
        ("pkg/core/step.py", "pkg.plugin import X", "pkg.tools.numbers import ONE as X"),
        ("pkg/core/step.py", "SCALE = 2.0", "SCALE = 2.0  # twice\n'''The scale.'''"),
        ("pkg/core/failure.py", "Another(Exception)", "Another(ValueError)"),
        ("pkg/core/__init__.py", "step\n\n", "step\nfrom pkg.plugin import f\n\n"),
        ("pkg/tools/numbers.py", "a + b", "a - b"),
        ("pkg/tools/numbers.py", "ONE = 1\n", "ONE = 0x1;\r\n"),
        ("pkg/tools/words.py", "'hello'", '"hel" "lo"'),
        ("pkg/__init__.py", '"""\n', '"""\nX = 1\n'),
        ("pkg/plugin.py", "X = 1", "X = 2"),
        ("pkg/lazy.py", "def late", "import pkg.plugin\n\n\ndef late"),
        ("pkgother/__init__.py", "1", "2"),
        ("scripts/train.py", "starts at", "begins at"),
        ("scripts/train.py", '"""Train."""', ""),
    ],
)
def test_what_is_not_used_and_words_do_not(checkout, name, old, new):
    before = train(checkout)
    rewrite(checkout, name, old, new)
    assert train(checkout) == before


WHOLE = {"pkg.plugin:X", "pkg.plugin:f", "pkg.plugin:g"}


def test_modules_loaded_by_name_are_added(checkout):
    assert closure(checkout, modules=["pkg.plugin"]) == WHOLE
    assert closure(checkout, modules=["pkg.plugin:g"]) == {"pkg.plugin:g"}
    assert closure(checkout, modules=["pkg.core:step"]) == TRAIN & {
        entry for entry in TRAIN if "core" in entry or "words" in entry or "ONE" in entry
    }
    before = train(checkout, "pkg.plugin:g")
    assert before != train(checkout)
    rewrite(checkout, "pkg/plugin.py", "return 2", "return 3")
    assert train(checkout, "pkg.plugin:g") != before


@pytest.mark.parametrize("name", ["pkg.nothing", "other.thing", "pkgother", "pkg.tools.words.HELLO", ""])
def test_modules_that_do_not_exist_are_refused(checkout, name):
    with pytest.raises(ValueError, match="there is no module"):
        train(checkout, name)
    with pytest.raises(ValueError, match=r"there is no nothing in the module pkg\.plugin"):
        train(checkout, "pkg.plugin:f,nothing")


def test_modules_of_words_count_as_if_they_were_not_there(checkout, monkeypatch):
    monkeypatch.setattr("sparse_nqs.hashing.fingerprint.WORDS", {"pkg.tools.words"})
    assert closure(checkout, "scripts/train.py") == TRAIN - {
        "pkg.tools.words:HELLO",
        "pkg.tools.words:length",
    }


def test_names_matter(checkout):
    before = train(checkout)
    (checkout / "pkg/tools/numbers.py").rename(checkout / "pkg/tools/values.py")
    rewrite(checkout, "pkg/core/step.py", "pkg.tools.numbers", "pkg.tools.values")
    rewrite(checkout, "pkg/lazy.py", "tools.numbers", "tools.values")
    assert train(checkout) != before


def test_place_and_order_do_not_matter(checkout, monkeypatch):
    roots = [checkout / "scripts/train.py", checkout / "pkg/plugin.py"]
    before = fingerprint(roots, checkout / "pkg", modules=["pkg.lazy", "pkg.core"])
    assert fingerprint(reversed(roots), checkout / "pkg", modules=["pkg.core", "pkg.lazy"]) == before
    assert fingerprint(roots * 2, checkout / "pkg", modules=["pkg.core", "pkg.lazy"]) == before
    there = checkout.parent / "there"
    shutil.copytree(checkout, there)
    monkeypatch.chdir(there)
    relative = [Path("scripts/train.py"), Path("pkg/plugin.py")]
    assert fingerprint(relative, Path("pkg"), modules=["pkg.lazy", "pkg.core"]) == before


def test_all_of_a_users_modules_counts(checkout):
    before = whole_fingerprint(checkout / "pkg/core/step.py", checkout / "pkg")
    rewrite(checkout, "pkg/plugin.py", "X = 1", "X = 2")  # imported for types alone
    assert whole_fingerprint(checkout / "pkg/core/step.py", checkout / "pkg") == before
    rewrite(checkout, "pkg/tools/numbers.py", "a + b", "a - b")
    assert whole_fingerprint(checkout / "pkg/core/step.py", checkout / "pkg") != before


def test_faulty_files_are_refused_in_one_line(checkout):
    (checkout / "pkg/plugin.py").write_text("x = 1\ny = (\n")
    with pytest.raises(ValueError, match=r"plugin\.py: line 2: not valid Python: '\(' was never closed$"):
        train(checkout, "pkg.plugin")
    (checkout / "pkg/plugin.py").write_bytes(b"x = '\0'\n")
    with pytest.raises(ValueError, match=r"plugin\.py: .*not valid Python"):
        train(checkout, "pkg.plugin")
    with pytest.raises(ValueError, match=r"missing\.py: cannot be read: No such file"):
        fingerprint([checkout / "missing.py"], checkout / "pkg")


def test_a_file_is_worked_out_once_a_process(checkout):
    body = "".join(
        f"def f{k}(a, b=({k}, 'x')):\n    for i in range(a):\n        b = [i + j for j in b]\n    return b\n"
        for k in range(400)
    )
    (checkout / "pkg/big.py").write_text(body)
    took = []
    for _ in range(2):
        start = time.process_time()
        fingerprint([checkout / "pkg/big.py"], checkout / "pkg")
        took.append(time.process_time() - start)
    assert took[1] < took[0] / 4


def test_the_modules_of_words_are_there():
    root = Path(__file__).resolve().parents[2]
    assert all(root.joinpath(*module.split(".")).with_suffix(".py").is_file() for module in WORDS)
