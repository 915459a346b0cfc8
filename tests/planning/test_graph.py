import re
from pathlib import Path

import pytest

from sparse_nqs.blocks import DENSE, Block
from sparse_nqs.planning import graph, specs
from sparse_nqs.planning.figure_tables import parts_read
from sparse_nqs.planning.jobs import OUTPUTS, File, Job, job_of, outputs_of, training
from sparse_nqs.planning.work import work
from sparse_nqs.reading import load_config, parse_config

SOURCE = Path(__file__).resolve().parents[2]
SEED = "studies/s/seed_1"
STUDY = {
    "system": {"model": "toric_code", "length": 3},
    "network": {"kind": "ffnn", "alpha": 4},
    "seeds": [1],
    "pruning": {"procedures": ["imp_wr", "imp_ct"], "rounds": 5, "rewind_to": 40},
    "isolated": {"procedures": ["t_rand_imp"], "rounds": [4], "draws": 2},
    "observables": ["z"],
}


@pytest.fixture
def config():
    matrix = {"studies": ["s"], "rounds": [0, 5]}
    return parse_config(
        {"rounds_per_job": 3, "studies": {"s": STUDY}, "fidelity_matrices": {"m": matrix}, "figures": FIGURES}
    )


FIGURES = {
    "scan": {"kind": "error_scan", "studies": ["s"], "regions": True},
    "units": {"kind": "hidden_units", "study": "s", "seed": 1, "round": 2},
    "matrix": {"kind": "fidelity_matrix", "matrix": "m"},
    "networks": {"kind": "plaquette_network"},
}
PROBLEM = "problems/toric_code_3x3.safetensors"
CHAIN = f"{SEED}/imp_wr/rounds_0004-0005"
ALONE = f"{SEED}/t_rand_imp/rounds_0004-0004_draw_0001"
TABLES = "studies/s/tables"
# By hand: the job of a rule, and what it reads.
READ = {
    Job("init", "s", 1): {},
    Job("dense", "s", 1, DENSE): {"problem": [PROBLEM], "init": [f"{SEED}/init.safetensors"]},
    Job("chain", "s", 1, Block("imp_wr", 4, 5)): {
        "problem": [PROBLEM],
        "rewind": [f"{SEED}/rewind/step_000040.safetensors"],
        "previous": [f"{SEED}/imp_wr/rounds_0001-0003.safetensors"],
    },
    Job("chain", "s", 1, Block("imp_ct", 1, 3)): {
        "problem": [PROBLEM],
        "rewind": [f"{SEED}/dense/rounds_0000-0000.safetensors"],
        "previous": [f"{SEED}/dense/rounds_0000-0000.safetensors"],
    },
    Job("isolated", "s", 1, Block("t_rand_imp", 4, 4, 1)): {
        "problem": [PROBLEM],
        "init": [f"{SEED}/init.safetensors"],
        "imp_wr": [f"{CHAIN}.safetensors"],
    },
    Job("evaluation", "s", 1, Block("t_rand_imp", 4, 4, 1)): {
        "problem": [PROBLEM],
        "states": [f"{ALONE}.safetensors"],
    },
    Job("fidelity", "s", 1, Block("imp_wr", 4, 5)): {
        "problem": [PROBLEM],
        "previous": [f"{SEED}/imp_wr/rounds_0001-0003.safetensors"],
        "states": [f"{CHAIN}.safetensors"],
    },
    Job("fidelity_tile", name="m", part="tile_0000-0000"): {
        "problems": [PROBLEM],
        "states": [f"{SEED}/dense/rounds_0000-0000.safetensors", f"{CHAIN}.safetensors"],
    },
    Job("figure", name="scan"): {"tables": [f"{TABLES}/rounds.parquet", f"{TABLES}/regions.parquet"]},
    Job("figure", name="units"): {"tables": [f"{SEED}/weights/round_0002.parquet"]},
    Job("tabulate_weights", "s", 1, Block("imp_wr", 2, 2)): {
        "states": [f"{SEED}/imp_wr/rounds_0001-0003.safetensors"]
    },
    Job("compare_published"): {
        "rounds": ["summaries/rounds.parquet"],
        "fidelities": ["summaries/fidelities.parquet"],
        "regions": ["summaries/regions.parquet"],
    },
}


