import itertools
import re

import pytest

from sparse_nqs.config.systems import Tfim, ToricCode


@pytest.mark.parametrize(
    ("system", "slug", "n_sites"),
    [
        (Tfim(model="tfim", extent=(4, 4)), "tfim_4x4_open_J1_k3.04438", 16),
        (
            Tfim(model="tfim", extent=[2, 5], boundary="periodic", coupling=0.5, field=0),
            "tfim_2x5_periodic_J0.5_k0",
            10,
        ),
        (Tfim(model="tfim", extent=(1, 2), field=1e-5), "tfim_1x2_open_J1_k1e-05", 2),
        (Tfim(model="tfim", extent=(1, 2), field=1e22), "tfim_1x2_open_J1_k1e22", 2),
        (ToricCode(model="toric_code", length=3), "toric_code_3x3", 18),
    ],
)
def test_names_and_sizes(system, slug, n_sites):
    assert (system.slug, system.n_sites) == (slug, n_sites)


def test_every_system_has_a_slug_of_its_own_that_can_be_a_file_name():
    numbers = [0.1, 1 / 3, 1.0, 10.0, 1e22, 1e-22, 3.04438, 3.0443800000000003]
    systems = [
        Tfim(model="tfim", extent=extent, boundary=boundary, coupling=coupling, field=field)
        for extent in [(1, 11), (11, 1), (2, 4), (4, 2)]
        for boundary in ("open", "periodic")
        for coupling, field in itertools.product(numbers, [0.0, *numbers])
    ] + [ToricCode(model="toric_code", length=length) for length in range(2, 30)]
    slugs = {system.slug for system in systems}
    assert len(slugs) == len(systems)
    assert all(re.fullmatch(r"[A-Za-z0-9_.-]+", slug) for slug in slugs)
