import numpy as np
import pandas as pd
import pytest

from sparse_nqs.analysis import regions
from sparse_nqs.config.pruning import CHAINS
from sparse_nqs.stages.scaling import region_rows
from sparse_nqs.storage.tables import read_table, write_table


def rounds_table(study, *, seeds=(0, 1), procedures=("imp_wr",), rounds=16, n_sites=18):
    rows = []
    for seed in seeds:
        rng = np.random.default_rng(seed)
        for procedure in ("dense", *procedures):
            for k in [0] if procedure == "dense" else range(1, rounds):
                n = round(1000 * 0.7**k)
                error = 1e-4 * max(1.0, 150 / n) ** 2 * np.exp(0.05 * rng.normal())
                rows.append((study, seed, procedure, k, n, n_sites, error, 0.0))
    names = ["study", "seed", "procedure", "round", "n_active", "n_sites"]
    return pd.DataFrame(rows, columns=[*names, "abs_error_per_site", "abs_error_per_site_error"])


def test_rows_of_every_chain(tmp_path):
    rounds = pd.concat(
        [
            rounds_table("b", procedures=("imp_wr", "irp_wr", "t_init_imp")),
            rounds_table("a", seeds=(0,)),
            rounds_table("short", rounds=3),
        ]
    )
    rows = region_rows(rounds, CHAINS)
    write_table(tmp_path / "regions.parquet", "regions", rows)
    table = read_table(tmp_path / "regions.parquet", "regions")
    chains = table.groupby(["study", "procedure"], sort=False)
    assert list(chains.groups) == [("b", "imp_wr"), ("b", "irp_wr"), ("a", "imp_wr")]
    for _, fit in chains:
        assert fit["segment"].tolist() == list(range(fit["segments"].iloc[0]))
        assert fit["region"].tolist() == ["LEP", "APL"]
        # The dense network begins the trajectory.
        assert fit["n_start"].iloc[0] == pytest.approx(1000)
        assert fit["n_end"].iloc[0] == pytest.approx(150, rel=0.1)
        assert fit["n_end"].tolist()[:-1] == fit["n_start"].tolist()[1:]
        assert fit["exponent"].iloc[1] == pytest.approx(2, abs=0.1)
        assert pd.isna(fit["n_start_low"].iloc[0]) and pd.isna(fit["n_end_high"].iloc[-1])
        assert (fit["confidence"] == regions.CONFIDENCE).all()
        best = fit[[f"bic_{k}" for k in (1, 2, 3, 4)]].iloc[0].argmin()
        assert best + 1 == fit["segments"].iloc[0]
    assert chains.first()["seeds"].to_dict() == {("b", "imp_wr"): 2, ("b", "irp_wr"): 2, ("a", "imp_wr"): 1}
    assert chains.first()["points"].tolist() == [32, 32, 16]


def test_a_fit_knows_its_own_study_only():
    alone = region_rows(rounds_table("a"), CHAINS)
    beside = region_rows(pd.concat([rounds_table("b", seeds=(4,)), rounds_table("a")]), CHAINS)
    assert [row for row in beside if row["study"] == "a"] == alone


def test_tables_without_chains_give_no_rows():
    assert region_rows(rounds_table("a", procedures=()), CHAINS) == []
