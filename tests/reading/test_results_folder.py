import resource
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from sparse_nqs.messages import ConfigError
from sparse_nqs.reading import check_folder, load_config, require_writable
from sparse_nqs.reading.results_folder import folder_mistake

SOURCE = Path(__file__).resolve().parents[2]


def test_a_folder_is_made_and_nothing_else(tmp_path):
    for _ in range(2):
        require_writable(str(tmp_path / "results" / "größe"))
        assert [str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*")] == [
            "results",
            "results/größe",
        ]


def test_a_link_to_a_folder_that_is_gone(tmp_path):
    """As after a scratch disk was emptied."""
    (tmp_path / "results").symlink_to(tmp_path / "scratch" / "mine")
    require_writable(str(tmp_path / "results"))
    assert (tmp_path / "scratch" / "mine").is_dir() and (tmp_path / "results").is_symlink()


def test_a_file_in_its_place(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "results").write_text("")
    with pytest.raises(ConfigError) as caught:
        require_writable("results/a", source="mine.yaml")
    assert str(caught.value) == "mine.yaml: results: 'results/a' cannot be written to: Not a directory"


def test_a_folder_that_takes_no_bytes(tmp_path):
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, before[1]))
    try:
        with pytest.raises(ConfigError, match=r"cannot be written to: File too large$"):
            require_writable(str(tmp_path))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    """A working folder with what tools keep in it, and a config in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    for name in (".git", ".snakemake", ".venv", "mine"):
        (tmp_path / name).mkdir()
    study = {"system": {"model": "tfim", "extent": [2, 2]}, "network": {"kind": "ffnn", "alpha": 9}}
    (tmp_path / "mine" / "c.yaml").write_text(yaml.safe_dump({"studies": {"s": study}}))
    (tmp_path / "a file").write_text("")
    (tmp_path / "link").symlink_to(SOURCE / "rules")
    return tmp_path


@pytest.mark.parametrize(
    "folder",
    [
        *(
            "/",
            "//",
            ".",
            "./",
            "mine",
            "mine/.",
            "a file",
            "a file/below",
            "mine/c.yaml",
            "link",
            "link/below",
        ),
        *(".git", ".snakemake", ".snakemake/metadata", ".venv/lib", "logs", ".cache"),
        *(
            str(SOURCE / name)
            for name in ("", "rules", "sparse_nqs/vmc", "tests", ".git", "Makefile", "config.yaml")
        ),
        str(SOURCE.parent),
    ],
)
def test_folders_that_are_not_for_results_alone_are_refused_in_one_line(checkout, folder):
    with pytest.raises(ConfigError) as caught:
        load_config("mine/c.yaml", overrides={"results": folder})
    (line,) = caught.value.lines
    assert line.startswith("--config: results: ") and "must be a folder" in line
    if not folder.startswith("mine"):
        with pytest.raises(ConfigError):
            check_folder(folder)


@pytest.mark.parametrize(
    "folder", ["results", "a b", "größe/tief", "rules", "mine/results", "/tmp/x", ".results", "résults; ls"]
)
def test_other_folders_are_fine(checkout, folder):
    # Here no folder of the project is called rules.
    assert load_config("mine/c.yaml", overrides={"results": folder}).results == folder


@pytest.mark.parametrize("letter", "\"'`$\\{}\n")
def test_letters_that_a_shell_reads_within_quotes_are_refused(checkout, letter):
    with pytest.raises(ConfigError, match=r"results: .* must be a folder without"):
        load_config("mine/c.yaml", overrides={"results": f"a{letter}b"})
    with pytest.raises(ConfigError, match="without - before it"):
        load_config("mine/c.yaml", overrides={"results": "-x"})


@pytest.mark.skipif(shutil.which("git") is None or not (SOURCE / ".git").exists(), reason="no git checkout")
def test_all_folders_of_the_project_are_known():
    files = subprocess.run(["git", "ls-files"], cwd=SOURCE, capture_output=True, text=True, check=True).stdout
    for name in {name.partition("/")[0] for name in files.splitlines()}:
        assert folder_mistake(str(SOURCE / name)) is not None, name
