"""The tables of what was trained and measured, with what a row of each is."""

from sparse_nqs.storage.columns import DRAW, FLOAT, INT, TEXT, WHERE, Column


def _of_state(letter: str) -> dict[str, Column]:
    """The columns that name one state of a pair."""
    return {
        f"study_{letter}": Column(TEXT, "", f"study of state {letter}"),
        f"seed_{letter}": Column(INT, "", "its seed"),
        f"procedure_{letter}": Column(TEXT, "", "its procedure, dense for round 0"),
        f"round_{letter}": Column(INT, "", "its round"),
        f"n_active_{letter}": Column(INT, "", "its surviving weights"),
        f"rho_{letter}": Column(FLOAT, "1/spin", f"n_active_{letter} / n_sites"),
    }


def _error_columns(name: str, unit: str, meaning: str, divisor: str, when: str = "") -> dict[str, Column]:
    """The columns of an error of the energy, and of the errors that it has itself."""
    return {
        name: Column(FLOAT, unit, meaning + when),
        f"{name}_error": Column(
            FLOAT,
            unit,
            f"its error: {name}_sampling_error and {name}_reference_error added in quadrature" + when,
        ),
        f"{name}_sampling_error": Column(
            FLOAT, unit, f"energy_error / {divisor}, a standard error; 0 where exact" + when
        ),
        f"{name}_reference_error": Column(
            FLOAT, unit, f"reference_error / {divisor}, the same for all states of a system" + when
        ),
    }


