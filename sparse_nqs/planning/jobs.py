"""What a job is: a rule with what its wildcards say, and the files that it makes below the folder of the results."""

from collections.abc import Mapping
from typing import NamedTuple

from sparse_nqs import paths
from sparse_nqs.blocks import DENSE, Block, draw_suffix
from sparse_nqs.config.pruning import CHAINS, ISOLATED
from sparse_nqs.study_tables import SUMMARY, TICKETS


def _of_seed(name: str, **suffixes: str) -> dict[str, str]:
    return {key: paths.seed_file("{study}", "{seed}", name, suffix) for key, suffix in suffixes.items()}


def _of_study(*tables: str) -> dict[str, str]:
    return {table: paths.study_table("{study}", table) for table in tables}


def _of_all(*tables: str) -> dict[str, str]:
    return {table: paths.summary(table) for table in tables}


def _with_pages(table: str) -> dict[str, str]:
    return _of_all(table) | {"markdown": paths.summary(table, ".md"), "page": paths.summary(table, ".html")}


_BLOCK = "{procedure}/rounds_{first}-{last}{draw}"
_CHAIN = "{procedure}/rounds_{first}-{last}"
_ISOLATED = "{procedure}/rounds_{round}-{round}{draw}"
_TRAINED = {"states": ".safetensors", "history": ".history.safetensors"}

# What a job of each rule makes, by the name of the output: paths with the rule's wildcards.
OUTPUTS: Mapping[str, Mapping[str, str]] = {
    "problem": {"problem": paths.problem("{system}")},
    "reference": {"reference": paths.reference("{system}")},
    "summarise_references": _of_all("references"),
    "compare_references": {"page": paths.summary("published_references", ".md")},
    "init": _of_seed("init", states=".safetensors"),
    "dense": _of_seed(DENSE.name, **_TRAINED),
    "rewind_point": _of_seed("rewind/step_{step}", **_TRAINED),
    "chain": _of_seed(_CHAIN, **_TRAINED),
    "isolated": _of_seed(_ISOLATED, **_TRAINED),
    "evaluation": _of_seed(_BLOCK, evaluation=".evaluation.json"),
    "observables": _of_seed(_BLOCK, observables=".observables.parquet"),
    "fidelity": _of_seed(_CHAIN, fidelities=".fidelities.json"),
    "fidelity_tile": {"pairs": paths.tile("{matrix}", "{tile}")},
    "collect_pairs": {"pairs": paths.pairs("{matrix}")},
    "summarise_pairs": {"pairs": paths.summary("fidelity_pairs")},
    "summarise_study": _of_study(*SUMMARY),
    "summarise": _of_all(*SUMMARY),
    "collect_observables": _of_study("observables"),
    "summarise_observables": _of_all("observables"),
    "regions": _of_study("regions"),
    "summarise_regions": _of_all("regions"),
    "tickets": _of_study(*TICKETS),
    "summarise_tickets": _of_all(*TICKETS),
    "compare_published": _with_pages("comparison"),
    "compare_draws": _with_pages("draws"),
    "tabulate_weights": {"weights": paths.weights("{study}", "{seed}", "{round}")},
    "plaquette_network": {"networks": paths.plaquette_networks("{figure}")},
    "figure": {
        "pdf": paths.figure("{figure}", ".pdf"),
        "png": paths.figure("{figure}", ".png"),
        "caption": paths.figure("{figure}", ".rst"),
    },
    "describe_run": {"page": paths.summary("run", ".html")},
}


class Job(NamedTuple):
    """A job.

    Attributes:
        rule: its rule.
        study, seed, block: what it is about, as far as its rule has these.
        name: of its system, matrix or figure.
        part: the tile of its matrix, or the step of a rewind point in six digits.
    """

    rule: str
    study: str = ""
    seed: int = 0
    block: Block | None = None
    name: str = ""
    part: str = ""

    @property
    def wildcards(self) -> dict[str, str]:
        """The wildcards of the rule, and some that it has not."""
        values = {"study": self.study, "seed": str(self.seed)}
        values |= dict.fromkeys(("system", "matrix", "figure"), self.name)
        values |= dict.fromkeys(("tile", "step"), self.part)
        if self.block is not None:
            first, last = f"{self.block.first:04d}", f"{self.block.last:04d}"
            values |= {"procedure": self.block.procedure, "first": first, "last": last, "round": first}
            values["draw"] = draw_suffix(self.block.draw)
        return values


class File(NamedTuple):
    """One of the files that a job makes."""

    job: Job
    output: str

    @property
    def path(self) -> str:
        """Where it is below the folder of the results."""
        return OUTPUTS[self.job.rule][self.output].format_map(self.job.wildcards)


def outputs_of(job: Job) -> list[File]:
    """All files that a job makes."""
    return [File(job, output) for output in OUTPUTS[job.rule]]


def job_of(rule: str, wildcards: Mapping[str, str]) -> Job:
    """The job of a rule from its wildcards as text."""
    return Job(
        rule,
        wildcards.get("study", ""),
        int(wildcards.get("seed", 0)),
        _block_of(rule, wildcards),
        next((wildcards[key] for key in ("system", "matrix", "figure") if key in wildcards), ""),
        next((wildcards[key] for key in ("tile", "step") if key in wildcards), ""),
    )


def _block_of(rule: str, wildcards: Mapping[str, str]) -> Block | None:
    if rule == "dense":
        return DENSE
    if rule == "tabulate_weights":
        return tabulated(int(wildcards["round"]))
    if "procedure" not in wildcards:
        return None
    first, last = (int(wildcards.get(key, wildcards.get("round", ""))) for key in ("first", "last"))
    return Block(wildcards["procedure"], first, last, int(wildcards.get("draw", "")[-4:] or 0))


def tabulated(round_index: int) -> Block:
    """The state of the dense network (round 0) or of an IMP-WR round, whose weights are a table."""
    return Block("imp_wr" if round_index else DENSE.procedure, round_index, round_index)


def training(study: str, seed: int, block: Block) -> Job:
    """The job that trains a block.

    Raises:
        ValueError: if there is no such procedure.
    """
    if block == DENSE:
        return Job("dense", study, seed, block)
    if block.procedure in CHAINS:
        return Job("chain", study, seed, block)
    if block.procedure in ISOLATED:
        return Job("isolated", study, seed, block)
    raise ValueError(
        f"unknown procedure {block.procedure!r}; allowed are dense, {', '.join(CHAINS + ISOLATED)}"
    )
