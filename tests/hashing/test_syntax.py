"""What of the code counts."""

import pytest
from small_package import rewrite, train

from sparse_nqs.hashing.fingerprint import fingerprint


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
        ("x = 'docs'", "x = ''"),
        ("x = b'1'", "x = '1'"),
        ("import a as b\nx = b", "import b as a\nx = b"),
        ("async def f(): pass", "def f(): pass"),
        ("a < b > c", "a > b < c"),
        ("a[1:2]", "a[1:2:1]"),
        ("a[:, 1]", "a[1, :]"),
        ("raise a(1)", "raise a(2)"),
        ("print('a', file=b)", "print('c', file=b)"),
    ],
)
def test_different_code_has_different_fingerprints(checkout, first, second):
    hashes = set()
    for text in (first, second):
        (checkout / "pkg/plugin.py").write_text(text)
        hashes.add(fingerprint([checkout / "pkg/plugin.py"], checkout / "pkg"))
    assert len(hashes) == 2


def test_what_a_column_means_does_not_count(checkout):
    (checkout / "pkg/own.py").write_text(
        "ROW = Column(1, 'u', 'this'), Column(1, unit='u', meaning='that')\n"
    )
    before = train(checkout, "pkg.own")
    rewrite(checkout, "pkg/own.py", "'this'", "'these'")
    rewrite(checkout, "pkg/own.py", "'that'", "'those'")
    assert train(checkout, "pkg.own") == before
    rewrite(checkout, "pkg/own.py", "'u'", "'v'")
    assert train(checkout, "pkg.own") != before
