import time
from pathlib import Path

import pytest

from sparse_nqs.messages import ConfigError
from sparse_nqs.reading import load_config
from sparse_nqs.reading.read import read_file

from .bad_texts import TEXTS, content


@pytest.mark.parametrize("name", TEXTS)
def test_a_file_that_is_no_config_is_refused_in_one_line(tmp_path: Path, monkeypatch, name: str):
    """Soon, and nothing in it is run: no file is made."""
    monkeypatch.chdir(tmp_path)
    path = tmp_path / f"config.{name.rpartition('.')[2]}"
    path.write_bytes(content(name))
    started = time.process_time()
    with pytest.raises(ConfigError) as caught:
        load_config(path)
    assert time.process_time() - started < 10.0  # a bomb would take minutes
    (line,) = str(caught.value).split("\n")
    assert line.startswith(f"{path}: ") and line.isprintable() and len(line) < 600
    assert TEXTS[name][1] in line
    assert list(tmp_path.iterdir()) == [path]


def test_every_repeated_key_is_told(tmp_path: Path):
    path = tmp_path / "config.yaml"
    path.write_text("a: 1\na: 2\nb:\n  c: 1\n  c: 2\n")
    with pytest.raises(ConfigError) as caught:
        read_file(path)
    assert [line.removeprefix(f"{path}: ").split(" is given")[0] for line in caught.value.lines] == [
        "line 2: key 'a'",
        "line 5: key 'c'",
    ]


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


def test_values_that_read_as_they_look_are_kept(tmp_path: Path):
    path = tmp_path / "config.yaml"
    path.write_text(
        "a: [0, 10, 0.5, -3, 1_000, 1.0e-3, '010', '1:30', yes]\noptions: {b: true, c: 'no', d: False}\n"
    )
    assert read_file(path) == {
        "a": [0, 10, 0.5, -3, 1000, 1e-3, "010", "1:30", True],
        "options": {"b": True, "c": "no", "d": False},
    }
