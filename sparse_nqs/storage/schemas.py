"""The columns of the summary tables, with type, unit and meaning. The file's schema carries them too."""

from typing import NamedTuple

import pyarrow as pa

SCHEMA_VERSION = 1


class Column(NamedTuple):
    """A column: Arrow type, unit ("" for pure numbers, "energy" for the Hamiltonian's), meaning."""

    type: pa.DataType
    unit: str
    meaning: str


_TEXT, _INT, _FLOAT = pa.string(), pa.int64(), pa.float64()

_WHERE = {
    "study": Column(_TEXT, "", "name of the study"),
    "seed": Column(_INT, "", "seed"),
    "procedure": Column(
        _TEXT,
        "",
        "dense; chains: imp_wr, imp_ct, irp_wr; isolated: t_init_imp, t_rand_imp, t_init_rand, t_rand_rand, "
        "t_init_shuffled",
    ),
}

_MASK = {
    "round": Column(_INT, "", "number of prunings behind the mask"),
    "n_active": Column(_INT, "", "surviving weights n"),
    "n_total": Column(_INT, "", "weights of the dense network"),
    "density": Column(_FLOAT, "", "n_active / n_total"),
    "rho": Column(_FLOAT, "1/spin", "n_active / n_sites"),
}


def _of_state(letter: str) -> dict[str, Column]:
    """The columns that name one state of a pair."""
    return {
        f"study_{letter}": Column(_TEXT, "", f"study of state {letter}"),
        f"seed_{letter}": Column(_INT, "", "its seed"),
        f"procedure_{letter}": Column(_TEXT, "", "its procedure, dense for round 0"),
        f"round_{letter}": Column(_INT, "", "its round"),
        f"n_active_{letter}": Column(_INT, "", "its surviving weights"),
        f"rho_{letter}": Column(_FLOAT, "1/spin", f"n_active_{letter} / n_sites"),
    }


def _of_boundary(owner: str, whose: str) -> dict[str, Column]:
    """The boundaries of the scaling regions of one of two curves that are compared."""
    return {
        f"{owner}{name}{end}": Column(_FLOAT, "", f"{meaning} of {whose} curve{words}; null if it has none")
        for name, meaning in (
            ("lep_end", "surviving weights n at the end of the LEP"),
            ("hep_start", "n at the beginning of the HEP"),
        )
        for end, words in (
            ("", ""),
            ("_low", ", lower end of its interval"),
            ("_high", ", upper end of its interval"),
        )
    }


