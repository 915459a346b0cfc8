from sparse_nqs import published

CRITICAL = {
    "model": "tfim",
    "length": 10,
    "width": 10,
    "boundary": "open",
    "coupling": 1.0,
    "field": 3.04438,
    "network": "ffnn",
    "n_total": 50000,
}


def one(study, procedure="imp_wr", quantity="rel_error"):
    (entry,) = published.counterparts(study, procedure, quantity)
    return entry


def test_the_same_study_is_found_in_each_figure():
    entry = one(CRITICAL)
    assert entry.curve.figure == "1a" and entry.is_same and entry.can_overlay
    assert one(CRITICAL, "t_rand_imp").curve.name == "T(rand,imp)"
    assert one(CRITICAL, quantity="abs_error_per_site").curve.name == "alpha=5"
    assert one(CRITICAL | {"n_total": 80000}, quantity="fidelity").curve.figure == "3b"
    toric = {
        "model": "toric_code",
        "length": 3,
        "width": 3,
        "boundary": "periodic",
        "coupling": None,
        "field": None,
    }
    assert one(toric | {"network": "ffnn", "n_total": 2592}).is_same


def test_another_width_is_no_hindrance_to_an_overlay():
    entry = one(CRITICAL | {"n_total": 20000}, quantity="abs_error_per_site")
    assert entry.curve.n_total == 25000 and entry.can_overlay and not entry.is_same
    assert entry.network == ("20000 weights when dense, the paper's 25000",) and entry.system == ()


def test_another_size_boundary_or_coupling_is():
    entry = one(CRITICAL | {"length": 4, "width": 4, "n_total": 512})
    assert entry.system == ("4 x 4, the paper's 10 x 10",) and not entry.can_overlay
    entry = one(CRITICAL | {"length": 4, "width": 4, "n_total": 512}, quantity="abs_error_per_site")
    assert (entry.curve.figure, entry.curve.length, entry.system) == ("3a", 4, ())
    assert one(CRITICAL | {"boundary": "periodic"}).system == ("boundary periodic, the paper's open",)
    assert not one(CRITICAL | {"coupling": 2.0}).can_overlay
    assert not one(CRITICAL | {"width": 9}).can_overlay


def test_the_transposed_field_is_near_but_not_the_same():
    entry = one(CRITICAL | {"network": "res_cnn", "n_total": 18576})
    assert entry.system == ("field 3.04438, the paper's 3.04483",)
    assert entry.can_overlay and not entry.is_same
    far = one(CRITICAL | {"field": 2.5}, quantity="abs_error_per_site")
    assert far.curve.name == "kappa=2" and not far.can_overlay


def test_what_the_paper_does_not_have():
    assert published.counterparts(CRITICAL, "imp_ct", "rel_error") == []
    assert published.counterparts(CRITICAL | {"model": "heisenberg"}, "imp_wr", "rel_error") == []
