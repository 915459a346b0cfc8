"""Which files a figure reads: of the studies that it draws, and of no other."""

from complete_config import complete

from sparse_nqs.planning.figure_tables import parts_read
from sparse_nqs.reading import parse_config


def read(name: str, **more) -> list[tuple[str, dict]]:
    data = complete()
    data["fidelity_matrices"] = {"m": {"studies": ["ising"], "rounds": [0, 1]}}
    data["figures"]["matrix"] = {"kind": "fidelity_matrix", "matrix": "m"}
    data["figures"][name] |= more
    config = parse_config(data)
    return [part[1:] for part in parts_read(config, name)]


def of_study(table: str, study: str) -> tuple[str, dict]:
    return f"studies/{study}/tables/{table}.parquet", {"study": study}


def test_tables_of_its_studies_in_the_order_of_the_config():
    # Rounds, and the regions that an option asks for.
    two = [("rounds", "ising"), ("rounds", "wide"), ("regions", "ising"), ("regions", "wide")]
    assert read("two") == read("two", studies=["wide", "ising"]) == [of_study(*part) for part in two]


def test_every_key_that_names_a_study_counts():
    assert read("ten") == [of_study("rounds", "ising"), of_study("histories", "ising")]
    assert read("one", studies=["ising"], inset=["ising", "wide"]) == [
        of_study("rounds", name) for name in ("ising", "wide")
    ]
    assert read("four", isolated="toric", studies=["toric"]) == [
        of_study("rounds", "toric"),
        of_study("fidelities", "toric"),
    ]


def test_the_networks_of_its_own():
    assert read("fourteen") == [("plaquette_networks/fourteen.parquet", {"figure": "fourteen"})]


def test_the_pairs_of_its_matrix_and_the_weights_of_its_state():
    assert read("matrix") == [("fidelity_matrices/m/pairs.parquet", {"matrix": "m"})]
    path = "studies/toric/seed_1/weights/round_0010.parquet"
    assert read("five") == [(path, {"study": "toric", "seed": 1, "round": 10})]