TABLES: dict[str, dict[str, Column]] = {
    "rounds": {
        **_WHERE,
        "round": Column(_INT, "", "number of prunings behind the mask; 0 is the dense network"),
        "n_active": Column(_INT, "", "surviving weights n"),
        "n_total": Column(_INT, "", "weights of the dense network"),
        "density": Column(_FLOAT, "", "n_active / n_total"),
        "rho": Column(_FLOAT, "1/spin", "n_active / n_sites"),
        "energy": Column(_FLOAT, "energy", "<H>"),
        "energy_error": Column(_FLOAT, "energy", "standard error; 0 where exact"),
        "variance": Column(_FLOAT, "energy^2", "<H^2> - <H>^2"),
        "variance_error": Column(_FLOAT, "energy^2", "standard error; 0 where exact"),
        "method": Column(_TEXT, "", "exact (sum over all configurations) or sampled"),
        "reference_energy": Column(_FLOAT, "energy", "ground energy compared with"),
        "reference_error": Column(_FLOAT, "energy", "its error"),
        "reference_method": Column(_TEXT, "", "exact, ed or dmrg"),
        "rel_error": Column(_FLOAT, "", "(energy - reference) / |reference|"),
        "rel_error_error": Column(_FLOAT, "", "standard error, from energy_error"),
        "abs_error_per_site": Column(_FLOAT, "energy/spin", "(energy - reference) / n_sites"),
        "abs_error_per_site_error": Column(_FLOAT, "energy/spin", "standard error, from energy_error"),
        "m_z": Column(_FLOAT, "", "<sum Z> / n_sites"),
        "m_z_error": Column(_FLOAT, "", "standard error; 0 where exact"),
        "m_z_abs": Column(_FLOAT, "", "<|sum Z|> / n_sites"),
        "m_z_abs_error": Column(_FLOAT, "", "standard error; 0 where exact"),
        "m_x": Column(_FLOAT, "", "<sum X> / n_sites"),
        "m_x_error": Column(_FLOAT, "", "standard error; 0 where exact"),
        "v_score": Column(_FLOAT, "", "n_sites * variance / energy^2"),
        "n_samples": Column(_INT, "", "samples of the evaluation; null where exact"),
        "autocorrelation_time": Column(
            _FLOAT,
            "sweeps",
            "of the local energy in its chain; null where exact or with fewer than 4 samples a chain",
        ),
        "effective_samples": Column(
            _FLOAT, "", "independent samples worth as much, for the energy; null as autocorrelation_time"
        ),
        "r_hat": Column(
            _FLOAT,
            "",
            "split R-hat of the local energy; null as autocorrelation_time, or if chains differ and none moves",
        ),
        "steps": Column(_INT, "", "training steps"),
        "train_seconds": Column(_FLOAT, "s", "wall time of the training without compilation"),
        "seconds_per_step": Column(_FLOAT, "s", "train_seconds / steps"),
        "divergence_retries": Column(
            _INT,
            "",
            "how often the training diverged and went on from its last good state with ten times the lambda",
        ),
        "network": Column(_TEXT, "", "kind of network"),
        "alpha": Column(_FLOAT, "", "hidden units per spin; null for networks without"),
        "model": Column(_TEXT, "", "tfim, toric_code, heisenberg or operator"),
        "length": Column(_INT, "sites", "lattice side L"),
        "width": Column(_INT, "sites", "lattice side M"),
        "n_sites": Column(_INT, "", "number of spins N"),
        "boundary": Column(_TEXT, "", "open or periodic"),
        "coupling": Column(_FLOAT, "energy", "J of a bond; null for models without"),
        "field": Column(_FLOAT, "energy", "transverse field kappa; null for models without"),
        "learning_rate": Column(_FLOAT, "", "eta"),
        "samples": Column(_INT, "", "samples a training step"),
    },
    "provenance": {
        "study": Column(_TEXT, "", "name of the study"),
        "seed": Column(_INT, "", "seed; null for what all seeds share"),
        "procedure": Column(_TEXT, "", "as in rounds; null for what a whole study shares"),
        "round": Column(_INT, "", "number of prunings behind the mask; null as procedure"),
        "stage": Column(_TEXT, "", "training, evaluation, fidelity or reference: what made the numbers"),
        "spec_hash": Column(_TEXT, "", "of all settings, and the code, that these numbers depend on"),
        "code_hash": Column(_TEXT, "", "of the code that computed them"),
        "versions": Column(_TEXT, "", "of Python and of the packages it ran with, and the kind of machine"),
    },
    "fidelities": {
        **_WHERE,
        "round_a": Column(_INT, "", "round of the denser state"),
        "round_b": Column(_INT, "", "round of the sparser state"),
        "n_active_a": Column(_INT, "", "its surviving weights"),
        "n_active_b": Column(_INT, "", "its surviving weights"),
        "rho_a": Column(_FLOAT, "1/spin", "n_active_a / n_sites"),
        "rho_b": Column(_FLOAT, "1/spin", "n_active_b / n_sites"),
        "fidelity": Column(_FLOAT, "", "|<a|b>|^2 of the normalised states"),
        "fidelity_error": Column(_FLOAT, "", "standard error; 0 where exact"),
        "method": Column(_TEXT, "", "exact or sampled"),
    },
    "fidelity_pairs": {
        "matrix": Column(_TEXT, "", "name of the fidelity matrix; each pair of its states is there once"),
        **_of_state("a"),
        **_of_state("b"),
        "fidelity": Column(_FLOAT, "", "|<a|b>|^2 of the normalised states"),
        "fidelity_error": Column(_FLOAT, "", "standard error; 0 where exact"),
        "method": Column(_TEXT, "", "exact or sampled"),
    },
    "histories": {
        **_WHERE,
        "round": Column(_INT, "", "number of prunings behind the mask"),
        "step": Column(_INT, "", "training step, from 0; thinned"),
        "energy": Column(_FLOAT, "energy", "mean local energy of the step's samples"),
        "variance": Column(_FLOAT, "energy^2", "variance of the local energy"),
        "acceptance": Column(_FLOAT, "", "accepted fraction of the sampler's proposals"),
    },
    "observables": {
        **_WHERE,
        "round": Column(_INT, "", "number of prunings behind the mask"),
        "observable": Column(
            _TEXT, "", "x, z, xx, zz of spins; x_total, z_total <sum_i>; xx_total, zz_total <(sum_i)^2>"
        ),
        "site_i": Column(_INT, "", "spin i; null for totals"),
        "site_j": Column(_INT, "", "spin j >= i; null for one spin and for totals"),
        "value": Column(_FLOAT, "", "expectation value of Pauli matrices"),
        "error": Column(_FLOAT, "", "standard error; 0 where exact"),
        "method": Column(_TEXT, "", "exact (sum over all configurations) or sampled"),
    },
    "references": {
        "system": Column(_TEXT, "", "the system's name"),
        "method": Column(_TEXT, "", "exact, ed or dmrg"),
        "energy": Column(
            _FLOAT,
            "energy",
            "ground energy as computed; of DMRG at the largest bond dimension, an upper bound",
        ),
        "extrapolated_energy": Column(
            _FLOAT,
            "energy",
            "extrapolated to infinite bond dimension, what others are compared with; energy without DMRG",
        ),
        "error": Column(_FLOAT, "energy", "error of extrapolated_energy"),
        "m_x": Column(_FLOAT, "", "<sum X> / n_sites"),
        "m_z": Column(_FLOAT, "", "<sum Z> / n_sites"),
        "truncation_error": Column(_FLOAT, "", "discarded weight of DMRG; 0 otherwise"),
        "bond_dimension": Column(_INT, "", "largest of DMRG; null otherwise"),
    },
    "weights": {
        **_WHERE,
        "round": Column(_INT, "", "number of prunings behind the mask"),
        "unit": Column(_INT, "", "hidden unit"),
        "site": Column(_INT, "", "spin"),
        "weight": Column(_FLOAT, "", "surviving weight between them"),
        "model": Column(_TEXT, "", "tfim, toric_code, heisenberg or operator"),
        "length": Column(_INT, "sites", "lattice side L"),
        "width": Column(_INT, "sites", "lattice side M"),
        "n_active": Column(_INT, "", "surviving weights n of the state"),
        "rho": Column(_FLOAT, "1/spin", "n_active / n_sites"),
    },
    # A row for each segment of the broken line through the error of a trajectory, see `analysis.regions`.
    "regions": {
        "study": Column(_TEXT, "", "name of the study"),
        "procedure": Column(
            _TEXT, "", "imp_wr, imp_ct or irp_wr; its trajectory begins with the dense network"
        ),
        "segment": Column(_INT, "", "from the dense network on, from 0"),
        "segments": Column(_INT, "", "number of segments, chosen by BIC"),
        "region": Column(
            _TEXT, "", "LEP, APL or HEP: low-error plateau, approximate power law, high-error plateau"
        ),
        "n_start": Column(_FLOAT, "", "surviving weights n at its dense end"),
        "n_start_low": Column(_FLOAT, "", "lower end of its interval; null at the ends of the data"),
        "n_start_high": Column(_FLOAT, "", "upper end of its interval; null at the ends of the data"),
        "n_end": Column(_FLOAT, "", "surviving weights n at its sparse end"),
        "n_end_low": Column(_FLOAT, "", "lower end of its interval; null at the ends of the data"),
        "n_end_high": Column(_FLOAT, "", "upper end of its interval; null at the ends of the data"),
        "exponent": Column(_FLOAT, "", "gamma in abs_error_per_site ~ n^(-gamma)"),
        "exponent_low": Column(_FLOAT, "", "lower end of its interval"),
        "exponent_high": Column(_FLOAT, "", "upper end of its interval"),
        "abs_error_start": Column(_FLOAT, "energy/spin", "fitted abs_error_per_site at n_start"),
        "abs_error_end": Column(_FLOAT, "energy/spin", "fitted abs_error_per_site at n_end"),
        "confidence": Column(_FLOAT, "", "of the intervals"),
        "seeds": Column(_INT, "", "seeds fitted together"),
        "points": Column(_INT, "", "states fitted"),
        "left_out": Column(
            _INT, "", "states whose error is not resolved: not positive, or below its own error"
        ),
        "bic_1": Column(_FLOAT, "", "BIC of one segment"),
        "bic_2": Column(_FLOAT, "", "of two; null where there are too few points"),
        "bic_3": Column(_FLOAT, "", "of three; null where there are too few points"),
        "bic_4": Column(_FLOAT, "", "of four; null where there are too few points"),
        "n_sites": Column(_INT, "", "number of spins N: rho = n / N"),
    },
    # A row for each mask of a chain of an ffnn; columns on plaquettes are null but for the toric code.
    "tickets": {
        **_WHERE,
        **_MASK,
        "units": Column(_INT, "", "hidden units with surviving weights"),
        "mean_distance": Column(
            _FLOAT, "sites", "between spins that a hidden unit joins; null if it joins none"
        ),
        "random_mean_distance": Column(_FLOAT, "sites", "between all spins"),
        "plaquette_units": Column(
            _INT, "", "units connected to the four edges of one plaquette and nothing else"
        ),
        "odd_plaquette_units": Column(_INT, "", "those with an odd number of negative weights"),
        "odd_unit_fraction": Column(_FLOAT, "", "odd_plaquette_units / units"),
        "odd_weight_fraction": Column(_FLOAT, "", "4 odd_plaquette_units / n_active"),
        "plaquettes_covered": Column(_INT, "", "different plaquettes with such a unit, at most L^2"),
        "patterns_covered": Column(
            _INT, "", "different pairs of plaquette and odd sign pattern, at most 8 L^2"
        ),
        "analytic_overlap": Column(
            _FLOAT, "", "overlap with the analytic network's mask, modulo permutations of hidden units"
        ),
        "random_analytic_overlap": Column(_FLOAT, "", "that of random masks of the same degrees"),
        "random_analytic_overlap_deviation": Column(_FLOAT, "", "standard deviation of one such mask"),
    },
    # A row for each hidden unit that has weights in such a mask.
    "ticket_units": {
        **_WHERE,
        "round": Column(_INT, "", "number of prunings behind the mask"),
        "unit": Column(_INT, "", "hidden unit"),
        "degree": Column(_INT, "", "its surviving weights"),
        "negative": Column(_INT, "", "those below zero"),
        "sign": Column(_INT, "", "sign of the product of its weights, -1 or 1"),
        "sites": Column(_TEXT, "", "the spins it is connected to, ascending, with blanks between"),
        "plaquette": Column(_INT, "", "x L + y of the plaquette that is exactly its spins; null if none is"),
    },
    "ticket_distributions": {
        **_WHERE,
        "round": Column(_INT, "", "number of prunings behind the mask"),
        "quantity": Column(
            _TEXT,
            "",
            "unit_degree: weights of a hidden unit; site_degree: of a spin; distance: of two spins that a unit joins, "
            "in lattice constants",
        ),
        "at": Column(_FLOAT, "", "its value"),
        "count": Column(_INT, "", "units, spins, or pairs of spins summed over units"),
        "fraction": Column(_FLOAT, "", "count over the sum of counts"),
        "random_fraction": Column(_FLOAT, "", "expected for as many weights placed at random"),
    },
    # A row for each pair of seeds and mask of a chain.
    "mask_overlaps": {
        "study": _WHERE["study"],
        "procedure": _WHERE["procedure"],
        **_MASK,
        "seed_a": Column(_INT, "", "seed of the one mask"),
        "seed_b": Column(_INT, "", "of the other"),
        "overlap": Column(
            _FLOAT, "", "2 |a and b| / (|a| + |b|), the largest over permutations of units and translations"
        ),
        "random_overlap": Column(_FLOAT, "", "that of random masks of the same degrees"),
        "random_overlap_deviation": Column(_FLOAT, "", "standard deviation of one pair of such masks"),
        "shift_x": Column(
            _INT, "sites", "translation of b that gives the overlap; 0 where the lattice is open"
        ),
        "shift_y": Column(
            _INT, "sites", "translation of b that gives the overlap; 0 where the lattice is open"
        ),
    },
    # A row for each curve of ours and published curve of the same kind, see `stages.comparing`.
    "comparison": {
        "figure": Column(_TEXT, "", "figure of the paper"),
        "series": Column(_TEXT, "", "name of the curve there"),
        "study": _WHERE["study"],
        "procedure": _WHERE["procedure"],
        "quantity": Column(_TEXT, "", "rel_error, abs_error_per_site or fidelity (of neighbouring rounds)"),
        "n_total": Column(_INT, "", "weights of our dense network"),
        "paper_n_total": Column(_INT, "", "weights of the paper's"),
        "differences": Column(_TEXT, "", "what differs in system and network; empty if nothing does"),
        "paper_errors": Column(
            _TEXT,
            "",
            "as_printed, or corrected: moved to the ground energy at the field that the figure names",
        ),
        "matched": Column(_INT, "", "our rounds within the range of the published n, with a resolved value"),
        "unresolved": Column(_INT, "", "those without: the error of most seeds is below its standard error"),
        "ratio_median": Column(
            _FLOAT, "", "our error over the published at the same n, median; null for fidelity"
        ),
        "ratio_worst": Column(_FLOAT, "", "the largest of these ratios"),
        **_of_boundary("", "our"),
        **_of_boundary("paper_", "the published"),
        "dip": Column(_FLOAT, "", "n at which our neighbour fidelity is lowest; null for errors"),
        "dip_fidelity": Column(_FLOAT, "", "our fidelity there"),
        "paper_dip": Column(_FLOAT, "", "n at which the published one is lowest"),
        "paper_dip_fidelity": Column(_FLOAT, "", "the published fidelity there"),
        "verdict": Column(_TEXT, "", "in words; none and the reason where system or network differ"),
    },
}


def arrow_schema(table: str) -> pa.Schema:
    """The Arrow schema of a table, units and meanings in the fields' metadata.

    Raises:
        KeyError: if there is no such table.
    """
    fields = [
        pa.field(name, column.type, metadata={"unit": column.unit, "meaning": column.meaning})
        for name, column in TABLES[table].items()
    ]
    return pa.schema(fields, metadata={"table": table, "schema_version": str(SCHEMA_VERSION)})
