from sparse_nqs.evaluation import Estimate, Measurement
from sparse_nqs.storage.schemas import TABLES


def test_an_exact_number_has_no_error():
    assert Estimate(2.0) == (2.0, 0.0)


def test_every_measured_number_has_its_columns():
    numbers = {name for name in Measurement._fields if name != "method"}
    assert {*numbers, *(f"{name}_error" for name in numbers)} <= set(TABLES["rounds"])
