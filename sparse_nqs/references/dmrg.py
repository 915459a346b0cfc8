"""Ground energy of the transverse-field Ising model on an open rectangle by DMRG, with TeNPy.

The L x M sites are one finite matrix-product state that winds through the lattice like a snake, along the shorter
side first, because the bond dimension needed grows exponentially with the length of the cut. TeNPy's model is

    H = -J sum_<ij> sigma^x_i sigma^x_j - g sum_i sigma^z_i,

ours with X and Z exchanged, so that the conserved flip of all spins is diagonal: the ground state is sought in
the parity sector of the state polarised along the field, where it lies for every finite lattice. In that sector
the magnetisation along the coupling's axis is zero. The method: S. R. White, Phys. Rev. Lett. 69, 2863 (1992).
"""

import itertools
import math
from typing import NamedTuple

from tenpy.algorithms.dmrg import TwoSiteDMRGEngine
from tenpy.models.tf_ising import TFIModel
from tenpy.networks.mps import MPS
from tenpy.tools.optimization import OptimizationFlag, temporary_level

from sparse_nqs.references.extrapolation import BondDimension, extrapolate

# Sweeps with density-matrix perturbation at each bond dimension: they carry correlations between sites that are
# neighbours on the lattice but far apart on the snake. The sweeps after them cannot add what is missing: 10 x 10 sites
# at kappa = 1 and bond dimension 32 end 5.5e-3 too high without them, with a truncation error of 1.4e-6.
_MIXED_SWEEPS = 1
# Sweeping stops when a sweep gains less than this part of what its truncations cost in sum. That sum is close to
# the state's distance from the ground energy, so the bond dimension limits the result, not the number of sweeps.
_GAIN_TO_TRUNCATION = 0.1


# Larger bond dimensions are left out once the error is below this part of the energy.
_GOOD = 1e-6
# A variance is a difference of <H^2> and <H>^2; below this part of them it is rounding.
_ROUNDING = 1e-14


class DMRGResult(NamedTuple):
    """A ground energy and what it was extrapolated from.

    Attributes:
        energy: extrapolated to zero variance.
        error: its error, see `extrapolate`; not below the tolerance of the sweeps.
        m_x: magnetisation along the field per site, at the largest bond dimension.
        m_z: magnetisation along the coupling's axis per site: zero by symmetry.
        steps: one entry a bond dimension.
    """

    energy: float
    error: float
    m_x: float
    m_z: float
    steps: tuple[BondDimension, ...]


class _Engine(TwoSiteDMRGEngine):
    """Two-site DMRG that sweeps until truncation, not convergence, limits the energy."""

    energy_tolerance: float

    def is_converged(self) -> bool:
        gain = abs(self.sweep_stats["Delta_E"][-1])
        lost = sum(abs(cost) for cost in self.E_trunc_list)
        return gain < max(self.energy_tolerance, _GAIN_TO_TRUNCATION * lost)


def tfim_energy(
    extent: tuple[int, int],
    coupling: float,
    field: float,
    bond_dimensions: list[int],
    *,
    boundary: str = "open",
    energy_tolerance: float = 1e-9,
    max_sweeps: int = 30,
) -> DMRGResult:
    """The ground energy of H = -J sum_<ij> Z_i Z_j - kappa sum_i X_i on an open rectangle.

    Args:
        extent: (L, M), with at least 3 sites.
        coupling: J.
        field: kappa.
        bond_dimensions: ascending, at least two; each starts from the state of the one before. Those after the third
            are left out once the error is below 1e-6 of the energy.
        boundary: must be "open".
        energy_tolerance: a sweep that gains less ends the sweeping; in units of 2^k <= J < 2^(k + 1).
        max_sweeps: the most sweeps at one bond dimension.

    Raises:
        ValueError: if the boundary is not open, there are too few sites, or bond dimensions do not ascend.
    """
    length, width = max(extent), min(extent)
    if boundary != "open":
        raise ValueError(f"DMRG for a {boundary} lattice is not offered; boundary must be open")
    if length * width < 3:
        raise ValueError(f"DMRG needs at least 3 sites; extent is {tuple(extent)}")
    ascending = all(a < b for a, b in itertools.pairwise(bond_dimensions))
    if len(bond_dimensions) < 2 or bond_dimensions[0] < 2 or not ascending:
        raise ValueError(
            f"bond_dimensions are {list(bond_dimensions)}; allowed are two or more, ascending, at least 2"
        )
    # TeNPy's tolerances are numbers beside J = 1.
    unit = 2.0 ** (math.frexp(coupling or field)[1] - 1)
    model = TFIModel(
        {
            "lattice": "Square",
            "Lx": length,
            "Ly": width,
            "order": "snake",
            "bc_MPS": "finite",
            "bc_x": "open",
            "bc_y": "open",
            "conserve": "parity",
            "J": coupling / unit,
            "g": field / unit,
        }
    )
    state = MPS.from_product_state(
        model.lat.mps_sites(),
        ["up" if field >= 0 else "down"] * (length * width),
        bc="finite",
        unit_cell_width=model.lat.mps_unit_cell_width,
    )
    steps = []
    for bond_dimension in bond_dimensions:
        options = {
            "trunc_params": {"chi_max": bond_dimension, "svd_min": 1e-12},
            # A local problem need not be solved better than its surroundings are known.
            "diag_method": "lanczos",
            "lanczos_params": {"N_min": 2, "N_max": 4},
            # TeNPy stops once it has done more sweeps than these numbers.
            "min_sweeps": _MIXED_SWEEPS + 1,
            "max_sweeps": max_sweeps - 1,
            # Truncation leaves the canonical form inexact; the engine restores it at the end.
            "norm_tol": math.inf,
            # A coarse state is a step on the way, so no truncation is too large; the result's error tells.
            "max_trunc_err": math.inf,
            "mixer": True,
            "mixer_params": {"amplitude": 1e-4, "decay": 2.0, "disable_after": _MIXED_SWEEPS},
        }
        engine = _Engine(state, model, options)
        engine.energy_tolerance = energy_tolerance
        with temporary_level(OptimizationFlag.skip_arg_checks):
            _, state = engine.run()
        step_energy = float(model.H_MPO.expectation_value(state))
        steps.append(
            BondDimension(
                bond_dimension=bond_dimension,
                energy=unit * step_energy,
                variance=unit**2 * _resolved(float(model.H_MPO.variance(state, step_energy)), step_energy),
                truncation_error=float(sum(engine.trunc_err_list)),
                sweeps=engine.sweeps,
            )
        )
        if len(steps) < 2:
            continue
        energy, error = extrapolate([step.variance for step in steps], [step.energy for step in steps])
        if len(steps) > 2 and error < _GOOD * abs(energy):
            break
    return DMRGResult(
        energy=energy,
        error=max(error, unit * energy_tolerance),
        m_x=float(state.expectation_value("Sigmaz").mean()),
        m_z=0.0,
        steps=tuple(steps),
    )


def _resolved(variance: float, energy: float) -> float:
    """A variance, or 0 if it is not above the rounding of <H^2>."""
    return variance if variance > _ROUNDING * energy**2 else 0.0
