"""Specs: for every rule the slice of the config, and the code, that its result depends on, as canonical JSON.

A rule's spec is its only parameter. It holds nothing that leaves the result as it is: not the number of rounds or
the list of seeds in a training's spec, no labels or styles outside figures. So an edit reruns what it concerns.
"""

from sparse_nqs.config.specs.jobs import (
    chain_spec,
    dense_spec,
    evaluation_spec,
    fidelity_spec,
    init_spec,
    isolated_spec,
    observables_spec,
    problem_spec,
    reference_spec,
    tile_spec,
    training_spec,
)
from sparse_nqs.config.specs.tables import (
    comparison_spec,
    figure_spec,
    observables_summary_spec,
    observed,
    pairs_spec,
    published_spec,
    references_spec,
    regions_spec,
    run_page_spec,
    study_observables_spec,
    study_summary_spec,
    summary_spec,
    ticketed,
    tickets_spec,
    tickets_summary_spec,
    weights_spec,
)

__all__ = [
    "chain_spec",
    "comparison_spec",
    "dense_spec",
    "evaluation_spec",
    "fidelity_spec",
    "figure_spec",
    "init_spec",
    "isolated_spec",
    "observables_spec",
    "observables_summary_spec",
    "observed",
    "pairs_spec",
    "problem_spec",
    "published_spec",
    "reference_spec",
    "references_spec",
    "regions_spec",
    "run_page_spec",
    "study_observables_spec",
    "study_summary_spec",
    "summary_spec",
    "ticketed",
    "tickets_spec",
    "tickets_summary_spec",
    "tile_spec",
    "training_spec",
    "weights_spec",
]
