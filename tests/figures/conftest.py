import pandas as pd
import pytest

from sparse_nqs.figures import draw

from . import analytic, synthetic


def requests() -> dict[str, tuple[str, dict, dict]]:
    """Every kind with tables and options: name -> (kind, tables, figure)."""
    small = synthetic.rounds_table("small", rounds=8, isolated=(1, 4, 7))
    noisy = synthetic.rounds_table(
        "noisy", length=6, alpha=5, ratio=0.2, rounds=20, isolated=(1, 6, 11, 16), sampled=True
    )
    widths = pd.concat(
        [
            synthetic.rounds_table(f"a{index}", alpha=alpha, isolated=())
            for index, alpha in enumerate((5, 1, 2.5))
        ]
    )
    sizes = pd.concat(
        [synthetic.rounds_table(f"l{n}", length=n, alpha=8, isolated=(), sampled=n > 4) for n in (6, 4, 5)]
    )
    toric = pd.concat(
        [
            synthetic.rounds_table(f"t{alpha}", model="toric_code", length=3, alpha=alpha, knee=14)
            for alpha in (8, 4)
        ]
    )
    pairs = pd.concat(
        [
            synthetic.rounds_table(f"p{alpha}", model="toric_code", length=3, alpha=alpha, seeds=(0, 1, 2))
            for alpha in (8, 4)
        ]
    )
    three = ("imp_wr", "imp_ct", "irp_wr")
    pruned = pd.concat(
        [
            synthetic.rounds_table("pruned", isolated=(), chains=three),
            synthetic.rounds_table("pruned_noisy", length=6, rounds=9, chains=three[:2], sampled=True),
        ]
    )
    large = synthetic.rounds_table("large", length=10, alpha=5, ratio=0.12, rounds=60, isolated=(1, 22, 43))
    wide = synthetic.rounds_table("wide", length=4, alpha=8, ratio=0.12, rounds=40, isolated=())
    torus = synthetic.rounds_table(
        "torus", model="toric_code", length=3, alpha=8, ratio=0.12, rounds=38, knee=14
    )
    kinds = pd.concat(
        [
            synthetic.rounds_table("dense", isolated=()),
            synthetic.rounds_table("conv", isolated=(), sampled=True).assign(network="cnn", n_total=36),
            synthetic.rounds_table("deep", isolated=()).assign(network="res_cnn", n_total=18576),
        ]
    )
    plaquettes = synthetic.weights_table(
        "toric_3x3", synthetic.toric_units(3, 40), model="toric_code", length=3
    )
    sites = synthetic.weights_table("tfim_4x4", synthetic.site_units(4, 6), model="tfim", length=4)
    return {
        "isolated": ("isolated", {"rounds": small}, {"studies": ["small"], "x": "n_active"}),
        "isolated_two": (
            "isolated",
            {"rounds": pd.concat([small, noisy])},
            {"studies": ["small", "noisy"], "x": "rho"},
        ),
        "isolated_variance": (
            "isolated",
            {"rounds": pd.concat([small, noisy])},
            {"studies": ["small", "noisy"], "x": "rho", "y": "variance"},
        ),
        "chain_comparison": (
            "chain_comparison",
            {"rounds": pruned},
            {"studies": ["pruned", "pruned_noisy"], "x": "n_active"},
        ),
        "error_scan": (
            "error_scan",
            {"rounds": widths},
            {"studies": ["a0", "a1", "a2"], "label": "alpha", "x": "n_active"},
        ),
        "error_scan_regions": (
            "error_scan",
            {"rounds": widths, "regions": synthetic.regions_table(widths)},
            {"studies": ["a0", "a1", "a2"], "label": "alpha", "x": "rho", "regions": True},
        ),
        "error_scan_region": (
            "error_scan",
            {"rounds": widths, "regions": synthetic.regions_table(widths)},
            {"studies": ["a0"], "label": "alpha", "x": "n_active", "regions": True},
        ),
        "mask_overlap": (
            "mask_overlap",
            {"rounds": pairs, "mask_overlaps": synthetic.overlaps_table(pairs)},
            {"studies": ["p8", "p4"], "label": "alpha", "x": "density"},
        ),
        "ticket_structure": (
            "ticket_structure",
            {"rounds": toric, "tickets": synthetic.tickets_table(toric)},
            {"studies": ["t8", "t4"], "label": "alpha", "mark_rho": 16.0},
        ),
        "size_scan": (
            "size_scan",
            {"rounds": sizes, "fidelities": synthetic.fidelities_table(sizes)},
            {"studies": ["l6", "l4", "l5"], "mark_rho": 4.0},
        ),
        "toric_pair": (
            "toric_pair",
            {"rounds": toric, "fidelities": synthetic.fidelities_table(toric, dip=14)},
            {"isolated": "t8", "studies": ["t8", "t4"], "mark_rho": 16.0},
        ),
        "isolated_published": (
            "isolated",
            {"rounds": pd.concat([large, kinds])},
            {
                "studies": ["large"],
                "x": "n_active",
                "published": "shifted",
                "inset": ["dense", "conv", "deep"],
            },
        ),
        "size_scan_published": (
            "size_scan",
            {"rounds": wide, "fidelities": synthetic.fidelities_table(wide)},
            {"studies": ["wide"], "mark_rho": 4.0, "published": "shifted"},
        ),
        "toric_published": (
            "toric_pair",
            {"rounds": torus, "fidelities": synthetic.fidelities_table(torus, dip=14)},
            {"isolated": "torus", "studies": ["torus"], "mark_rho": 16.0, "published": "unshifted"},
        ),
        "error_scan_published": (
            "error_scan",
            {"rounds": large},
            {"studies": ["large"], "label": "alpha", "x": "n_active", "published": "shifted"},
        ),
        "energy_variance": (
            "energy_variance",
            {"rounds": kinds},
            {"studies": ["deep", "dense", "conv"], "published": "shifted"},
        ),
        "step_cost": (
            "step_cost",
            {"rounds": pd.concat([small, widths])},
            {"studies": ["small", "a0", "a1"], "label": "study"},
        ),
        "training_curves": (
            "training_curves",
            {"rounds": small, "histories": synthetic.histories_table(small)},
            {"study": "small", "rounds": []},
        ),
        "energy_trace": (
            "energy_trace",
            {"rounds": pruned, "histories": synthetic.histories_table(pruned)},
            {"study": "pruned", "procedures": list(three), "seed": 1},
        ),
        "sparsity_reached": (
            "sparsity_reached",
            {"rounds": pd.concat([small, noisy])},
            {"studies": ["small", "noisy"], "factor": 2.0},
        ),
        "hidden_edges": (
            "hidden_units",
            {"weights": plaquettes},
            {"study": "toric_3x3", "seed": 0, "round": 8},
        ),
        "matrix": (
            "fidelity_matrix",
            {
                "fidelity_pairs": synthetic.pairs_table(
                    "m", synthetic.chain_states("small", (0, 1), (0, 3, 6))
                )
            },
            {"matrix": "m", "quantity": "fidelity"},
        ),
        "matrix_large": (
            "fidelity_matrix",
            {
                "fidelity_pairs": synthetic.pairs_table(
                    "m", synthetic.chain_states("small", range(4), range(13))
                )
            },
            {"matrix": "m", "quantity": "infidelity"},
        ),
        "plaquette_network": (
            "plaquette_network",
            {"plaquette_networks": analytic.plaquette_table((3,), (5,))},
            {"lengths": [3, 5], "seed": 7},
        ),
        "hidden_sites": ("hidden_units", {"weights": sites}, {"study": "tfim_4x4", "seed": 0, "round": 8}),
    }


@pytest.fixture(scope="session")
def asked():
    return requests()


class Drawn(dict):
    """The figure of a request, drawn with its layout when it is first asked for; tests do not change it."""

    def __init__(self, asked: dict[str, tuple[str, dict, dict]]) -> None:
        super().__init__()
        self.asked = asked

    def __missing__(self, name: str):
        self[name] = draw(*self.asked[name], {})
        self[name].draw_without_rendering()
        return self[name]


@pytest.fixture(scope="session")
def drawn(asked):
    return Drawn(asked)
