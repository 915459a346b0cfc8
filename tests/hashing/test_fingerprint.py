import shutil
import time
from pathlib import Path

import pytest

from sparse_nqs.hashing.fingerprint import fingerprint, import_closure

SCRIPT = '''
"""Train."""
import os
from pkg.core import step


def main():
    from pkg.lazy import late

    return step, late
'''
FILES = {
    "pkg/__init__.py": '"""The package."""\n',
    "pkg/core/__init__.py": "from pkg.core.step import step\n",
    "pkg/core/step.py": "import math\n\nimport pkg.tools.numbers as n\n\n\ndef step():\n    return n.ONE\n",
    "pkg/core/alone.py": "from . import step\nfrom .step import step as other\nfrom ..tools import *\n",
    "pkg/tools/__init__.py": "__all__ = ['words']\n",
    "pkg/tools/numbers.py": "ONE = 1\n",
    "pkg/tools/words.py": "HELLO = 'hello'\n",
    "pkg/lazy/__init__.py": "",
    "pkg/lazy/late.py": "from ..tools import words\n",
    "pkg/plugin.py": "X = 1\n",
    "pkg/circle_a.py": "import pkg.circle_b\n",
    "pkg/circle_b.py": "import pkg.circle_a\n",
    "pkgother/__init__.py": "X = 1\n",
    "scripts/train.py": SCRIPT,
    "scripts/draw.py": "import pkg\n",
}
TRAIN = [
    "pkg",
    "pkg.core",
    "pkg.core.step",
    "pkg.lazy",
    "pkg.lazy.late",
    "pkg.tools",
    "pkg.tools.numbers",
    "pkg.tools.words",
    "scripts/train.py",
]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        path = tmp_path / "here" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path / "here"


def train(checkout: Path, **options) -> str:
    return fingerprint([checkout / "scripts/train.py"], checkout / "pkg", **options)


def closure(checkout: Path, *roots: str, **options) -> list[str]:
    return import_closure([checkout / root for root in roots], checkout / "pkg", **options)


def rewrite(checkout: Path, name: str, old: str, new: str) -> None:
    text = (checkout / name).read_text()
    assert old in text
    (checkout / name).write_text(text.replace(old, new))


def test_all_forms_of_import_are_followed(checkout):
    assert closure(checkout, "scripts/train.py") == TRAIN
    assert closure(checkout, "scripts/draw.py") == ["pkg", "scripts/draw.py"]
    assert closure(checkout, "pkg/core/alone.py") == [
        "pkg",
        "pkg.core",
        "pkg.core.alone",
        "pkg.core.step",
        "pkg.tools",
        "pkg.tools.numbers",
        "pkg.tools.words",
    ]
    assert closure(checkout, "pkg/circle_a.py") == ["pkg", "pkg.circle_a", "pkg.circle_b"]


def test_relative_imports_of_a_package_start_at_itself(checkout):
    (checkout / "pkg/lazy/__init__.py").write_text("from . import late\n")
    assert closure(checkout, "pkg/lazy/__init__.py") == [
        "pkg",
        "pkg.lazy",
        "pkg.lazy.late",
        "pkg.tools",
        "pkg.tools.words",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "import pkgother\n",
        "import pkg.nothing\n",
        "from pkg import attribute\n",
        "from .. import step\n",
        "import os.path, numpy as np\n",
    ],
)
def test_other_imports_add_nothing(checkout, text):
    (checkout / "scripts/draw.py").write_text(text)
    assert set(closure(checkout, "scripts/draw.py")) <= {"pkg", "scripts/draw.py"}


def test_relative_imports_beyond_the_package_add_nothing(checkout):
    (checkout / "pkg/plugin.py").write_text("from ...pkg import core\n")
    assert closure(checkout, "pkg/plugin.py") == ["pkg", "pkg.plugin"]


def test_modules_loaded_by_name_are_added(checkout):
    assert closure(checkout, "scripts/draw.py", modules=["pkg.lazy.late"]) == [
        "pkg",
        "pkg.lazy",
        "pkg.lazy.late",
        "pkg.tools",
        "pkg.tools.words",
        "scripts/draw.py",
    ]
    before = train(checkout, modules=["pkg.plugin"])
    assert before != train(checkout)
    rewrite(checkout, "pkg/plugin.py", "1", "2")
    assert train(checkout, modules=["pkg.plugin"]) != before


