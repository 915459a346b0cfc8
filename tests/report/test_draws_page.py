from sparse_nqs.report import draws_page

ROW = {
    "study": "toric",
    "seed": 0,
    "procedure": "t_rand_imp",
    "round": 13,
    "n_active": 492,
    "draws": 5,
    "t_init_imp_rel_error": 1.2e-5,
    "mean_rel_error": 1.5e-5,
    "low": 1.0e-5,
    "high": 2.0e-5,
    "confidence": 0.999,
    "network": "ffnn",
    "alpha": 8.0,
    "model": "toric_code",
    "length": 3,
    "width": 3,
    "boundary": "periodic",
    "field": None,
}


def test_the_papers_numbers_stand_beside_those_of_the_same_network_and_round():
    line = draws_page.markdown([ROW]).splitlines()[-1]
    assert line.endswith("| 1.2e-05 | 1.5e-05 | [1e-05, 2e-05] | 1.64e-05 | 1.52e-05 | [0, 3.45e-05] |")
    for other in ({"round": 14}, {"alpha": 4.0}, {"procedure": "t_init_rand"}):
        assert draws_page.markdown([ROW | other]).splitlines()[-1].endswith("|  |  |  |")


def test_the_page_shows_the_same():
    assert "3.45e-05" in draws_page.page([ROW])
    assert "99.9 %" in draws_page.page([ROW])
    assert "more than one draw" in draws_page.page([])
