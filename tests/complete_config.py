"""Descriptions to start from: plain data, made afresh by every call."""

from typing import Any

REMOVE = object()


def complete() -> dict[str, Any]:
    """A description with every key written out."""
    return {
        "results": "out/first",
        "rounds_per_job": 20,
        "references": {"max_ed_spins": 20, "bond_dimensions": [32, 64, 128]},
        "studies": {
            "ising": {
                "system": {
                    "model": "tfim",
                    "extent": [4, 4],
                    "boundary": "open",
                    "coupling": 1.0,
                    "field": 3.04438,
                },
                "network": {"kind": "ffnn", "alpha": 2, "init_std": 0.01},
                "start": None,
                "seeds": [0, 1],
                "training": {
                    "samples": 1024,
                    "chains": 512,
                    "sweeps": 1,
                    "thermalisation": 50,
                    "learning_rate": 0.02,
                    "diagonal_shift": 0.001,
                    "dense_steps": 1000,
                    "round_steps": 150,
                    "isolated_steps": None,
                },
                "pruning": {
                    "procedures": ["imp_wr", "imp_ct"],
                    "protocol": "layerwise",
                    "ratio": 0.3,
                    "rounds": 12,
                    "rewind_to": "dense",
                },
                "isolated": {
                    "procedures": ["t_init_imp", "t_rand_imp", "t_init_rand"],
                    "rounds": [1, 4, 7, 10],
                },
                "evaluation": {
                    "exact_max_spins": 20,
                    "chains": 1024,
                    "samples_per_chain": 64,
                    "sweeps": 2,
                    "thermalisation": 100,
                    "target_error": None,
                    "max_samples_per_chain": 4096,
                },
                "observables": ["x", "z", "xx", "zz"],
            },
            "wide": {"like": "ising", "network": {"alpha": 4}, "isolated": {"rounds": []}},
            "toric": {
                "system": {"model": "toric_code", "length": 3},
                "network": {"kind": "ffnn", "alpha": 4},
                "pruning": {"ratio": 0.12, "rounds": 10},
                "isolated": {"rounds": [1, 4]},
            },
        },
        "fidelity_matrices": {},
        "figures": {
            "one": {
                "kind": "isolated",
                "studies": ["ising", "toric"],
                "x": "rho",
                "y": "error",
                "inset": [],
                "published": "none",
            },
            "two": {
                "kind": "error_scan",
                "studies": ["ising", "wide"],
                "label": "alpha",
                "x": "n_active",
                "regions": True,
                "published": "shifted",
            },
            "three": {"kind": "size_scan", "studies": ["ising"], "mark_rho": 4.0, "published": "unshifted"},
            "four": {
                "kind": "toric_pair",
                "isolated": "toric",
                "studies": ["toric"],
                "mark_rho": None,
                "published": "none",
            },
            "five": {"kind": "hidden_units", "study": "toric", "seed": 1, "round": 10},
            "six": {
                "kind": "mask_overlap",
                "studies": ["ising", "toric"],
                "label": "n_sites",
                "x": "density",
            },
            "seven": {"kind": "ticket_structure", "studies": ["toric"], "label": "alpha", "mark_rho": 16.0},
            "eight": {"kind": "energy_variance", "studies": ["ising", "wide"], "published": "shifted"},
            "nine": {"kind": "step_cost", "studies": ["ising", "toric"], "label": "study"},
            "ten": {"kind": "training_curves", "study": "ising", "rounds": [1, 12]},
            "eleven": {"kind": "sparsity_reached", "studies": ["ising", "toric"], "factor": 2.0},
            "twelve": {
                "kind": "chain_comparison",
                "studies": ["ising", "wide"],
                "x": "n_active",
                "published": "none",
            },
            "thirteen": {
                "kind": "energy_trace",
                "study": "ising",
                "procedures": ["imp_ct", "imp_wr"],
                "seed": 1,
            },
            "fourteen": {
                "kind": "plaquette_network",
                "lengths": [3, 5],
                "weights": [0.1, 0.5],
                "evaluation": {
                    "exact_max_spins": 18,
                    "chains": 64,
                    "samples_per_chain": 8,
                    "sweeps": 1,
                    "thermalisation": 10,
                    "target_error": None,
                    "max_samples_per_chain": 8,
                },
                "seed": 2,
            },
        },
        "style": {"font_size": 8.0, "line_width": 1.2, "column_width_mm": 86.0, "dpi": 200},
    }


def edited(path: str, value: Any) -> dict[str, Any]:
    """The complete description with the value at a dotted path replaced, added, or taken out by `REMOVE`."""
    data = complete()
    *folders, last = path.split(".")
    here: Any = data
    for key in folders:
        here = here[int(key)] if isinstance(here, list) else here[key]
    if value is REMOVE:
        del here[last]
    elif isinstance(here, list):
        here[int(last)] = value
    else:
        here[last] = value
    return data
