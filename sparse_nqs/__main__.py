"""What the Makefile runs: `python -m sparse_nqs figures CONFIG ...`, from the folder in which the results are to be.

Names in a config go from here to files and to Snakemake's arguments. They pass through no shell.
"""

import argparse
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from sparse_nqs.config import Config
from sparse_nqs.messages import ConfigError
from sparse_nqs.reading import load_config

_SNAKEFILE = Path(__file__).resolve().parents[1] / "Snakefile"


def cache_home(environment: Mapping[str, str]) -> str | None:
    """Where Snakemake and Matplotlib are to keep their caches, if the user's own folder cannot be written to.

    Snakemake does not start without one. Nodes of a cluster and containers may have no home.
    """
    own = environment.get("XDG_CACHE_HOME") or os.path.join(environment.get("HOME") or "~", ".cache")
    try:
        os.makedirs(os.path.join(os.path.expanduser(own), "snakemake"), exist_ok=True)
    except OSError:
        return os.path.abspath(".cache")
    return None


def snakemake(configs: list[str], *arguments: str) -> int:
    """Run Snakemake on these config files, to its end. Returns its exit status."""
    command = [sys.executable, "-m", "snakemake", "--snakefile", str(_SNAKEFILE), "--configfile", *configs]
    instead = cache_home(os.environ)
    environment = {"XDG_CACHE_HOME": instead, "XDG_CONFIG_HOME": instead} if instead else {}
    process = subprocess.Popen([*command, *arguments], env={**os.environ, **environment})
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:
            continue  # Ctrl-C has reached Snakemake too, which ends its jobs and then itself


def figures(config: Config, configs: list[str], cores: str) -> int:
    """Run all that the config asks for."""
    return snakemake(configs, "--cores", cores, "--", "all")


def report(config: Config, configs: list[str], cores: str) -> int:
    """The same, then report.html in the folder of the results."""
    return snakemake(configs, "--cores", cores, "--", "reported") or snakemake(
        configs, "--report", f"{config.results}/report.html", "--", "reported"
    )


def references(config: Config, configs: list[str], cores: str) -> int:
    """Compute the reference energies alone, and print them beside the published ones."""
    status = snakemake(configs, "--cores", cores, "--", "references")
    if status == 0:
        print(Path(config.results, "summaries", "published_references.md").read_text(encoding="utf-8"))
    return status


COMMANDS = {command.__name__: command for command in (figures, report, references)}


def main() -> int:
    """Check the config, then run a command. Returns the exit status; if Snakemake ran, its own."""
    parser = argparse.ArgumentParser(prog="python -m sparse_nqs", description="Run the workflow on a config.")
    parser.add_argument(
        "command",
        choices=COMMANDS,
        help="; ".join(f"{name}: {command.__doc__}" for name, command in COMMANDS.items()),
    )
    parser.add_argument(
        "configs",
        nargs="*",
        default=["config.yaml"],
        help="config.yaml by default; a later file is laid over",
    )
    parser.add_argument(
        "--cores", default=str(os.cpu_count()), help="how many jobs run at a time; default: all"
    )
    arguments = parser.parse_args()
    try:
        config = load_config(*arguments.configs)
    except ConfigError as error:
        print(error, file=sys.stderr)
        return 1
    return COMMANDS[arguments.command](config, arguments.configs, arguments.cores)


if __name__ == "__main__":
    sys.exit(main())