@pytest.mark.parametrize("job", READ, ids=lambda job: "-".join(map(str, filter(None, job))))
def test_what_jobs_read(config, job):
    read = graph.inputs(config, job)
    assert {name: [file.path for file in files] for name, files in read.items()} == READ[job]


def test_the_tables_of_a_study_are_of_all_its_blocks(config):
    read = graph.inputs(config, Job("summarise_study", "s"))
    found = {file.path for file in read["measured"]}
    chains = [
        f"{SEED}/{name}/rounds_{rounds}"
        for name in ("imp_wr", "imp_ct")
        for rounds in ("0001-0003", "0004-0005")
    ]
    alone = [f"{SEED}/t_rand_imp/rounds_0004-0004{draw}" for draw in ("", "_draw_0001")]
    blocks = [f"{SEED}/dense/rounds_0000-0000", *chains, *alone]
    assert found == {
        *(f"{block}{end}" for block in blocks for end in (".history.safetensors", ".evaluation.json")),
        *(f"{block}.fidelities.json" for block in chains),
    }
    assert [file.path for file in read["reference"]] == ["references/toric_code_3x3.json"]


@pytest.mark.parametrize("name", ["config.yaml", "configs/medium.yaml"])
def test_jobs_stand_after_those_they_read_and_make_different_files(name):
    jobs = graph.all_jobs(load_config(SOURCE / name))
    done = set()
    for job, before in jobs.items():
        assert set(before) <= done, job
        done.add(job)
    made = [file.path for job in jobs for file in outputs_of(job)]
    assert len(made) == len(set(made))


# As in the rules; all others match names.
WILDCARDS = {"draw": r"(_draw_\d{4})?", **dict.fromkeys(("first", "last", "round"), r"\d{4}")}


def wildcards_of(pattern: str, path: str) -> dict[str, str]:
    """What Snakemake reads off a path: a wildcard is the same wherever it stands."""
    seen: set[str] = set()

    def group(match: re.Match) -> str:
        name = match[1]
        if name in seen:
            return f"(?P={name})"
        seen.add(name)
        return f"(?P<{name}>{WILDCARDS.get(name, '[a-z0-9_.-]+?')})"

    found = re.fullmatch(re.sub(r"\\{(\w+)\\}", group, re.escape(pattern)), path)
    return {name: value or "" for name, value in found.groupdict().items()}


def test_a_job_is_known_by_the_wildcards_of_its_files(config):
    for job in graph.all_jobs(config):
        for output, pattern in OUTPUTS[job.rule].items():
            assert job_of(job.rule, wildcards_of(pattern, File(job, output).path)) == job


def test_figures_read_what_their_tables_are_called(config):
    for name in config.figures:
        paths = [file.path for file in graph.inputs(config, Job("figure", name=name))["tables"]]
        assert paths == [part.path for part in parts_read(config, name)]


def test_what_stands_for_the_specs_before(config):
    """One seed and block of a procedure, and of a chain its first round; a tile and a rewind point are themselves."""
    chain = graph.stand_ins(graph.inputs(config, Job("isolated", "s", 1, Block("t_rand_imp", 4, 4))))
    assert Job("chain", "s", 1, Block("imp_wr", 1, 1)) in chain
    tables = graph.stand_ins(graph.inputs(config, Job("summarise_study", "s")))
    assert [(job.rule, job.block and job.block.procedure) for job in tables].count(
        ("evaluation", "t_rand_imp")
    ) == 1


def test_every_rule_has_a_spec_and_a_cost_and_no_other_name_has(config):
    jobs = [*graph.all_jobs(config), Job("compare_references"), Job("describe_run")]
    first = {job.rule: job for job in reversed(jobs)}
    for job in first.values():
        assert specs.spec_of(config, job).startswith("{")
        assert work(config, job).seconds > 0
    assert first.keys() == OUTPUTS.keys()
    unknown = Job("t_dense", "s", 1)
    for function in (graph.inputs, specs.spec_of, work):
        with pytest.raises(ValueError, match="t_dense"):
            function(config, unknown)
    with pytest.raises(ValueError, match="t_dense_imp"):
        training("s", 1, Block("t_dense_imp", 1, 1))


def test_a_file_is_named_by_its_job():
    assert File(Job("init", "s", 3), "states").path == "studies/s/seed_3/init.safetensors"