@pytest.mark.parametrize("name", ["pkg.nothing", "other.thing", "pkgother", "pkg.tools.words.HELLO", ""])
def test_modules_that_do_not_exist_are_refused(checkout, name):
    with pytest.raises(ValueError, match="there is no module"):
        train(checkout, modules=[name])


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("pkg/tools/numbers.py", "ONE = 1", "ONE = 2"),
        ("pkg/tools/numbers.py", "ONE = 1", "ONE = 1.0"),
        ("pkg/tools/numbers.py", "ONE = 1", "ONE = '1'"),
        ("pkg/tools/numbers.py", "ONE = 1", "ONE = True"),
        ("pkg/tools/numbers.py", "ONE = 1", "ONE = None"),
        ("pkg/tools/numbers.py", "ONE = 1", "ONE = -1"),
        ("pkg/tools/numbers.py", "ONE = 1", "ONE: int = 1"),
        ("pkg/tools/numbers.py", "ONE = 1", "ONE = 1\nassert ONE"),
        ("pkg/tools/words.py", "hello", "Hello"),
        ("pkg/lazy/late.py", "words", "numbers"),
        ("pkg/__init__.py", '"""\n', '"""\nX = 1\n'),
        ("scripts/train.py", "return step, late", "return late, step"),
    ],
)
def test_code_matters(checkout, name, old, new):
    before = train(checkout)
    rewrite(checkout, name, old, new)
    assert train(checkout) != before


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("pkg/__init__.py", "The package.", "Another text."),
        ("pkg/__init__.py", '"""The package."""\n', ""),
        ("pkg/core/step.py", "def step():\n", "def step():\n    '''Do it.'''\n"),
        ("pkg/core/step.py", "return n.ONE", "return (n.\\\n        ONE)  # one"),
        ("pkg/tools/numbers.py", "ONE = 1\n", "# The number.\n\n\nONE = 1\n'''The first number.'''\n"),
        ("pkg/tools/numbers.py", "ONE = 1\n", "ONE = 0x1;\n"),
        ("pkg/tools/words.py", "'hello'", '"hel" "lo"'),
        ("pkg/tools/words.py", "\n", "\r\n"),
        ("pkg/plugin.py", "1", "2"),
        ("pkgother/__init__.py", "1", "2"),
        ("scripts/draw.py", "import pkg", "import os"),
    ],
)
def test_documentation_form_and_other_code_do_not_matter(checkout, name, old, new):
    before = train(checkout)
    rewrite(checkout, name, old, new)
    assert train(checkout) == before


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("f(a, b)", "f(a)(b)"),
        ("[a, [b]]", "[[a], b]"),
        ("x = a if b else c", "x = b if a else c"),
        ("f(*a)", "f(**a)"),
        ("{a: b, **c}", "{a: b, c: c}"),
        ("def f(a, /, b): pass", "def f(a, b, /): pass"),
        ("def f(*, a, b=1): pass", "def f(*, b, a=1): pass"),
        ("def f(*, a=1, b): pass", "def f(*, a, b=1): pass"),
        ("if a:\n    b\n    c", "if a:\n    b\nc"),
        ("if a: b\nelse: c", "if a: b\nelif c: c"),
        ("f'{a!r}'", "f'{a!s}'"),
        ("f'{a:2}'", "f'{a:3}'"),
        ("f'{a}'", "'{a}'\nx"),
        ("x = 'docs'", "x = ''"),
        ("x = b'1'", "x = '1'"),
        ("global a", "nonlocal a"),
        ("import a as b", "import b as a"),
        ("async def f(): pass", "def f(): pass"),
        ("a < b > c", "a > b < c"),
        ("x = 1; y = 2", "y = 2; x = 1"),
        ("a[1:2]", "a[1:2:1]"),
        ("a[:, 1]", "a[1, :]"),
    ],
)
def test_different_code_has_different_fingerprints(checkout, first, second):
    hashes = set()
    for text in (first, second):
        (checkout / "pkg/plugin.py").write_text(text)
        hashes.add(fingerprint([checkout / "pkg/plugin.py"], checkout / "pkg"))
    assert len(hashes) == 2


