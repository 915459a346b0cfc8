"""What code refers to, in all the ways in which Python lets it."""

import pytest
from small_package import TRAIN, closure, rewrite, train

WHOLE = {"pkg.plugin:X", "pkg.plugin:f", "pkg.plugin:g"}


@pytest.mark.parametrize(
    ("text", "used"),
    [
        ("from pkg.plugin import g\n\ng()", {"pkg.plugin:g"}),
        ("import pkg.plugin\n\npkg.plugin.g()", {"pkg.plugin:g"}),
        ("import pkg.plugin as p\n\np.f()", {"pkg.plugin:f", "pkg.plugin:X"}),
        ("from pkg import plugin as p\n\np.g()", {"pkg.plugin:g"}),
        ("def h():\n    from pkg import plugin\n    return plugin.g()", {"pkg.plugin:g"}),
        (
            "def h():\n    import pkg.plugin\n    return lambda: [pkg.plugin.g() for _ in 'ab']",
            {"pkg.plugin:g"},
        ),
        ("from pkg.plugin import X\n\ndef h(X):\n    return X", {"pkg.plugin:X"}),  # the script's own import
        ("from pkg import plugin\n\nprint(plugin)", WHOLE),
        ("from pkg import plugin\n\ngetattr(plugin, 'g')", WHOLE),
        ("from pkg import plugin\n\nplugin.nothing", WHOLE),
        ("from pkg.plugin import *\n\ng()", WHOLE),
        ("from pkg.plugin import nothing\n\nnothing()", WHOLE),
        ("from pkg.core import absent\n\nabsent.f", {"pkg.core:__all__"}),
        ("import pkgother\n\npkgother.X", set()),
        ("from ...pkg import plugin\n\nplugin.g()", set()),
        ("import pkg.nothing\n", set()),
    ],
)
def test_forms_of_use(checkout, text, used):
    (checkout / "scripts/draw.py").write_text(text + "\n")
    found = closure(checkout, "scripts/draw.py")
    found -= {entry for entry in found if entry.startswith("scripts/")} | TRAIN - {"pkg.core:__all__"}
    if "def h(X)" in text:
        used = set()
    assert found == used


def test_names_of_ones_own_are_no_references(checkout):
    (checkout / "pkg/own.py").write_text(
        "from pkg.plugin import X, f, g\n"
        "import pkg.tools.numbers as n\n\n\n"
        "def own(f, *X, k=lambda g: g):\n"
        "    for n in X:\n"
        "        f = [g for g in n]\n"
        "    return f, k\n\n\n"
        "def outer():\n"
        "    g = 1\n\n"
        "    def inner():\n"
        "        return g\n\n"
        "    return inner\n\n\n"
        "def setter():\n"
        "    global Z\n"
        "    Z = 1\n\n\n"
        "def reader():\n"
        "    return Z\n"
    )
    assert closure(checkout, modules=["pkg.own:own,outer"]) == {"pkg.own:own", "pkg.own:outer"}
    assert closure(checkout, modules=["pkg.own:reader"]) == {"pkg.own:reader", "pkg.own:Z"}


def test_a_default_that_is_a_lambda_hides_no_name_of_the_module(checkout):
    (checkout / "pkg/own.py").write_text(
        "from pkg.plugin import g\n\n\ndef own(k=lambda g: None):\n    return g()\n"
    )
    assert closure(checkout, modules=["pkg.own:own"]) == {"pkg.own:own", "pkg.plugin:g"}


def test_fields_of_classes_count_with_their_types(checkout):
    (checkout / "pkg/own.py").write_text(
        "from typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n    from pkg.plugin import X\n\n\n"
        "class Own:\n    a: 'list[X]'\n\n    def f(self, b: int) -> int:\n        return b\n"
    )
    assert closure(checkout, modules=["pkg.own:Own"]) == {"pkg.own:Own", "pkg.plugin:X"}
    before = train(checkout, "pkg.own:Own")
    rewrite(checkout, "pkg/own.py", "b: int", "b: float")
    assert train(checkout, "pkg.own:Own") == before
    rewrite(checkout, "pkg/own.py", "def f", "@checked\n    def f")
    decorated = train(checkout, "pkg.own:Own")
    rewrite(checkout, "pkg/own.py", "b: float", "b: int")
    assert train(checkout, "pkg.own:Own") != decorated


def test_what_code_of_the_package_decorates_counts_on_import(checkout):
    (checkout / "pkg/own.py").write_text(
        "import functools\nfrom pkg.plugin import f as register\n\n\n@register\ndef one():\n    pass\n\n\n"
        "@functools.cache\ndef two():\n    pass\n\n\ndef three():\n    pass\n"
    )
    own = {entry for entry in closure(checkout, modules=["pkg.own:three"]) if entry.startswith("pkg.own")}
    assert own == {"pkg.own:three", "pkg.own:"}
    before = train(checkout, "pkg.own:three")
    rewrite(checkout, "pkg/own.py", "def two():\n    pass", "def two():\n    return 1")
    assert train(checkout, "pkg.own:three") == before
    rewrite(checkout, "pkg/own.py", "def one():\n    pass", "def one():\n    return 1")
    assert train(checkout, "pkg.own:three") != before
