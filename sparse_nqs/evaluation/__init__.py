"""Evaluation: what a trained state is worth, without changing it.

`exact` sums over all 2^N configurations and has no error; `sampled` draws independent chains and always comes with
an error bar, and `convergence` says how well they mix; `fidelity` compares two states and `observables` looks at every
spin, either way. May import: members, hamiltonians, networks, vmc.
"""

from sparse_nqs.evaluation.convergence import Convergence, chain_convergence
from sparse_nqs.evaluation.exact import all_log_psi, evaluate_exactly
from sparse_nqs.evaluation.fidelity import exact_fidelity, sampled_fidelity
from sparse_nqs.evaluation.measurement import Estimate, Measurement, v_score
from sparse_nqs.evaluation.observables import Observable, exact_observables, products_of, sampled_observables
from sparse_nqs.evaluation.sampled import (
    Accuracy,
    SamplingOptions,
    evaluate_by_sampling,
    evaluate_to_accuracy,
    log_psi_at,
    sample_batches,
)

__all__ = [
    "Accuracy",
    "Convergence",
    "Estimate",
    "Measurement",
    "Observable",
    "SamplingOptions",
    "all_log_psi",
    "chain_convergence",
    "evaluate_by_sampling",
    "evaluate_exactly",
    "evaluate_to_accuracy",
    "exact_fidelity",
    "exact_observables",
    "log_psi_at",
    "products_of",
    "sample_batches",
    "sampled_fidelity",
    "sampled_observables",
    "v_score",
]