def test_names_matter(checkout):
    before = train(checkout)
    (checkout / "pkg/tools/numbers.py").rename(checkout / "pkg/tools/values.py")
    rewrite(checkout, "pkg/core/step.py", "pkg.tools.numbers", "pkg.tools.values")
    renamed = train(checkout)
    assert renamed != before
    # Exchanging the contents of two modules leaves the set of contents as it was.
    first, second = checkout / "pkg/tools/values.py", checkout / "pkg/tools/words.py"
    texts = first.read_text(), second.read_text()
    first.write_text(texts[1])
    second.write_text(texts[0])
    assert train(checkout) != renamed


def test_a_module_and_a_package_of_one_name_are_the_same_to_importers(checkout):
    (checkout / "pkg/plugin").mkdir()
    (checkout / "pkg/plugin/__init__.py").write_text("X = 2\n")
    package = fingerprint([], checkout / "pkg", modules=["pkg.plugin"])
    rewrite(checkout, "pkg/plugin.py", "1", "3")  # Python prefers the package
    assert fingerprint([], checkout / "pkg", modules=["pkg.plugin"]) == package


def test_a_new_module_that_an_import_could_mean_is_noticed(checkout):
    rewrite(checkout, "scripts/draw.py", "import pkg", "from pkg import later")
    before = closure(checkout, "scripts/draw.py")
    (checkout / "pkg/later.py").write_text("")
    assert closure(checkout, "scripts/draw.py") == sorted([*before, "pkg.later"])


def test_folders_without_init_are_packages_too(checkout):
    (checkout / "pkg/tools/__init__.py").unlink()
    assert closure(checkout, "scripts/train.py") == [name for name in TRAIN if name != "pkg.tools"]


def test_place_and_order_do_not_matter(checkout, monkeypatch):
    roots = [checkout / "scripts/train.py", checkout / "scripts/draw.py", checkout / "pkg/plugin.py"]
    before = fingerprint(roots, checkout / "pkg", modules=["pkg.circle_a", "pkg.lazy"])
    assert fingerprint(reversed(roots), checkout / "pkg", modules=["pkg.lazy", "pkg.circle_a"]) == before
    assert fingerprint(roots * 2, checkout / "pkg", modules=["pkg.circle_b", "pkg.lazy"]) == before

    there = checkout.parent / "there"
    shutil.copytree(checkout, there)
    monkeypatch.chdir(there)
    relative = [Path("scripts/train.py"), Path("scripts/draw.py"), Path("pkg/plugin.py")]
    assert fingerprint(relative, Path("pkg"), modules=["pkg.circle_a", "pkg.lazy"]) == before


def test_faulty_files_are_refused_in_one_line(checkout):
    (checkout / "pkg/plugin.py").write_text("x = 1\ny = (\n")
    with pytest.raises(ValueError, match=r"plugin\.py: line 2: not valid Python: '\(' was never closed$"):
        train(checkout, modules=["pkg.plugin"])
    (checkout / "pkg/plugin.py").write_bytes(b"x = '\0'\n")
    with pytest.raises(ValueError, match=r"plugin\.py: .*not valid Python"):
        train(checkout, modules=["pkg.plugin"])
    with pytest.raises(ValueError, match=r"missing\.py: cannot be read: No such file"):
        fingerprint([checkout / "missing.py"], checkout / "pkg")


def test_sixty_files_take_a_fraction_of_a_second(checkout):
    body = "".join(
        f"def f{k}(a, b=({k}, 'x')):\n    for i in range(a):\n        b = [i + j for j in b]\n    return b\n"
        for k in range(50)
    )
    for number in range(60):
        (checkout / f"pkg/big{number}.py").write_text(f"import pkg.big{number + 1}\nN = {number}\n{body}")
    start = time.process_time()
    fingerprint([checkout / "pkg/big0.py"], checkout / "pkg")
    assert time.process_time() - start < 1.0  # 0.15 s on an idle core
    start = time.process_time()
    fingerprint([checkout / "pkg/big0.py"], checkout / "pkg")
    assert time.process_time() - start < 0.1  # parsed once a process


LEAVES = "blocks errors messages optax_rules protocols shadows user_code".split()


def test_the_code_of_this_package_is_its_own_closure():
    import sparse_nqs.reading.load as module

    package_root = Path(module.__file__).parents[1]
    names = import_closure([Path(module.__file__)], package_root)
    assert "sparse_nqs.reading.load" in names
    assert all(
        name == "sparse_nqs" or name.split(".")[1] in ("config", "hashing", "reading", *LEAVES)
        for name in names
    )
