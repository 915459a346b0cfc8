"""Runs jobs of a small study one after another, and notes which functions of the package each of them executes.

`python executed.py OUT` writes JSON: by job its script, what it loads by name, and the executed "module:definition".
What runs while a module is imported does not count, nor what a module of words calls.
"""

import ast
import json
import runpy
import sys
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

from sparse_nqs.blocks import DENSE, Block
from sparse_nqs.hashing.fingerprint import WORDS
from sparse_nqs.planning import layout, specs
from sparse_nqs.planning.figure_tables import parts_read
from sparse_nqs.planning.specs import spec as making
from sparse_nqs.reading import parse_config

ROOT = Path(making.__file__).resolve().parents[3]
CONFIG = {
    "rounds_per_job": 2,
    "references": {"max_ed_spins": 4},
    "studies": {
        "s": {
            "system": {"model": "tfim", "extent": [2, 2], "field": 1.5},
            "network": {"kind": "ffnn", "alpha": 2},
            "seeds": [0],
            "training": {"samples": 16, "chains": 16, "dense_steps": 3, "round_steps": 3},
            "pruning": {"ratio": 0.3, "rounds": 2},
            "isolated": {"procedures": ["t_init_imp", "t_rand_rand"], "rounds": [1]},
            "evaluation": {"exact_max_spins": 2, "chains": 32, "samples_per_chain": 8},
            "observables": ["x"],
        }
    },
    "figures": {"isolated": {"kind": "isolated", "studies": ["s"]}},
}


class Executed:
    """What a profiler sees of the package."""

    def __init__(self) -> None:
        self.found: set[str] = set()
        self._ignored = 0  # frames of imports and of modules of words, one in another
        self._names: dict[CodeType, tuple[str, str]] = {}
        self._tops: dict[str, list[tuple[int, int, str]]] = {}

    def __call__(self, frame: FrameType, event: str, argument: Any) -> None:
        """What `sys.setprofile` calls."""
        if event not in ("call", "return"):
            return
        code = frame.f_code
        module, name = self._names.get(code) or self._names.setdefault(code, self._place(code))
        if not module:
            return
        if code.co_name == "<module>" or module in WORDS:
            self._ignored += 1 if event == "call" else -1
        elif event == "call" and not self._ignored:
            self.found.add(f"{module}:{name}")

    def _place(self, code: CodeType) -> tuple[str, str]:
        """The module and the definition at its top that code is part of; "" for what is not the package's."""
        path = Path(code.co_filename)
        if not path.is_absolute() or not path.is_relative_to(ROOT / "sparse_nqs"):
            return "", ""
        words = path.relative_to(ROOT).with_suffix("").parts
        module = ".".join(words[:-1] if words[-1] == "__init__" else words)
        if module not in self._tops:
            self._tops[module] = list(_tops(ast.parse(path.read_text(encoding="utf-8"))))
        line = code.co_firstlineno
        return module, next((name for first, last, name in self._tops[module] if first <= line <= last), "")


def _tops(tree: ast.Module):
    for node in tree.body:
        first = min([node.lineno, *(entry.lineno for entry in getattr(node, "decorator_list", []))])
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                yield first, node.end_lineno, name
            case ast.Assign(targets=[ast.Name(id=name), *_]) | ast.AnnAssign(target=ast.Name(id=name)):
                yield first, node.end_lineno, name


def jobs(config, folder: Path):
    """Jobs in an order in which they can run: a name, the spec, and the files by option."""
    study = config.studies["s"]
    problem, seed = folder / "problem", folder / "studies/s/seed_0"
    chain, isolated = Block("imp_wr", 1, 2), Block("t_init_imp", 1, 1)
    drawn = Block("t_rand_rand", 1, 1)
    tables = folder / "studies/s/tables"
    reference = specs.reference_spec(study, config)

    def states(block: Block | str, suffix: str = "") -> Path:
        return seed / f"{block if isinstance(block, str) else block.name}{suffix}.safetensors"

    def trained(block: Block, **inputs: Path):
        files = {"problem": problem, **inputs, "states": states(block), "history": states(block, ".history")}
        return specs.training_spec(study, 0, block), files

    yield "compile_problem", specs.problem_spec(study), {"problem": problem}
    yield "compute_reference", reference, {"problem": problem, "reference": folder / "reference"}
    yield "initialise", specs.init_spec(study, 0), {"states": states("init")}
    yield "train_dense", *trained(DENSE, init=states("init"))
    yield (
        "train_chain",
        *trained(chain, rewind=states(layout.rewind_name(study, "imp_wr")), previous=states(DENSE)),
    )
    for block in (isolated, drawn):
        yield "train_isolated", *trained(block, init=states("init"), imp_wr=states(chain))
    for block in (DENSE, chain, isolated, drawn):
        files = {
            "problem": problem,
            "states": states(block),
            "evaluation": seed / f"{block.name}.evaluation.json",
        }
        yield "evaluate", specs.evaluation_spec(study, 0, block), files
    files = {"problem": problem, "previous": states(DENSE), "states": states(chain)}
    files["fidelities"] = seed / f"{chain.name}.fidelities.json"
    yield "compute_fidelities", specs.fidelity_spec(study, 0, chain), files
    files = {"problem": problem, "states": states(chain), "observables": seed / "observables"}
    yield "measure_observables", specs.observables_spec(study, 0, chain), files
    files = {name: tables / f"{name}.parquet" for name in ("rounds", "fidelities", "histories", "provenance")}
    spec = specs.study_summary_spec(config, "s")
    yield "summarise_study", spec, {"results": folder, "reference": folder / "reference", **files}
    yield (
        "tabulate_weights",
        specs.weights_spec(study, 0, 1),
        {"states": states(chain), "weights": tables / "w"},
    )
    spec = specs.figure_spec(config, "isolated")
    parts = parts_read(config, "isolated")
    files = {"tables": [folder / part.path for part in parts]}
    yield "draw_figure", spec, {**files, **{name: folder / f"f.{name}" for name in ("pdf", "png", "caption")}}


def main(folder: Path) -> None:
    """Run them all."""
    made: dict[str, tuple[str, list[str]]] = {}
    make = making.make

    def noted(script: str, content: dict, modules=(), *, after=()) -> str:
        modules = list(modules)
        spec = make(script, content, modules, after=after)
        made[spec] = script, modules
        return spec

    for module in (specs.jobs, specs.tables):
        module.make = noted
    found = {}
    for number, (script, spec, files) in enumerate(jobs(parse_config(CONFIG), folder)):
        options = ["--spec", spec]
        for name, path in files.items():
            paths = path if isinstance(path, list) else [path]
            for each in paths:
                each.parent.mkdir(parents=True, exist_ok=True)
            options += [f"--{name.replace('_', '-')}", *map(str, paths)]
        sys.argv = [script, *options]
        executed = Executed()
        sys.setprofile(executed)
        try:
            runpy.run_module(f"workflow_scripts.{script}", run_name="__main__")
        finally:
            sys.setprofile(None)
        assert made[spec][0] == script
        found[f"{number} {script}"] = [script, made[spec][1], sorted(executed.found)]
    print(json.dumps(found))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