MEASURED_TABLES: dict[str, dict[str, Column]] = {
    "rounds": {
        **WHERE,
        **DRAW,
        "round": Column(INT, "", "number of prunings behind the mask; 0 is the dense network"),
        "n_active": Column(INT, "", "surviving weights n"),
        "n_total": Column(INT, "", "weights of the dense network"),
        "density": Column(FLOAT, "", "n_active / n_total"),
        "rho": Column(FLOAT, "1/spin", "n_active / n_sites"),
        "energy": Column(FLOAT, "energy", "<H>"),
        "energy_error": Column(FLOAT, "energy", "standard error; 0 where exact"),
        "variance": Column(FLOAT, "energy^2", "<H^2> - <H>^2"),
        "variance_error": Column(FLOAT, "energy^2", "standard error; 0 where exact"),
        "method": Column(TEXT, "", "exact (sum over all configurations) or sampled"),
        "reference_energy": Column(FLOAT, "energy", "ground energy compared with"),
        "reference_error": Column(FLOAT, "energy", "its error"),
        "reference_method": Column(TEXT, "", "exact, ed or dmrg"),
        **_error_columns(
            "rel_error",
            "",
            "(energy - reference_energy) / |reference_energy|",
            "|reference_energy|",
            "; null where the ground energy is zero within its error and rounding (relative_to of references)",
        ),
        **_error_columns(
            "abs_error_per_site",
            "energy/spin",
            "(energy - reference_energy) / n_sites",
            "n_sites",
        ),
        "m_z": Column(FLOAT, "", "<sum Z> / n_sites"),
        "m_z_error": Column(FLOAT, "", "standard error; 0 where exact"),
        "m_z_abs": Column(FLOAT, "", "<|sum Z|> / n_sites"),
        "m_z_abs_error": Column(FLOAT, "", "standard error; 0 where exact"),
        "m_x": Column(FLOAT, "", "<sum X> / n_sites"),
        "m_x_error": Column(FLOAT, "", "standard error; 0 where exact"),
        "v_score": Column(
            FLOAT,
            "",
            "n_sites * variance / (energy - Tr H / 2^n_sites)^2; null where the energy is that mean to rounding",
        ),
        "n_samples": Column(INT, "", "samples of the evaluation; null where exact"),
        "autocorrelation_time": Column(
            FLOAT,
            "sweeps",
            "of the local energy in its chain; null where exact or with fewer than 4 samples a chain",
        ),
        "effective_samples": Column(
            FLOAT, "", "independent samples worth as much, for the energy; null as autocorrelation_time"
        ),
        "r_hat": Column(
            FLOAT,
            "",
            "split R-hat of the local energy; null as autocorrelation_time, or if chains differ and none moves",
        ),
        "steps": Column(INT, "", "training steps"),
        "train_seconds": Column(FLOAT, "s", "wall time of the training without compilation"),
        "seconds_per_step": Column(FLOAT, "s", "train_seconds / steps"),
        "divergence_retries": Column(
            INT,
            "",
            "how often the training diverged and went on from its last good state with ten times the lambda",
        ),
        "largest_sr_residual": Column(FLOAT, "", "largest sr_residual of its steps, see histories"),
        "smallest_effective_samples": Column(
            FLOAT, "", "smallest effective_samples of its training steps, see histories"
        ),
        "network": Column(TEXT, "", "kind of network"),
        "alpha": Column(FLOAT, "", "hidden units per spin; null for networks without"),
        "model": Column(TEXT, "", "tfim, toric_code, heisenberg or operator"),
        "length": Column(INT, "sites", "lattice side L"),
        "width": Column(INT, "sites", "lattice side M"),
        "n_sites": Column(INT, "", "number of spins N"),
        "boundary": Column(TEXT, "", "open or periodic"),
        "coupling": Column(FLOAT, "energy", "J of a bond; null for models without"),
        "field": Column(FLOAT, "energy", "transverse field kappa; null for models without"),
        "learning_rate": Column(FLOAT, "", "eta"),
        "samples": Column(INT, "", "samples a training step"),
        "sampling_power": Column(FLOAT, "", "p of the |psi|^p that training samples"),
        "options": Column(
            TEXT,
            "",
            "options of a user's own network and Hamiltonian, as JSON; {} without, null of older files",
        ),
    },
    "provenance": {
        "study": Column(TEXT, "", "name of the study"),
        "seed": Column(INT, "", "seed; null for what all seeds share"),
        "procedure": Column(TEXT, "", "as in rounds; null for what a whole study shares"),
        "round": Column(INT, "", "number of prunings behind the mask; null as procedure"),
        "draw": Column(INT, "", "as in rounds; null as procedure"),
        "stage": Column(TEXT, "", "training, evaluation, fidelity or reference: what made the numbers"),
        "spec_hash": Column(TEXT, "", "of all settings, and the code, that these numbers depend on"),
        "code_hash": Column(TEXT, "", "of the code that computed them"),
        "versions": Column(TEXT, "", "of Python and of the packages it ran with, and the kind of machine"),
        "machine": Column(TEXT, "", "processor, devices, threads and flags of XLA; null of older files"),
    },
    "fidelities": {
        **WHERE,
        "round_a": Column(INT, "", "round of the denser state"),
        "round_b": Column(INT, "", "round of the sparser state"),
        "n_active_a": Column(INT, "", "its surviving weights"),
        "n_active_b": Column(INT, "", "its surviving weights"),
        "rho_a": Column(FLOAT, "1/spin", "n_active_a / n_sites"),
        "rho_b": Column(FLOAT, "1/spin", "n_active_b / n_sites"),
        "fidelity": Column(FLOAT, "", "|<a|b>|^2 of the normalised states"),
        "fidelity_error": Column(FLOAT, "", "standard error; 0 where exact"),
        "method": Column(TEXT, "", "exact or sampled"),
    },
    "fidelity_pairs": {
        "matrix": Column(TEXT, "", "name of the fidelity matrix; each pair of its states is there once"),
        **_of_state("a"),
        **_of_state("b"),
        "fidelity": Column(FLOAT, "", "|<a|b>|^2 of the normalised states"),
        "fidelity_error": Column(FLOAT, "", "standard error; 0 where exact"),
        "method": Column(TEXT, "", "exact or sampled"),
    },
    "histories": {
        **WHERE,
        **DRAW,
        "round": Column(INT, "", "number of prunings behind the mask"),
        "step": Column(INT, "", "training step, from 0; thinned"),
        "energy": Column(FLOAT, "energy", "mean local energy of the step's samples, weighted where they are"),
        "variance": Column(FLOAT, "energy^2", "variance of the local energy, likewise"),
        "acceptance": Column(FLOAT, "", "accepted fraction of the sampler's proposals"),
        "sr_residual": Column(
            FLOAT,
            "",
            "what was left of the equation for the update, relative, where it was solved by iteration, which aims at "
            "1e-6 (float32) or 1e-12 (float64) and ends after 500 iterations; 0 where directly",
        ),
        "effective_samples": Column(
            FLOAT,
            "",
            "samples of |psi|^2 worth as much as the step's weighted samples of |psi|^p, (sum w)^2 / sum w^2; their "
            "number where sampling_power is 2",
        ),
        "energy_error": Column(FLOAT, "energy", "standard error of energy, from the spread of the chains"),
    },
    "observables": {
        **WHERE,
        **DRAW,
        "round": Column(INT, "", "number of prunings behind the mask"),
        "observable": Column(
            TEXT,
            "",
            "one of the study's observables, or its total with _total behind it: <sum_i>, of all pairs <(sum_i)^2>",
        ),
        "site_i": Column(INT, "", "the first spin i; null for totals"),
        "site_j": Column(INT, "", "the last spin j, of a pair j >= i; null for one spin and for totals"),
        "value": Column(FLOAT, "", "expectation value of Pauli matrices"),
        "error": Column(FLOAT, "", "standard error; 0 where exact"),
        "method": Column(TEXT, "", "exact (sum over all configurations) or sampled"),
    },
    "references": {
        "system": Column(TEXT, "", "the system's name"),
        "method": Column(TEXT, "", "exact, ed or dmrg"),
        "energy": Column(
            FLOAT,
            "energy",
            "ground energy as computed; of DMRG at the largest bond dimension, an upper bound",
        ),
        "extrapolated_energy": Column(
            FLOAT,
            "energy",
            "extrapolated to zero variance, what others are compared with; energy without DMRG",
        ),
        "error": Column(FLOAT, "energy", "error of extrapolated_energy"),
        "relative_to": Column(
            FLOAT,
            "energy",
            "|extrapolated_energy|, what relative errors are divided by; null where that is zero within its error and "
            "rounding: then there are none",
        ),
        "degeneracy": Column(
            INT,
            "",
            "states of the ground level; null of DMRG, and where there are more than were sought",
        ),
        "m_x": Column(
            FLOAT,
            "",
            "<sum X> / n_sites, the mean over the ground level; null where degeneracy is, but for DMRG",
        ),
        "m_z": Column(FLOAT, "", "<sum Z> / n_sites, as m_x"),
        "truncation_error": Column(FLOAT, "", "discarded weight of DMRG; 0 otherwise"),
        "bond_dimension": Column(INT, "", "largest of DMRG; null otherwise"),
        "variance": Column(FLOAT, "energy^2", "<H^2> - <H>^2 in its state; null otherwise"),
        "source": Column(
            TEXT, "", "computed, or package: from the table of known energies that ships with it"
        ),
    },
    "weights": {
        **WHERE,
        "round": Column(INT, "", "number of prunings behind the mask"),
        "unit": Column(INT, "", "hidden unit"),
        "site": Column(INT, "", "spin"),
        "weight": Column(FLOAT, "", "surviving weight between them"),
        "model": Column(TEXT, "", "tfim, toric_code, heisenberg or operator"),
        "length": Column(INT, "sites", "lattice side L"),
        "width": Column(INT, "sites", "lattice side M"),
        "n_active": Column(INT, "", "surviving weights n of the state"),
        "rho": Column(FLOAT, "1/spin", "n_active / n_sites"),
    },
    "plaquette_networks": {
        "length": Column(INT, "sites", "side L of the torus"),
        "n_sites": Column(INT, "", "number of spins N = 2 L^2"),
        "weight": Column(FLOAT, "", "W, the magnitude of all weights of the network"),
        "method": Column(TEXT, "", "closed_form, exact (sum over all configurations) or sampled"),
        "energy_per_site": Column(FLOAT, "energy/spin", "<H> / n_sites"),
        "excess_per_site": Column(FLOAT, "energy/spin", "(<H> - E_0) / n_sites, E_0 = -n_sites"),
        "excess_per_site_error": Column(
            FLOAT,
            "energy/spin",
            "standard error of both; 0 where not sampled, null where no sample has a violated plaquette",
        ),
        "variance_per_site": Column(FLOAT, "energy^2/spin", "(<H^2> - <H>^2) / n_sites"),
        "variance_per_site_error": Column(
            FLOAT, "energy^2/spin", "standard error; 0 or null as excess_per_site_error"
        ),
        "n_samples": Column(INT, "", "samples; null where not sampled"),
        "chains": Column(INT, "", "independent chains that they are of; null where not sampled"),
    },
}

ROWS: dict[str, str] = {
    "rounds": "A trained state: the dense network, a round of a chain, an isolated training.",
    "provenance": "What made the numbers of a training, an evaluation, the fidelities of a round or a reference.",
    "fidelities": "Two neighbouring rounds of a chain.",
    "fidelity_pairs": "A pair of states of one of the config's `fidelity_matrices`.",
    "histories": "A training step.",
    "observables": "An observable of a spin, a pair of spins or the whole, in a state; of studies that ask for it. "
    "Of the model heisenberg X is that of the rotated spins, see [physics.md](physics.md).",
    "references": "A system and its ground energy.",
    "weights": "A surviving weight of a state of an `ffnn`; a table of its own for each state that a figure draws, "
    "`studies/<study>/seed_<s>/weights/round_<k>.parquet`.",
    "plaquette_networks": "The toric code's analytic network of one size and weight, in closed form or measured; a "
    "table of its own for each figure that draws it, `plaquette_networks/<figure>.parquet`.",
}
