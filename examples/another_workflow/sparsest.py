"""The sparsest network of each study and seed whose relative energy error stays below a tolerance."""

import pandas as pd

rounds = pd.read_parquet(snakemake.input.rounds)
good = rounds[rounds["rel_error"] < snakemake.params.tolerance]
best = good.sort_values("n_active").groupby(["study", "seed"], as_index=False).first()
columns = ["study", "seed", "procedure", "round", "n_active", "rel_error"]
best[columns].to_csv(snakemake.output[0], index=False)
