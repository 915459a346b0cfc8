from pathlib import Path

import pytest

from sparse_nqs.messages import ConfigError
from sparse_nqs.reading import load_config
from sparse_nqs.reading.read import read_file

BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{after}: &{after} [{', '.join([f'*{before}'] * 9)}]\n"
    for before, after in zip("abcdefgh", "bcdefghi", strict=True)
)
MERGE_BOMB = "a: &a {k: 1}\n" + "".join(
    f"{after}: &{after} {{<<: [{', '.join([f'*{before}'] * 9)}]}}\n"
    for before, after in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize(
    ("content", "fragment"),
    [
        ("a: 1\nb: [1, 2\n", r"line 3, column 1: not valid YAML: while parsing a flow sequence"),
        ("a: 1\n\tb: 2\n", "line 2, column 1: not valid YAML"),
        ("a: *nothing\n", "line 1, column 4: not valid YAML: found undefined alias 'nothing'"),
        ("a: 1\n---\nb: 2\n", "line 2, column 1: not valid YAML: expected a single document"),
        ("a: {b: 1,\n  c: 2,\n  b: 3}\n", "line 3: key 'b' is given twice, first on line 1"),
        ("x: 1\nx: 1\n", "line 2: key 'x' is given twice, first on line 1"),
        ("<<: {a: 1}\n<<: {b: 1}\n", "line 2: key '<<' is given twice"),
        ("a: !!python/object/apply:os.system [ls]\n", "could not determine a constructor for the tag"),
        ("a: 2020-13-45\n", "line 1, column 4: not valid YAML: '2020-13-45' cannot be read as timestamp"),
        ("a: !!bool maybe\n", "'maybe' cannot be read as bool"),
        ("a: !!int ''\n", "'' cannot be read as int"),
        ("a: " + "9" * 5000 + "\n", "cannot be read as int"),
        ("? [1, 2]\n: 3\n", "line 1, column 3: not valid YAML: while constructing a mapping"),
        ("a: \x07\n", r"line 1: must not contain the character '\\x07'"),
        ("[" * 5000, "nested too deeply"),
        ("a: &x [*x]\n", "nested more than 40 levels deep, or in itself"),
        ("a: " + "[" * 50 + "]" * 50, "nested more than 40 levels deep"),
        (BOMB, "must not have more than 200000 entries with all aliases written out"),
        (MERGE_BOMB, "must not have more than 200000 entries with all aliases written out"),
        ("# " + "x" * 200_001, "is larger than 200000 bytes"),
        (
            "a: 1\nb: [010]\n",
            "line 2: 010 is not allowed: YAML reads this as 8; write a number in decimal digits",
        ),
        ("a: -0x1F\n", "line 1: -0x1F is not allowed: YAML reads this as -31;"),
        ("a: 0b11\n", "line 1: 0b11 is not allowed: YAML reads this as 3;"),
        ("a: 1:30\n", "line 1: 1:30 is not allowed: YAML reads this as 90;"),
        ("a: 1:30.5\n", "line 1: 1:30.5 is not allowed: YAML reads this as 90.5;"),
        ("1:30: x\n", "line 1: 1:30 is not allowed: YAML reads this as 90;"),
        (
            "options: {a: {b: [no]}}\n",
            "line 1: no is not allowed in options: YAML reads this as false; write that",
        ),
        (
            "x:\n  options:\n    mode: on\n",
            "line 3: on is not allowed in options: YAML reads this as true; write",
        ),
        ("", "must be a mapping of keys to values at the top"),
        ("- a\n", "must be a mapping of keys to values at the top"),
        ("a", "must be a mapping of keys to values at the top"),
    ],
)
def test_files_that_are_no_config_are_refused_in_one_line(tmp_path: Path, content: str, fragment: str):
    path = tmp_path / "config.yaml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(ConfigError, match=fragment) as caught:
        load_config(path)
    assert str(caught.value).startswith(f"{path}: ")
    assert str(caught.value).isprintable()


def test_every_repeated_key_is_told(tmp_path: Path):
    path = tmp_path / "config.yaml"
    path.write_text("a: 1\na: 2\nb:\n  c: 1\n  c: 2\n")
    with pytest.raises(ConfigError) as caught:
        read_file(path)
    assert [line.removeprefix(f"{path}: ").split(" is given")[0] for line in caught.value.lines] == [
        "line 2: key 'a'",
        "line 5: key 'c'",
    ]


def test_a_file_that_is_not_utf_8_is_refused_with_the_line(tmp_path: Path):
    path = tmp_path / "config.yaml"
    path.write_bytes(b"a: 1\nb: \xff\n")
    with pytest.raises(ConfigError, match=r"line 2: must be UTF-8 text$"):
        load_config(path)


def test_files_that_cannot_be_read_are_refused(tmp_path: Path):
    with pytest.raises(ConfigError, match=r"missing\.yaml: cannot be read: No such file"):
        load_config(tmp_path / "missing.yaml")
    with pytest.raises(ConfigError, match="cannot be read: Is a directory"):
        load_config(tmp_path)
    with pytest.raises(ConfigError, match="cannot be read: embedded null byte"):
        load_config("a\0b")


def test_aliases_and_merge_keys_of_sensible_size_are_read(tmp_path: Path):
    path = tmp_path / "config.yaml"
    path.write_text("base: &b {x: 1, y: 2}\nheir: {<<: *b, y: 3}\nsame: *b\n", encoding="utf-8-sig")
    assert read_file(path) == {"base": {"x": 1, "y": 2}, "heir": {"x": 1, "y": 3}, "same": {"x": 1, "y": 2}}


def test_json_is_read_as_json_whatever_its_name(tmp_path: Path):
    """There 1e-3 is a number, which YAML 1.1 takes for text; so Snakemake reads it, too."""
    path = tmp_path / "config.yaml"
    path.write_text('{"a": 1e-3,\t"b": [2E5, "1e-3", null, true]}')
    assert read_file(path) == {"a": 0.001, "b": [200000.0, "1e-3", None, True]}
    path.write_text("{a: 1e-3, b: 1.0e-3}")
    assert read_file(path) == {"a": "1e-3", "b": 0.001}


@pytest.mark.parametrize(
    ("content", "fragment"),
    [
        ('{"a": {"b": 1, "b": 2}}', "key 'b' is given twice"),
        ('{"a": ' + "9" * 5000 + "}", "cannot be read as int"),
        ('{"__use_yte__": true}', "must not be a template"),
        ('{"a": ' + "[" * 50 + "]" * 50 + "}", "nested more than 40 levels deep"),
        ('{"a": ' + "[" * 100_000 + "]" * 100_000 + "}", "is larger than 200000 bytes"),
        ('{"a": ' + "[" * 90_000 + "]" * 90_000 + "}", "is nested too deeply"),
        ("[1, 2]", "must be a mapping of keys to values at the top"),
    ],
)
def test_json_that_is_no_config_is_refused_in_one_line(tmp_path: Path, content: str, fragment: str):
    path = tmp_path / "config.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(ConfigError, match=fragment) as caught:
        load_config(path)
    assert str(caught.value).startswith(f"{path}: ")
    assert str(caught.value).isprintable()


def test_values_that_read_as_they_look_are_kept(tmp_path: Path):
    path = tmp_path / "config.yaml"
    path.write_text(
        "a: [0, 10, 0.5, -3, 1_000, 1.0e-3, '010', '1:30', yes]\noptions: {b: true, c: 'no', d: False}\n"
    )
    assert read_file(path) == {
        "a": [0, 10, 0.5, -3, 1000, 1e-3, "010", "1:30", True],
        "options": {"b": True, "c": "no", "d": False},
    }
