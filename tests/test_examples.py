"""examples/analysis.py, as an analyst runs it."""

import importlib.util
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from figures import synthetic

from sparse_nqs.storage.table_schemas import TABLES
from sparse_nqs.storage.tables import write_table

PROGRAM = Path(__file__).resolve().parents[1] / "examples" / "analysis.py"


@pytest.fixture(scope="module")
def analysis():
    spec = importlib.util.spec_from_file_location("analysis", PROGRAM)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def rounds_of(errors: dict[str, list[float]], *, study: str = "s", seed: int = 0) -> pd.DataFrame:
    """Errors by procedure, round by round: the dense network from round 0, others from round 1 on."""
    rows = []
    for procedure, values in errors.items():
        for k, error in enumerate(values, start=0 if procedure == "dense" else 1):
            n = 64 >> k
            row = {
                "study": study,
                "seed": seed,
                "procedure": procedure,
                "round": k,
                "abs_error_per_site": error,
            }
            rows.append({**row, "abs_error_per_site_error": 0.0, "n_active": n, "n_total": 64, "rho": n / 4})
    return pd.DataFrame(rows)


def test_the_sparsest_network_is_the_last_before_the_first_bad_round(analysis):
    rounds = rounds_of({"dense": [1e-3], "imp_wr": [1e-3, 2e-3, 3e-3, 1e-3]})
    (found,) = analysis.sparsest_within(rounds).to_dict("records")
    assert found == {"study": "s", "seed": 0, "round": 2, "rho": 4.0, "pruned": 0.75}


def test_where_no_round_is_good_the_dense_network_is_all_there_is(analysis):
    rounds = rounds_of({"dense": [1e-3], "imp_wr": [5e-3, 1e-3]})
    (found,) = analysis.sparsest_within(rounds).to_dict("records")
    assert (found["round"], found["pruned"]) == (0, 0.0)


@pytest.mark.parametrize("error", [-1e-5, 1e-6])
def test_nothing_is_said_where_the_dense_error_is_not_resolved(analysis, error):
    rounds = rounds_of({"dense": [error], "imp_wr": [1e-3]}).assign(abs_error_per_site_error=1e-5)
    assert analysis.sparsest_within(rounds).empty


def test_ratios_are_of_the_same_seed_and_round(analysis):
    chains = [{"dense": [1.0], "imp_wr": [2.0, 4.0], "t_init_imp": [2.0, 8.0], "t_init_rand": [20.0, 4.0]}]
    chains.append(
        {"dense": [1.0], "imp_wr": [1.0, 1.0], "t_init_imp": [3.0, 2.0], "t_init_rand": [30.0, 3.0]}
    )
    rounds = pd.concat([rounds_of(errors, seed=seed) for seed, errors in enumerate(chains)])
    ratios = analysis.mask_or_weights(rounds)
    assert ratios.loc[("s", 1)].to_dict() == {"t_init_imp": 2.0, "t_init_rand": 20.0}
    assert ratios.loc[("s", 2)].to_dict() == {"t_init_imp": 2.0, "t_init_rand": 2.0}


def write(path: Path, frame: pd.DataFrame) -> None:
    """Write a table with the columns that it has, the others null."""
    frame = frame.reindex(columns=list(TABLES[path.stem])).astype(object)
    write_table(path, path.stem, frame.where(frame.notna(), None).to_dict("records"))


def run(*arguments: Path) -> subprocess.CompletedProcess:
    command = [sys.executable, "-W", "error", str(PROGRAM), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=120)


def test_the_program_answers_and_draws(tmp_path):
    rounds = synthetic.rounds_table("small", rounds=8, isolated=(1, 4, 7)).assign(
        abs_error_per_site_error=0.0
    )
    fidelities = synthetic.fidelities_table(rounds, dip=4)
    write(tmp_path / "rounds.parquet", rounds)
    write(tmp_path / "fidelities.parquet", fidelities)
    picture = tmp_path / "picture.png"
    done = run(tmp_path, picture)
    assert done.returncode == 0, done.stderr
    assert picture.read_bytes().startswith(b"\x89PNG")
    middle = fidelities.groupby("round_a")["fidelity"].median()
    assert f"{middle.min():.6f}"[:6] in done.stdout.split("Where does the state change?")[1]
    wrong = run()
    assert wrong.returncode == 1 and "usage: analysis.py" in wrong.stderr
    # A table that is damaged is named.
    path = tmp_path / "rounds.parquet"
    path.write_bytes(path.read_bytes()[:-1000] + bytes(1000))
    wrong = run(tmp_path, picture)
    assert wrong.returncode == 1
    assert wrong.stderr.startswith(f"{path}: not a readable rounds table file")
    assert len(wrong.stderr.splitlines()) == 1
