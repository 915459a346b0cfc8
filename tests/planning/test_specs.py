"""An edit shows in the spec of everything below it.

Snakemake notes a job that failed as done with its new params and without output. What was made from its older output
would count as good if it said nothing of the edit itself.
"""

import copy
import hashlib
import json

import pytest
from complete_config import complete

from sparse_nqs.blocks import DENSE, Block
from sparse_nqs.planning import layout, specs
from sparse_nqs.planning.figure_tables import parts_read
from sparse_nqs.planning.specs.tables import table_hashes
from sparse_nqs.reading import parse_config

MATRIX = {"studies": ["ising"], "seeds": [0], "rounds": [0, 1]}
ISOLATED = "t_init_imp"


def config_of(path: str = "", value=None):
    data = copy.deepcopy(complete())
    data["fidelity_matrices"] = {"m": MATRIX}
    data["figures"]["matrix"] = {"kind": "fidelity_matrix", "matrix": "m"}
    study = data["studies"]["ising"]
    study["observables"] = ["x"]
    study["isolated"] = {"procedures": [ISOLATED], "rounds": [1]}
    if path:
        *folders, last = path.split(".")
        here = data if folders[0] == "references" else study
        for key in folders:
            here = here.setdefault(key, {})
        here[last] = value
    return parse_config(data)


def all_specs(config) -> dict[str, str]:
    """The spec of a job of every rule, by the rule's name."""
    study = config.studies["ising"]
    chain, alone = Block("imp_wr", 1, 2), Block(ISOLATED, 1, 1)
    tile = layout.matrix_tiles(2, 16)[0]
    reference = specs.reference_spec(study, config)
    found = {
        "problem": specs.problem_spec(study),
        "reference": reference,
        "init": specs.init_spec(study, 0),
        "dense": specs.dense_spec(study, 0),
        "chain": specs.training_spec(study, 0, chain),
        "isolated": specs.training_spec(study, 0, alone),
        "tile": specs.tile_spec(config, "m", tile),
        "pairs": specs.pairs_spec(config, "m"),
        "all_pairs": specs.pairs_summary_spec(config),
        "study": specs.study_summary_spec(config, "ising"),
        "summary": specs.summary_spec(config),
        "references": specs.references_spec(config),
        "published_references": specs.comparison_spec(config),
        "regions": specs.regions_spec(config, "ising"),
        "all_regions": specs.regions_summary_spec(config),
        "comparison": specs.published_spec(config),
        "tickets": specs.tickets_spec(config, "ising"),
        "all_tickets": specs.tickets_summary_spec(config),
        "study_observables": specs.study_observables_spec(config, "ising"),
        "all_observables": specs.observables_summary_spec(config),
        "weights": specs.weights_spec(study, 0, 1),
        "networks": specs.plaquette_network_spec(config, "fourteen"),
        "page": specs.run_page_spec(config),
    }
    for name, block in (("dense", DENSE), ("chain", chain), ("isolated", alone)):
        found[f"evaluation of {name}"] = specs.evaluation_spec(study, 0, block)
        found[f"observables of {name}"] = specs.observables_spec(study, 0, block)
    found["fidelity"] = specs.fidelity_spec(study, 0, chain)
    for name in config.figures:
        found[f"figure {name}"] = specs.figure_spec(config, name)
    return found


TABLES = {"study", "summary", "regions", "all_regions", "comparison", "page"}
MEASURED = {f"{what} of {state}" for what in ("evaluation", "observables") for state in ("chain", "isolated")}
OBSERVABLES = {"study_observables", "all_observables"}
TRAINED = {"chain", "isolated", "fidelity", "tile", "pairs", "all_pairs", "tickets", "all_tickets", "weights"}
FROM_CHAIN = TRAINED | MEASURED | OBSERVABLES | TABLES
FROM_DENSE = FROM_CHAIN | {"dense", "evaluation of dense", "observables of dense"}
EVALUATIONS = {f"evaluation of {state}" for state in ("dense", "chain", "isolated")}
REFERENCES = {"reference", "references", "published_references"}
EDITS = {
    ("system.field", 1.25): FROM_DENSE | REFERENCES | {"problem", "init"},
    ("network.init_std", 0.02): FROM_DENSE | {"init"},
    ("training.dense_steps", 4321): FROM_DENSE,
    ("training.isolated_steps", 123): {"isolated", "evaluation of isolated", "observables of isolated"}
    | OBSERVABLES
    | TABLES,
    ("pruning.ratio", 0.31): FROM_CHAIN,
    ("evaluation.target_error", 0.1): EVALUATIONS | TABLES,
    ("references.max_ed_spins", 17): REFERENCES | TABLES,
}


@pytest.mark.parametrize("edit", EDITS, ids=str)
def test_an_edit_shows_in_all_that_comes_after_it_and_nowhere_else(edit):
    before, after = all_specs(config_of()), all_specs(config_of(*edit))
    changed = {name for name in before if before[name] != after[name]}
    figures = {name for name in before if name.startswith("figure ")}
    assert changed - figures == EDITS[edit]
    # Figures read the tables of their own studies; one of another study than the edited one stays as it is.
    made = {"fidelity_pairs": "pairs", "regions": "regions", "tickets": "tickets", "mask_overlaps": "tickets"}
    made |= {"weights": "weights", "plaquette_networks": "networks"}
    config = config_of()
    for name in config.figures:
        parts = parts_read(config, name)
        named = {part.origin.get("study", "ising") for part in parts}
        redrawn = any(made.get(part.table, "study") in changed for part in parts)
        # The studies of the examples are like the edited one where the other has nothing of its own.
        others = _edited_studies(edit) & named
        assert (f"figure {name}" in changed) == (redrawn and bool(others)), name


def _edited_studies(edit) -> set[str]:
    """The studies whose own description an edit changes."""
    before, after = config_of(), config_of(*edit)
    if before.references != after.references:
        return set(before.studies)
    return {name for name in before.studies if before.studies[name] != after.studies[name]}


def test_a_first_job_comes_after_nothing():
    found = {name: json.loads(spec) for name, spec in all_specs(config_of()).items()}
    assert {name for name, spec in found.items() if "after" not in spec} == {"problem", "init", "networks"}


def test_the_hashes_of_tables_are_those_of_what_makes_them():
    config = config_of()
    hashes, found = table_hashes(config), all_specs(config)
    assert hashes["regions"]["spec_hash"] == hashlib.sha256(found["all_regions"].encode()).hexdigest()[:16]
    assert hashes["fidelity_pairs"]["code_hash"] == json.loads(found["all_pairs"])["code"]
    assert {"references", "comparison", "observables", "tickets", "mask_overlaps"} < hashes.keys()
    without = config.model_copy(update={"fidelity_matrices": {}})
    assert hashes.keys() - table_hashes(without).keys() == {"fidelity_pairs"}
