"""What the project lets in and runs: hashed packages, formats that cannot run code, no code made from text."""

import ast
import re
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parents[1]
FILES = sorted(
    [
        *SOURCE.glob("sparse_nqs/**/*.py"),
        *SOURCE.glob("workflow_scripts/*.py"),
        *SOURCE.glob("examples/*.py"),
    ]
)
RULES = sorted([*SOURCE.glob("rules/*.smk"), SOURCE / "Snakefile"])
LOCKS = sorted((SOURCE / "envs").glob("*.lock"))

# Modules that make objects of any kind from bytes, or reach a network.
MODULES = {
    *(
        "pickle",
        "cPickle",
        "dill",
        "cloudpickle",
        "joblib",
        "marshal",
        "shelve",
        "copyreg",
        "jsonpickle",
        "code",
    ),
    *(
        "socket",
        "ssl",
        "http",
        "urllib",
        "urllib3",
        "requests",
        "httpx",
        "aiohttp",
        "ftplib",
        "smtplib",
        "xmlrpc",
    ),
}
BUILT_IN = {"eval", "exec", "compile", "__import__"}
CALLS = {
    *("yaml.load", "yaml.load_all", "yaml.full_load", "yaml.unsafe_load", "yaml.unsafe_load_all"),
    *("pd.read_pickle", "pandas.read_pickle", "np.load", "numpy.load", "jnp.load", "torch.load"),
    *("os.system", "os.popen", "subprocess.getoutput"),
    # Take a file apart before its checksum is looked at, which `sparse_nqs.storage` does.
    *("pd.read_parquet", "pandas.read_parquet", "pq.read_table", "pd.read_feather", "pd.read_hdf"),
}
UNSAFE = {"shell": True, "allow_pickle": True}
LOADERS = {"Loader", "FullLoader", "UnsafeLoader", "CLoader"}


def faults(tree: ast.AST) -> list[str]:
    """What a file does that it must not."""
    found = []
    for node in ast.walk(tree):
        match node:
            case ast.Import():
                found += [name.name for name in node.names if name.name.split(".")[0] in MODULES]
            case ast.ImportFrom(module=str(module), level=0) if module.split(".")[0] in MODULES:
                found.append(module)
            case ast.Attribute(value=ast.Name(id="yaml"), attr=attr) if attr in LOADERS:
                found.append(f"yaml.{attr}")
            case ast.Call():
                name = ast.unparse(node.func)
                if name in BUILT_IN | CALLS:
                    found.append(name)
                for keyword in node.keywords:
                    value = keyword.value
                    if keyword.arg in UNSAFE and not (
                        isinstance(value, ast.Constant) and value.value is False
                    ):
                        found.append(f"{name}({keyword.arg})")
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_no_file_runs_text_or_unpickles_or_connects(path):
    assert faults(ast.parse(path.read_bytes())) == []


@pytest.mark.parametrize(
    "text",
    [
        "import pickle",
        "from urllib.request import urlopen",
        "eval('1')",
        "exec('a = 1')",
        "yaml.load(text, Loader=yaml.SafeLoader)",
        "yaml.load(text, yaml.FullLoader)",
        "np.load(path)",
        "pd.read_parquet(path)",
        "np.load(path, allow_pickle=flag)",
        "subprocess.run('ls', shell=True)",
        "os.system('ls')",
    ],
)
def test_what_must_not_be_is_found(text):
    assert faults(ast.parse(text))


def test_the_rules_fetch_nothing():
    for path in RULES:
        assert not re.search(r"https?://|\bstorage\s*[.(]|\bremote\b|\bwrapper:", path.read_text()), path


@pytest.mark.parametrize("path", LOCKS, ids=lambda path: path.name)
def test_every_locked_package_is_pinned_and_hashed(path):
    entries = re.split(r"\n(?=\S)", re.sub(r"(?m)^\s*#.*\n?", "", path.read_text()))
    packages = [entry for entry in entries if entry.strip() and not entry.startswith("-")]
    assert len(packages) > 20 or "cuda" in path.name
    for entry in packages:
        assert re.match(r"[A-Za-z0-9._-]+(\[[a-z0-9,-]+\])?==\S+", entry), entry.splitlines()[0]
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", entry), entry.splitlines()[0]


def test_installing_demands_the_hashes():
    installs = [line for line in (SOURCE / "Makefile").read_text().splitlines() if "pip install" in line]
    assert len(installs) == 3
    for line in installs:
        # The project itself, from this folder, and nothing else with it.
        assert "--require-hashes" in line or "--no-deps --no-build-isolation -e ." in line
