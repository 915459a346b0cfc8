import json
import subprocess
import sys

import numpy as np
import pytest

from sparse_nqs.analysis import plaquette_network
from sparse_nqs.hamiltonians.toric_code import plaquettes
from sparse_nqs.planning import specs
from sparse_nqs.reading import parse_config
from sparse_nqs.stages.tickets import distribution_rows, overlap_rows, place_of, ticket_row, unit_rows
from sparse_nqs.storage.states import Origin, State, write_states
from sparse_nqs.storage.table_schemas import TABLES
from sparse_nqs.storage.tables import read_table, write_table

TORIC = {"model": "toric_code", "length": 3}
ISING = {"model": "tfim", "extent": [3, 2], "boundary": "open"}
WHERE = {"study": "s", "seed": 1, "procedure": "imp_wr"}


def state_of(kernel, round_index=2):
    return State(round_index, {"kernel": kernel}, {"kernel": kernel != 0}, steps=5)


def ising_state(seed=0):
    rng = np.random.default_rng(seed)
    return state_of(rng.normal(size=(6, 4)) * (rng.random((6, 4)) < 0.5))


def test_the_analytic_network_is_all_plaquettes(tmp_path):
    row = ticket_row(WHERE, state_of(plaquette_network.kernel(3, 2.0)), place_of(TORIC))
    write_table(tmp_path / "tickets.parquet", "tickets", [row])
    assert (row["n_active"], row["n_total"], row["rho"], row["units"]) == (288, 1296, 16.0, 72)
    assert (row["plaquette_units"], row["odd_plaquette_units"]) == (72, 72)
    assert row["odd_unit_fraction"] == row["odd_weight_fraction"] == row["analytic_overlap"] == 1.0
    assert (row["plaquettes_covered"], row["patterns_covered"]) == (9, 72)
    assert row["random_analytic_overlap"] < 0.8
    assert row["mean_distance"] < row["random_mean_distance"]


def test_fractions_are_of_live_units_and_surviving_weights():
    kernel = np.zeros((18, 10))
    kernel[plaquettes(3)[4], 3] = [1, 1, -1, 1]
    kernel[[0, 8], 7] = 1.0  # of no common plaquette
    row = ticket_row(WHERE, state_of(kernel), place_of(TORIC))
    assert (row["odd_unit_fraction"], row["odd_weight_fraction"]) == (1 / 2, 4 / 6)
    # The analytic network has 288 weights: a whole plaquette and one edge can be matched.
    assert row["analytic_overlap"] == pytest.approx(2 * 5 / (288 + 6))


def test_the_ising_model_has_no_plaquettes(tmp_path):
    row = ticket_row(WHERE, ising_state(), place_of(ISING))
    write_table(tmp_path / "tickets.parquet", "tickets", [row])
    empty = {name for name, value in row.items() if value is None}
    assert empty == {
        name for name in TABLES["tickets"] if "plaquette" in name or "odd" in name or "ana" in name
    } | {"patterns_covered"}
    assert 1.0 <= row["mean_distance"] <= 5**0.5


def test_unit_rows(tmp_path):
    kernel = np.zeros((18, 3))
    kernel[plaquettes(3)[4], 0] = [1, 1, -1, 1]
    kernel[[0, 5], 2] = [-1.0, -2.0]
    rows = unit_rows(WHERE, state_of(kernel), place_of(TORIC))
    write_table(tmp_path / "units.parquet", "ticket_units", rows)
    assert [row["unit"] for row in rows] == [0, 2]
    assert rows[0]["sites"] == " ".join(map(str, sorted(plaquettes(3)[4].tolist())))
    assert [(row["degree"], row["negative"], row["sign"], row["plaquette"]) for row in rows] == [
        (4, 1, -1, 4),
        (2, 2, 1, None),
    ]


