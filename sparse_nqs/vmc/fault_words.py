"""What a training says that has gone wrong or measures poorly; `divergence` decides when. No number comes from here.

Steps are counted from 0, energies in units of the Hamiltonian's.
"""

NONE_GOOD = "there are no good values before"


def not_finite(name: str, value: float, step: int) -> str:
    """A measured number is NaN or infinite."""
    return f"{name} {value} at step {step}; allowed is a finite one"


def weight_not_finite(step: int) -> str:
    """A weight is NaN or infinite after a step."""
    return f"a weight is not finite after step {step}"


def impossible(energy: float, step: int, low: float, high: float) -> str:
    """No state of the Hamiltonian has this energy."""
    return (
        f"energy {energy:.8g} at step {step}; those of this Hamiltonian's states are between {low:.6g} "
        f"and {high:.6g}"
    )


def run_away(energy: float, first: int, last: int, lowest: float) -> str:
    """The mean energy from step `first` to `last` is far above the lowest before."""
    return f"energy {energy:.8g} on average from step {first} to {last}, after {lowest:.8g}; it has run away"


def frozen(energy: float, step: int, lowest: float, steps: int) -> str:
    """The samples have not moved for so many steps."""
    return f"energy {energy:.8g} at step {step}, after {lowest:.8g}; no sample has moved for {steps} steps"


def collapsed(effective: float, samples: int, first: int, last: int, least: float) -> str:
    """Single samples outweigh all others from step `first` to `last`."""
    return (
        f"{effective:.3g} effective samples of {samples} on average from step {first} to {last}; at least {least:g} "
        "are needed, and a larger sampling_power gives more"
    )


def poor(effective: float, samples: int, first: int, last: int, least: float) -> str:
    """Numbers rest on few samples from step `first` to `last`."""
    return (
        f"{effective:.3g} effective samples of {samples} on average from step {first} to {last}; below {least:g} "
        "energies and updates are poor, and a larger sampling_power gives more"
    )


def last_good(energy: float, variance: float, acceptance: float, step: int) -> str:
    """The last step that measured what can be."""
    return (
        f"the last good values are energy {energy:.8g}, variance {variance:.3g}, acceptance {acceptance:.2f} at step "
        f"{step}"
    )
