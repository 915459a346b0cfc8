"""A made-up table of the toric code's analytic networks."""

import pandas as pd

from sparse_nqs.analysis.plaquette_network import closed_form


def plaquette_table(
    exact: tuple[int, ...], sampled: tuple[int, ...], weights=(0.1, 0.4, 0.7, 1.3)
) -> pd.DataFrame:
    """The analytic networks: the closed form, a third of a standard error away where sampled, none seen at the last."""
    rows = []
    for length in (*exact, *sampled):
        n_sites = 2 * length**2
        for weight in (*weights, 0.2, 0.9):
            form = closed_form(length, weight)
            shared = {
                "length": length,
                "n_sites": n_sites,
                "weight": weight,
                "n_samples": None,
                "chains": None,
            }
            values = {"excess_per_site": form.excess / n_sites, "variance_per_site": form.variance / n_sites}
            none = {f"{name}_error": 0.0 for name in values}
            rows.append({**shared, "method": "closed_form", **values, **none})
            if weight not in weights:
                continue
            if length in exact:
                rows.append({**shared, "method": "exact", **values, **none})
                continue
            shared |= {"method": "sampled", "n_samples": 4096, "chains": 256}
            if weight == weights[-1]:
                rows.append({**shared, **dict.fromkeys(values, 0.0), **dict.fromkeys(none, None)})
                continue
            errors = {f"{name}_error": 0.1 * value for name, value in values.items()}
            off = {name: value * (1 + 0.1 / 3) for name, value in values.items()}
            rows.append({**shared, **off, **errors})
    table = pd.DataFrame(rows)
    return table.assign(energy_per_site=table["excess_per_site"] - 1.0)
