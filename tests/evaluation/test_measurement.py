from typing import get_type_hints

from sparse_nqs.evaluation import Convergence, Estimate, Measurement
from sparse_nqs.storage.schemas import TABLES


def test_an_exact_number_has_no_error():
    assert Estimate(2.0) == (2.0, 0.0)


def test_every_measured_number_has_its_columns():
    estimates = {name for name, kind in get_type_hints(Measurement).items() if kind is Estimate}
    assert len(estimates) == 5
    others = set(Measurement._fields) - estimates - {"convergence"} | set(Convergence._fields)
    assert {*estimates, *(f"{name}_error" for name in estimates), *others} <= set(TABLES["rounds"])
