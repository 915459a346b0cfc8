"""Evaluation: what a trained state is worth, without changing it.

`exact` sums over all 2^N configurations and has no error; `sampled` draws independent chains and always comes with
an error bar; `fidelity` compares two states and `observables` looks at every spin, either way. May import:
hamiltonians, networks, vmc.
"""

from sparse_nqs.evaluation.exact import all_log_psi, evaluate_exactly
from sparse_nqs.evaluation.fidelity import exact_fidelity, sampled_fidelity
from sparse_nqs.evaluation.measurement import Estimate, Measurement
from sparse_nqs.evaluation.observables import Observable, exact_observables, sampled_observables
from sparse_nqs.evaluation.sampled import SamplingOptions, evaluate_by_sampling, log_psi_at, sample_states

__all__ = [
    "Estimate",
    "Measurement",
    "Observable",
    "SamplingOptions",
    "all_log_psi",
    "evaluate_by_sampling",
    "evaluate_exactly",
    "exact_fidelity",
    "exact_observables",
    "log_psi_at",
    "sample_states",
    "sampled_fidelity",
    "sampled_observables",
]
