"""Rows of the tables of tickets: what the masks of a study's chains look like. Needs neither jax nor the core."""

from itertools import combinations
from typing import NamedTuple

import numpy as np

from sparse_nqs.analysis import geometry, plaquette_network, tickets
from sparse_nqs.analysis.overlap import overlap, random_overlap
from sparse_nqs.hamiltonians import Lattice, lattice
from sparse_nqs.storage.states import State


class Geometry(NamedTuple):
    """Where the weights of a study lie.

    Attributes:
        lattice: the system's lattice.
        distances: float64 (N, N) between spins.
        translations: int (T, N).
        toric: whether the spins are the toric code's edges.
    """

    lattice: Lattice
    distances: np.ndarray
    translations: np.ndarray
    toric: bool


def place_of(system: dict) -> Geometry:
    """The place of a system's spins."""
    where, toric = lattice(system), system["model"] == "toric_code"
    return Geometry(where, geometry.distances(where, on_edges=toric), geometry.translations(where), toric)


def _mask_columns(mask: np.ndarray, round_index: int) -> dict:
    n_active = int(mask.sum())
    return {
        "round": round_index,
        "n_active": n_active,
        "n_total": mask.size,
        "density": n_active / mask.size,
        "rho": n_active / mask.shape[0],
    }


def ticket_row(where: dict, state: State, place: Geometry) -> dict:
    """A row of tickets.parquet.

    Args:
        where: study, seed and procedure.
        state: of an ffnn.
    """
    kernel, mask = state.params["kernel"], state.masks["kernel"]
    units = tickets.live_units(mask, kernel)
    apart = tickets.unit_distances(mask, place.distances)
    row = {
        **where,
        **_mask_columns(mask, state.round),
        "units": len(units.number),
        "mean_distance": None if np.isnan(apart.mean) else apart.mean,
        "random_mean_distance": float(apart.at @ apart.random),
    }
    plaquettes = dict.fromkeys(
        (
            "plaquette_units",
            "odd_plaquette_units",
            "odd_unit_fraction",
            "odd_weight_fraction",
            "plaquettes_covered",
            "patterns_covered",
            "analytic_overlap",
            "random_analytic_overlap",
            "random_analytic_overlap_deviation",
        )
    )
    return row | (_plaquette_columns(where, state, place) if place.toric else plaquettes)


def _plaquette_columns(where: dict, state: State, place: Geometry) -> dict:
    kernel, mask = state.params["kernel"], state.masks["kernel"]
    length = place.lattice.length
    found = tickets.count_plaquettes(mask, kernel, length)
    analytic = plaquette_network.kernel(length, 1.0) != 0
    rng = np.random.default_rng([*where["procedure"].encode(), state.round, where["seed"]])
    random = random_overlap(analytic, mask, rng, fixed=True)
    return {
        "plaquette_units": found.units,
        "odd_plaquette_units": found.odd_units,
        "odd_unit_fraction": found.odd_units / max(1, int(mask.any(axis=0).sum())),
        "odd_weight_fraction": 4 * found.odd_units / max(1, int(mask.sum())),
        "plaquettes_covered": found.covered,
        "patterns_covered": found.patterns,
        "analytic_overlap": overlap(analytic, mask).value,
        "random_analytic_overlap": random.mean,
        "random_analytic_overlap_deviation": random.deviation,
    }


def unit_rows(where: dict, state: State, place: Geometry) -> list[dict]:
    """Rows of ticket_units.parquet."""
    kernel, mask = state.params["kernel"], state.masks["kernel"]
    units = tickets.live_units(mask, kernel)
    if place.toric:
        on = tickets.plaquette_of_units(mask, place.lattice.length)
    else:
        on = np.full(mask.shape[1], -1)
    return [
        {
            **where,
            "round": state.round,
            "unit": unit,
            "degree": degree,
            "negative": negative,
            "sign": -1 if odd else 1,
            "sites": " ".join(map(str, np.flatnonzero(mask[:, unit]).tolist())),
            "plaquette": int(on[unit]) if on[unit] >= 0 else None,
        }
        for unit, degree, negative, odd in zip(
            *(values.tolist() for values in (units.number, units.degree, units.negative, units.odd)),
            strict=True,
        )
    ]


def distribution_rows(where: dict, state: State, place: Geometry) -> list[dict]:
    """Rows of ticket_distributions.parquet."""
    mask = state.masks["kernel"]
    distributions = {
        "unit_degree": tickets.unit_degrees(mask),
        "site_degree": tickets.site_degrees(mask),
        "distance": tickets.unit_distances(mask, place.distances),
    }
    return [
        {
            **where,
            "round": state.round,
            "quantity": quantity,
            "at": at,
            "count": count,
            "fraction": fraction,
            "random_fraction": random,
        }
        for quantity, found in distributions.items()
        for at, count, fraction, random in zip(
            *(values.tolist() for values in (found.at, found.counts, found.fraction, found.random)),
            strict=True,
        )
    ]


def overlap_rows(
    study: str, procedure: str, round_index: int, masks: dict[int, np.ndarray], place: Geometry
) -> list[dict]:
    """Rows of mask_overlaps.parquet: every pair of seeds.

    Args:
        masks: bool (N, H) by seed, of the same round of the same chain.
    """
    rows = []
    for (seed_a, a), (seed_b, b) in combinations(sorted(masks.items()), 2):
        found = overlap(a, b, place.translations)
        rng = np.random.default_rng([*procedure.encode(), round_index, seed_a, seed_b])
        random = random_overlap(a, b, rng, place.translations)
        shift = divmod(found.translation, place.lattice.width)
        rows.append(
            {
                "study": study,
                "procedure": procedure,
                **_mask_columns(a, round_index),
                "seed_a": seed_a,
                "seed_b": seed_b,
                "overlap": found.value,
                "random_overlap": random.mean,
                "random_overlap_deviation": random.deviation,
                "shift_x": shift[0],
                "shift_y": shift[1],
            }
        )
    return rows
