"""Made-up tables with the shapes of real ones: errors, fidelities and tickets of pruned networks."""

import itertools

import numpy as np
import pandas as pd

from sparse_nqs.hamiltonians.toric_code import plaquettes

PLATEAU, FLOOR = 0.13, 1e-5
SHIFT = {
    "dense": 0.0,
    "imp_wr": 0.0,
    "imp_ct": 0.1,
    "irp_wr": 0.8,
    "t_init_imp": 0.05,
    "t_rand_imp": 0.25,
    "t_init_rand": 1.3,
}


def remaining(n_total: int, ratio: float, rounds: int) -> list[int]:
    counts = [n_total]
    for _ in range(rounds):
        counts.append(counts[-1] - max(1, round(ratio * counts[-1])))
    return [count for count in counts if count > 0]


def rounds_table(
    study: str,
    *,
    model: str = "tfim",
    length: int = 4,
    width: int | None = None,
    alpha: float = 2,
    field: float = 3.04438,
    seeds=(0, 1),
    ratio: float = 0.3,
    rounds: int = 12,
    isolated=(1, 4, 7, 10),
    chains=("imp_wr",),
    sampled: bool = False,
    reference_method: str = "ed",
    reference_error: float = 0.0,
    knee: float = 4.0,
) -> pd.DataFrame:
    width = width or length
    n_sites = 2 * length * length if model == "toric_code" else length * width
    n_total = int(alpha * n_sites * n_sites)
    counts = remaining(n_total, ratio, rounds)
    reference = -float(n_sites) if model == "toric_code" else -3.1786 * n_sites
    rows = []
    for seed in seeds:
        noise = np.random.default_rng(100 * seed + length)
        plan = [("dense", 0)] + [(name, k) for name in chains for k in range(1, len(counts))]
        plan += [
            (name, k)
            for name in ("t_init_imp", "t_rand_imp", "t_init_rand")
            for k in isolated
            if k < len(counts)
        ]
        for procedure, k in plan:
            rho = counts[k] / n_sites
            rise = PLATEAU / (1 + (rho / knee * 10 ** -SHIFT[procedure]) ** 3.2) + FLOOR
            error = rise * np.exp(0.25 * noise.normal())
            sigma = 2.5e-5 if sampled else 0.0
            error += sigma * noise.normal()
            total = abs(reference) * error
            order = 1 / (1 + (2.0 / rho) ** 4)
            rows.append(
                {
                    "study": study,
                    "seed": seed,
                    "procedure": procedure,
                    "draw": 0,
                    "round": k,
                    "n_active": counts[k],
                    "n_total": n_total,
                    "density": counts[k] / n_total,
                    "rho": rho,
                    "energy": reference + total,
                    "energy_error": sigma * abs(reference),
                    "variance": 4.0 * abs(total),
                    "variance_error": 0.1 * abs(total) if sampled else 0.0,
                    "reference_energy": reference,
                    "reference_method": reference_method,
                    "reference_error": reference_error,
                    "seconds_per_step": 1e-3 * (0.5 + counts[k] / 200) * np.exp(0.05 * noise.normal()),
                    "rel_error": error,
                    "rel_error_error": np.hypot(sigma, reference_error / abs(reference)),
                    "abs_error_per_site": total / n_sites,
                    "abs_error_per_site_error": np.hypot(sigma * abs(reference), reference_error) / n_sites,
                    "abs_error_per_site_reference_error": reference_error / n_sites,
                    "m_z_abs": 0.2 + 0.35 * order + 0.01 * noise.normal(),
                    "m_z_abs_error": 0.004 if sampled else 0.0,
                    "m_x": 0.98 - 0.08 * order + 0.002 * noise.normal(),
                    "m_x_error": 0.001 if sampled else 0.0,
                    "method": "sampled" if sampled else "exact",
                    "network": "ffnn",
                    "alpha": alpha,
                    "model": model,
                    "length": length,
                    "width": width,
                    "n_sites": n_sites,
                    "boundary": "periodic" if model == "toric_code" else "open",
                    "coupling": None if model == "toric_code" else 1.0,
                    "field": None if model == "toric_code" else field,
                }
            )
    return pd.DataFrame(rows)


