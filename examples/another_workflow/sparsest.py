"""The sparsest network of each study and seed whose relative energy error stays below a tolerance."""

import pandas as pd

# Arrow then compares the pages with their checksums; `sparse_nqs.storage.tables.read_table` would check all bytes.
rounds = pd.read_parquet(snakemake.input.rounds, page_checksum_verification=True)
good = rounds[rounds["rel_error"] < snakemake.params.tolerance]
best = good.sort_values("n_active").groupby(["study", "seed"], as_index=False).first()
columns = ["study", "seed", "procedure", "round", "n_active", "rel_error"]
best[columns].to_csv(snakemake.output[0], index=False)