def test_distribution_rows(tmp_path):
    state = ising_state()
    rows = distribution_rows(WHERE, state, place_of(ISING))
    write_table(tmp_path / "distributions.parquet", "ticket_distributions", rows)
    n = int(state.masks["kernel"].sum())
    for quantity, items in (("unit_degree", 4), ("site_degree", 6)):
        part = [row for row in rows if row["quantity"] == quantity]
        assert sum(row["count"] for row in part) == items
        assert sum(row["count"] * row["at"] for row in part) == n
    degrees = state.masks["kernel"].sum(axis=0)
    pairs = [row for row in rows if row["quantity"] == "distance"]
    assert sum(row["count"] for row in pairs) == (degrees * (degrees - 1) // 2).sum()
    for quantity in ("unit_degree", "site_degree", "distance"):
        part = [row for row in rows if row["quantity"] == quantity]
        assert sum(row["fraction"] for row in part) == pytest.approx(1.0)
        assert sum(row["random_fraction"] for row in part) == pytest.approx(1.0)


def test_overlap_rows_are_of_every_pair(tmp_path):
    place = place_of(TORIC)
    analytic = plaquette_network.kernel(3, 1.0) != 0
    moved = np.empty_like(analytic)
    moved[place.translations[5]] = analytic
    masks = {4: analytic, 0: moved[:, ::-1], 2: np.random.default_rng(0).permuted(analytic, axis=0)}
    rows = overlap_rows("s", "imp_wr", 3, masks, place)
    write_table(tmp_path / "overlaps.parquet", "mask_overlaps", rows)
    assert [(row["seed_a"], row["seed_b"]) for row in rows] == [(0, 2), (0, 4), (2, 4)]
    assert rows[1]["overlap"] == 1.0 > rows[0]["overlap"]
    assert all(row["random_overlap"] < 0.8 for row in rows)
    assert overlap_rows("s", "imp_wr", 3, masks, place) == rows


def test_shifts_are_those_that_move_b_onto_a():
    place = place_of({"model": "tfim", "extent": [3, 4], "boundary": "periodic"})
    a = np.random.default_rng(1).random((12, 9)) < 0.3
    b = np.roll(a.reshape(3, 4, 9), (-2, -1), axis=(0, 1)).reshape(12, 9)
    (row,) = overlap_rows("s", "imp_wr", 1, {0: a, 1: b}, place)
    assert (row["overlap"], row["shift_x"], row["shift_y"]) == (1.0, 2, 1)


def test_the_script_reads_all_seeds_and_blocks(tmp_path):
    config = parse_config(
        {
            "rounds_per_job": 2,
            "studies": {
                "s": {
                    "system": {"model": "tfim", "extent": [3, 2]},
                    "network": {"kind": "ffnn", "alpha": 2},
                    "seeds": [0, 1, 5],
                    "pruning": {"rounds": 3, "procedures": ["imp_wr", "irp_wr"]},
                }
            },
        }
    )
    blocks = [
        "imp_wr/rounds_0001-0002",
        "imp_wr/rounds_0003-0003",
        "irp_wr/rounds_0001-0002",
        "irp_wr/rounds_0003-0003",
    ]
    folder = tmp_path / "studies" / "s"
    for seed in (0, 1, 5):
        for block in blocks:
            procedure, first, last = block[:6], int(block[-9:-5]), int(block[-4:])
            states = [state_of(ising_state(seed + k).params["kernel"], k) for k in range(first, last + 1)]
            write_states(
                folder / f"seed_{seed}" / f"{block}.safetensors", Origin("s", seed, procedure), states
            )
    command = [sys.executable, "-m", "workflow_scripts.describe_tickets"]
    command += ["--results", str(tmp_path), "--spec"]
    command.append(json.dumps(json.loads(specs.tickets_spec(config, "s"))))
    tables = ("tickets", "ticket_units", "ticket_distributions", "mask_overlaps")
    for table in tables:
        command += [f"--{table.replace('_', '-')}", str(folder / "tables" / f"{table}.parquet")]
    subprocess.run(command, check=True, timeout=120)
    read = {table: read_table(folder / "tables" / f"{table}.parquet", table) for table in tables}
    found = read["tickets"][["seed", "procedure", "round"]].itertuples(index=False, name=None)
    states = [("imp_wr", 1), ("imp_wr", 2), ("imp_wr", 3), ("irp_wr", 1), ("irp_wr", 2), ("irp_wr", 3)]
    assert list(found) == [(seed, *state) for seed in (0, 1, 5) for state in states]
    assert read["ticket_units"]["degree"].sum() == read["tickets"]["n_active"].sum()
    assert len(read["mask_overlaps"]) == 3 * len(states)


def test_only_ising_and_toric_lattices_matter_not_their_energies():
    place = place_of(ISING | {"field": 3.0})
    assert not place.toric and place.translations.shape == (1, 6)
    assert place_of(ISING | {"boundary": "periodic"}).translations.shape == (6, 6)
    assert place_of(TORIC).toric