def fidelities_table(rounds: pd.DataFrame, *, dip: float = 2.0, depth: float = 0.09) -> pd.DataFrame:
    rows = []
    path = rounds[rounds["procedure"].isin(["dense", "imp_wr"])].sort_values(["study", "seed", "round"])
    for (study, seed), part in path.groupby(["study", "seed"]):
        noise = np.random.default_rng(seed)
        for (_, a), (_, b) in zip(part.iloc[:-1].iterrows(), part.iloc[1:].iterrows(), strict=True):
            fidelity = 1 - depth * np.exp(-(np.log(a["rho"] / dip) ** 2) / 0.5)
            error = 0.002 if a["method"] == "sampled" else 0.0
            rows.append(
                {
                    "study": study,
                    "seed": seed,
                    "procedure": "imp_wr",
                    "round_a": a["round"],
                    "round_b": b["round"],
                    "n_active_a": a["n_active"],
                    "n_active_b": b["n_active"],
                    "rho_a": a["rho"],
                    "rho_b": b["rho"],
                    "fidelity": fidelity - abs(0.003 * noise.normal()) + error * noise.normal(),
                    "fidelity_error": error,
                    "method": a["method"],
                }
            )
        # Pairs that are no neighbours may be in the table, and are not to be drawn.
        rows.append({**rows[-1], "round_a": 0, "round_b": 5, "fidelity": 0.1})
    return pd.DataFrame(rows)


def histories_table(rounds: pd.DataFrame, *, steps: int = 120) -> pd.DataFrame:
    """Energies that fall to those of the trained states, with noise."""
    rows = []
    for _, row in rounds.iterrows():
        noise = np.random.default_rng(row["seed"] + 10 * row["round"])
        step = np.arange(steps)
        excess = (row["energy"] - row["reference_energy"]) * (1 + 30 * np.exp(-step / 15))
        energy = row["reference_energy"] + excess * (1 + 0.1 * noise.normal(size=steps))
        where = {name: row[name] for name in ("study", "seed", "procedure", "round")}
        rows.append(
            pd.DataFrame(
                {
                    **where,
                    "step": step,
                    "energy": energy,
                    "variance": 1.0,
                    "acceptance": 0.5,
                    "energy_error": 0.1 * abs(excess).mean(),
                }
            )
        )
    return pd.concat(rows, ignore_index=True)


def pairs_table(
    matrix: str, states: list[tuple[str, int, str, int]], *, method: str = "exact"
) -> pd.DataFrame:
    """Fidelities that fall with the distance of the rounds and between seeds and procedures."""
    rows = []
    for first, second in itertools.combinations(states, 2):
        distance = 0.02 * abs(first[3] - second[3]) ** 1.5
        distance += 0.05 * (first[1] != second[1]) + 0.4 * (first[2] != second[2])
        row = {"matrix": matrix, "fidelity": np.exp(-distance), "fidelity_error": 0.0, "method": method}
        for letter, state in zip("ab", (first, second), strict=True):
            for name, value in zip(("study", "seed", "procedure", "round"), state, strict=True):
                row[f"{name}_{letter}"] = value
            row |= {f"n_active_{letter}": 100 - state[3], f"rho_{letter}": (100 - state[3]) / 16}
        rows.append(row)
    return pd.DataFrame(rows)


def chain_states(study: str, seeds, rounds) -> list[tuple[str, int, str, int]]:
    return [(study, seed, "imp_wr" if k else "dense", k) for seed in seeds for k in rounds]


def weights_table(
    study: str, units: list[tuple[list[int], list[float]]], *, model: str, length: int, round_: int = 8
):
    n_sites = 2 * length * length if model == "toric_code" else length * length
    n_active = sum(len(sites) for sites, _ in units)
    rows = [
        {"unit": unit, "site": site, "weight": weight}
        for unit, (sites, values) in enumerate(units)
        for site, weight in zip(sites, values, strict=True)
    ]
    return pd.DataFrame(rows).assign(
        study=study,
        seed=0,
        procedure="imp_wr",
        round=round_,
        model=model,
        length=length,
        width=length,
        n_active=n_active,
        rho=n_active / n_sites,
    )


