"""The tables of what analysis made of the measured ones, with what a row of each is."""

from sparse_nqs.storage.columns import FLOAT, INT, MASK, TEXT, WHERE, Column
from sparse_nqs.storage.measured import MEASURED_TABLES

# The columns of rounds.parquet that say what a study is of.
_OF_STUDY = ("network", "alpha", "model", "length", "width", "n_sites", "boundary", "coupling", "field")


def _of_boundary(owner: str, whose: str) -> dict[str, Column]:
    """The boundaries of the scaling regions of one of two curves that are compared."""
    return {
        f"{owner}{name}{end}": Column(FLOAT, "", f"{meaning} of {whose} curve{words}; null if it has none")
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


DERIVED_TABLES: dict[str, dict[str, Column]] = {
    "regions": {
        "study": Column(TEXT, "", "name of the study"),
        "procedure": Column(TEXT, "", "a chain; its trajectory begins with the dense network"),
        "segment": Column(INT, "", "from the dense network on, from 0"),
        "segments": Column(INT, "", "number of segments, chosen by BIC"),
        "region": Column(
            TEXT, "", "LEP, APL or HEP: low-error plateau, approximate power law, high-error plateau"
        ),
        "n_start": Column(FLOAT, "", "surviving weights n at its dense end"),
        "n_start_low": Column(FLOAT, "", "lower end of its interval; null at the ends of the data"),
        "n_start_high": Column(FLOAT, "", "upper end of its interval; null at the ends of the data"),
        "n_end": Column(FLOAT, "", "surviving weights n at its sparse end"),
        "n_end_low": Column(FLOAT, "", "lower end of its interval; null at the ends of the data"),
        "n_end_high": Column(FLOAT, "", "upper end of its interval; null at the ends of the data"),
        "exponent": Column(FLOAT, "", "gamma in abs_error_per_site ~ n^(-gamma)"),
        "exponent_low": Column(FLOAT, "", "lower end of its interval"),
        "exponent_high": Column(FLOAT, "", "upper end of its interval"),
        "abs_error_start": Column(FLOAT, "energy/spin", "fitted abs_error_per_site at n_start"),
        "abs_error_end": Column(FLOAT, "energy/spin", "fitted abs_error_per_site at n_end"),
        "confidence": Column(FLOAT, "", "of the intervals"),
        "seeds": Column(INT, "", "seeds fitted together"),
        "points": Column(INT, "", "states fitted"),
        "left_out": Column(
            INT, "", "states whose error is not resolved: not positive, or below its own error"
        ),
        "bic_1": Column(FLOAT, "", "BIC of one segment"),
        "bic_2": Column(FLOAT, "", "of two; null where there are too few points"),
        "bic_3": Column(FLOAT, "", "of three; null where there are too few points"),
        "bic_4": Column(FLOAT, "", "of four; null where there are too few points"),
        "n_sites": Column(INT, "", "number of spins N: rho = n / N"),
    },
    "tickets": {
        **WHERE,
        **MASK,
        "units": Column(INT, "", "hidden units with surviving weights"),
        "mean_distance": Column(
            FLOAT, "sites", "between spins that a hidden unit joins; null if it joins none"
        ),
        "random_mean_distance": Column(FLOAT, "sites", "between all spins"),
        "plaquette_units": Column(
            INT, "", "units connected to the four edges of one plaquette and nothing else"
        ),
        "odd_plaquette_units": Column(INT, "", "those with an odd number of negative weights"),
        "odd_unit_fraction": Column(FLOAT, "", "odd_plaquette_units / units"),
        "odd_weight_fraction": Column(FLOAT, "", "4 odd_plaquette_units / n_active"),
        "plaquettes_covered": Column(INT, "", "different plaquettes with such a unit, at most L^2"),
        "patterns_covered": Column(
            INT, "", "different pairs of plaquette and odd sign pattern, at most 8 L^2"
        ),
        "analytic_overlap": Column(
            FLOAT, "", "overlap with the analytic network's mask, modulo permutations of hidden units"
        ),
        "random_analytic_overlap": Column(FLOAT, "", "that of random masks of the same degrees"),
        "random_analytic_overlap_deviation": Column(FLOAT, "", "standard deviation of one such mask"),
    },
    "ticket_units": {
        **WHERE,
        "round": Column(INT, "", "number of prunings behind the mask"),
        "unit": Column(INT, "", "hidden unit"),
        "degree": Column(INT, "", "its surviving weights"),
        "negative": Column(INT, "", "those below zero"),
        "sign": Column(INT, "", "sign of the product of its weights, -1 or 1"),
        "sites": Column(TEXT, "", "the spins it is connected to, ascending, with blanks between"),
        "plaquette": Column(INT, "", "x L + y of the plaquette that is exactly its spins; null if none is"),
    },
    "ticket_distributions": {
        **WHERE,
        "round": Column(INT, "", "number of prunings behind the mask"),
        "quantity": Column(
            TEXT,
            "",
            "unit_degree: weights of a hidden unit; site_degree: of a spin; distance: of two spins that a unit joins, "
            "in lattice constants",
        ),
        "at": Column(FLOAT, "", "its value"),
        "count": Column(INT, "", "units, spins, or pairs of spins summed over units"),
        "fraction": Column(FLOAT, "", "count over the sum of counts"),
        "random_fraction": Column(FLOAT, "", "expected for as many weights placed at random"),
    },
    "mask_overlaps": {
        "study": WHERE["study"],
        "procedure": WHERE["procedure"],
        **MASK,
        "seed_a": Column(INT, "", "seed of the one mask"),
        "seed_b": Column(INT, "", "of the other"),
        "overlap": Column(
            FLOAT, "", "2 |a and b| / (|a| + |b|), the largest over permutations of units and translations"
        ),
        "random_overlap": Column(FLOAT, "", "that of random masks of the same degrees"),
        "random_overlap_deviation": Column(FLOAT, "", "standard deviation of one pair of such masks"),
        "shift_x": Column(
            INT, "sites", "translation of b that gives the overlap; 0 where the lattice is open"
        ),
        "shift_y": Column(
            INT, "sites", "translation of b that gives the overlap; 0 where the lattice is open"
        ),
    },
    "comparison": {
        "figure": Column(TEXT, "", "figure of the paper"),
        "series": Column(TEXT, "", "name of the curve there"),
        "study": WHERE["study"],
        "procedure": WHERE["procedure"],
        "quantity": Column(TEXT, "", "rel_error, abs_error_per_site or fidelity (of neighbouring rounds)"),
        "n_total": Column(INT, "", "weights of our dense network"),
        "paper_n_total": Column(INT, "", "weights of the paper's"),
        "differences": Column(TEXT, "", "what differs in system and network; empty if nothing does"),
        "paper_errors": Column(
            TEXT,
            "",
            "as_printed, or corrected: moved to the ground energy at the field that the figure names",
        ),
        "matched": Column(INT, "", "our rounds within the range of the published n, with a resolved value"),
        "unresolved": Column(INT, "", "those without: the error of most seeds is below its standard error"),
        "ratio_median": Column(
            FLOAT, "", "our error over the published at the same n, median; null for fidelity"
        ),
        "ratio_worst": Column(FLOAT, "", "the largest of these ratios"),
        **_of_boundary("", "our"),
        **_of_boundary("paper_", "the published"),
        "dip": Column(FLOAT, "", "n at which our neighbour fidelity is lowest; null for errors"),
        "dip_fidelity": Column(FLOAT, "", "our fidelity there"),
        "paper_dip": Column(FLOAT, "", "n at which the published one is lowest"),
        "paper_dip_fidelity": Column(FLOAT, "", "the published fidelity there"),
        "verdict": Column(TEXT, "", "in words; none and the reason where system or network differ"),
    },
    "draws": {
        **WHERE,
        **MASK,
        "draws": Column(INT, "", "independent draws, of fresh weights or of random masks"),
        "mean_rel_error": Column(FLOAT, "", "mean over the draws of rel_error; null where that is not known"),
        "low": Column(FLOAT, "", "lower end of the mean's interval, of Student's distribution"),
        "high": Column(FLOAT, "", "upper end of it"),
        "std_rel_error": Column(FLOAT, "", "standard deviation of a draw"),
        "confidence": Column(FLOAT, "", "of the interval"),
        "t_init_imp_rel_error": Column(
            FLOAT, "", "of T(init, imp) of the same round; null if it was not trained"
        ),
        **{name: MEASURED_TABLES["rounds"][name] for name in _OF_STUDY},
    },
}

ROWS: dict[str, str] = {
    "regions": "A segment of the broken line through the errors of a chain, see `sparse_nqs/analysis/regions.py`.",
    "tickets": "A mask of a chain of an `ffnn`; columns on plaquettes are null but for the toric code.",
    "ticket_units": "A hidden unit that has weights in such a mask.",
    "ticket_distributions": "A value of a quantity of such a mask, and how often it is there.",
    "mask_overlaps": "A pair of seeds and a mask of a chain.",
    "comparison": "A curve of ours and a published curve of the same kind, see `stages/published_comparison.py`.",
    "draws": "The independent draws of an isolated training; of studies with more than one (`isolated.draws`).",
}
