import numpy as np
import pandas as pd
import pytest

from sparse_nqs.analysis.sparsity import reached, sparsity_reached


def test_a_power_law_is_inverted():
    n = np.geomspace(1000, 10, 12)
    # error = 1e-4 (1000 / n)^1.5 is doubled at n = 1000 / 2^(2/3), whether that is a point or not.
    found = reached(n, 1e-4 * (1000 / n) ** 1.5, 2e-4)
    assert found.n_active == pytest.approx(1000 / 2 ** (2 / 3)) and not found.is_bound
    shuffled = np.random.default_rng(0).permutation(12)
    assert reached(n[shuffled], 1e-4 * (1000 / n[shuffled]) ** 1.5, 2e-4) == pytest.approx(found)


def test_one_unlucky_training_does_not_end_the_search():
    n = np.array([100.0, 80.0, 60.0, 40.0, 20.0])
    error = np.array([1.0, 2.2, 1.0, 1.0, 50.0])
    found = reached(n, error, 2.0)
    # Pooled with the two after it, the second is 2.2^(1/3); then it is 50 at 20.
    start = np.log(2.2) / 3
    part = (np.log(2.0) - start) / (np.log(50.0) - start)
    assert found.n_active == pytest.approx(40.0 * 0.5**part)


def test_what_is_never_reached_is_a_bound():
    assert reached(np.array([100.0, 50.0]), np.array([1.0, 1.1]), 2.0) == (50.0, True)


def table(**changes):
    counts = [100, 50, 25]
    rows = [
        {
            "procedure": "imp_wr" if k else "dense",
            "seed": seed,
            "n_active": n,
            "abs_error_per_site": (1 + seed) * 100.0 / n,
        }
        for seed in (0, 1)
        for k, n in enumerate(counts)
    ]
    rows.append({"procedure": "t_init_rand", "seed": 0, "n_active": 50, "abs_error_per_site": 8.0})
    return pd.DataFrame(rows).assign(
        **{"study": "s", "n_total": 100, "abs_error_per_site_error": 0.0, **changes}
    )


def test_every_seed_is_measured_by_its_own_dense_network():
    found = sparsity_reached(table(), "s", 2.0).set_index(["procedure", "seed"])
    assert found.loc[("imp_wr", 0), "n_active"] == pytest.approx(50.0)
    assert found.loc[("imp_wr", 1), "n_active"] == pytest.approx(50.0)
    # An isolated training begins with the dense network: 8 times the error at half the weights.
    assert found.loc[("t_init_rand", 0), "n_active"] == pytest.approx(100 * 0.5 ** (1 / 3))
    assert (found["n_total"] == 100).all() and len(found) == 3


def test_unresolved_errors():
    unresolved = table()
    unresolved.loc[unresolved["procedure"] == "dense", "abs_error_per_site"] = -1e-3
    assert sparsity_reached(unresolved, "s", 2.0).empty
    # Noise of 0.1 leaves the negative value at one standard error above zero, far below the threshold.
    noisy = table(abs_error_per_site_error=0.1)
    noisy.loc[(noisy["n_active"] == 25), "abs_error_per_site"] = -0.05
    found = sparsity_reached(noisy, "s", 3.0)
    assert found[found["procedure"] == "imp_wr"]["is_bound"].all()


def test_a_diverged_training_is_over_any_threshold():
    lost = table()
    lost.loc[lost["n_active"] == 25, "abs_error_per_site"] = np.nan
    found = sparsity_reached(lost, "s", 4.0)
    assert ((found["n_active"] > 25) & (found["n_active"] < 100)).all()