def regions_table(rounds: pd.DataFrame, *, boundaries=(0.6, 0.25)) -> pd.DataFrame:
    """Regions of every study: LEP, APL and two segments of HEP between parts of its range of n, in logarithms."""
    rows = []
    for study, part in rounds.groupby("study"):
        n = np.log(part["n_active"].to_numpy(dtype=np.float64))
        ends = n.min() + np.array([1.0, *boundaries, 0.15, 0.0]) * np.ptp(n)
        low, high = ends - 0.2, ends + 0.1
        low[[0, -1]], high[[0, -1]] = np.nan, np.nan
        for segment, region in enumerate(("LEP", "APL", "HEP", "HEP")):
            row = {"study": study, "procedure": "imp_wr", "segment": segment, "region": region}
            for name, at in (("n_start", segment), ("n_end", segment + 1)):
                row |= {name: np.exp(ends[at])}
                row |= {f"{name}_low": np.exp(low[at]), f"{name}_high": np.exp(high[at])}
            rows.append({**row, "n_sites": part["n_sites"].iloc[0]})
    return pd.DataFrame(rows)


def masks_table(rounds: pd.DataFrame) -> pd.DataFrame:
    """The IMP-WR masks of the rounds: seed, counts and density."""
    masks = rounds[rounds["procedure"] == "imp_wr"]
    names = ["study", "seed", "procedure", "round", "n_active", "n_total", "density", "rho"]
    return masks[names].reset_index(drop=True)


def overlaps_table(rounds: pd.DataFrame) -> pd.DataFrame:
    """Overlaps of every pair of seeds, those of random masks below."""
    masks = masks_table(rounds)
    pairs = masks.merge(masks, on=["study", "procedure", "round", "n_active", "n_total", "density", "rho"])
    pairs = pairs.rename(columns={"seed_x": "seed_a", "seed_y": "seed_b"})
    pairs = pairs[pairs["seed_a"] < pairs["seed_b"]].reset_index(drop=True)
    random = 0.6 + 0.4 * pairs["density"]
    return pairs.assign(
        overlap=random + 0.2 * (1 - pairs["density"]) + 0.01 * pairs["seed_b"],
        random_overlap=random,
        random_overlap_deviation=0.005,
    )


def tickets_table(rounds: pd.DataFrame) -> pd.DataFrame:
    """Structure that appears at rho about 16."""
    masks = masks_table(rounds)
    odd = np.exp(-(np.log(masks["rho"] / 14) ** 2))
    return masks.assign(
        odd_weight_fraction=odd,
        odd_unit_fraction=0.8 * odd,
        analytic_overlap=0.5 + 0.4 * odd,
        random_analytic_overlap=0.5,
    )


def toric_units(length: int, count: int, seed: int = 0) -> list[tuple[list[int], list[float]]]:
    """Plaquette tickets, mostly of odd sign, with some damaged and some stray units among them."""
    random = np.random.default_rng(seed)
    squares = plaquettes(length)
    found = []
    for index in range(count):
        sites = squares[index % len(squares)].tolist()
        signs = random.choice([-1.0, 1.0], size=4)
        if signs.prod() > 0 and random.random() < 0.9:
            signs[0] *= -1
        values = signs * random.uniform(0.3, 1.2, size=4)
        kind = random.random()
        if kind < 0.1:
            sites, values = sites[:3], values[:3]
        elif kind < 0.2:
            extra = int(random.choice([site for site in range(2 * length**2) if site not in sites]))
            sites, values = [*sites, extra], np.append(values, 0.1 * random.normal())
        found.append((sites, values.tolist()))
    return found


def site_units(length: int, count: int, seed: int = 0) -> list[tuple[list[int], list[float]]]:
    """Local clusters of sites, as the networks of the Ising model keep."""
    random = np.random.default_rng(seed)
    found = []
    for _ in range(count):
        size = int(random.integers(1, 7))
        start = int(random.integers(length * length))
        sites = sorted(
            {(start + int(step)) % (length * length) for step in random.integers(0, length + 2, size)}
        )
        found.append((sites, random.normal(0.3, 0.3, len(sites)).tolist()))
    return found
