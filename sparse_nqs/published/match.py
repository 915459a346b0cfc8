"""Which published curve one of our studies is compared with, and what differs between the two."""

from collections.abc import Mapping
from math import log
from typing import Any, NamedTuple

from sparse_nqs.published.series import Series, series

# Fields nearer than this give curves that look the same, such as the critical field and its transposed digits.
_NEAR = 1e-3


class Counterpart(NamedTuple):
    """A published curve of the same quantity, model, kind of network and procedure.

    Attributes:
        curve: the published curve.
        system: how the systems differ, in words; () if they are the same.
        network: how the networks differ, in words; () if they are the same.
        can_overlay: whether it may be drawn in the same axes: the systems are the same, but for fields that differ by
            less than 1e-3.
    """

    curve: Series
    system: tuple[str, ...]
    network: tuple[str, ...]
    can_overlay: bool

    @property
    def is_same(self) -> bool:
        """Whether system and network are the same."""
        return not self.system and not self.network


def counterparts(study: Mapping[str, Any], procedure: str, quantity: str) -> list[Counterpart]:
    """The published curves of the same system and network; if there are none, the one that is most like it.

    Args:
        study: columns of rounds.parquet that describe it: model, length, width, boundary, coupling, field, network,
            n_total.
        procedure: as in rounds.parquet.
        quantity: "rel_error", "abs_error_per_site" or "fidelity".
    """
    alike = [
        _compare(study, curve)
        for curve in series()
        if (curve.model, curve.network, curve.procedure, curve.quantity)
        == (study["model"], study["network"], procedure, quantity)
    ]
    same = [entry for entry in alike if entry.is_same]
    if same or not alike:
        return same

    def distance(entry: Counterpart) -> tuple:
        curve = entry.curve
        field = 0.0 if curve.field is None else abs(curve.field - float(study["field"]))
        return (
            not entry.can_overlay,
            len(entry.system),
            abs(log(curve.length / study["length"])),
            field,
            abs(log(curve.n_total / study["n_total"])),
        )

    return [min(alike, key=distance)]


def _compare(study: Mapping[str, Any], curve: Series) -> Counterpart:
    system = []
    if not study["length"] == study["width"] == curve.length:
        system.append(f"{study['length']} x {study['width']}, the paper's {curve.length} x {curve.length}")
    can_overlay = not system
    if curve.model == "tfim":
        for name, ours, theirs in (
            ("boundary", study["boundary"], "open"),
            ("coupling", study["coupling"], 1.0),
        ):
            if ours != theirs:
                system.append(f"{name} {ours}, the paper's {theirs}")
                can_overlay = False
        if curve.field is not None and study["field"] != curve.field:
            system.append(f"field {study['field']:g}, the paper's {curve.field:g}")
            can_overlay &= abs(study["field"] - curve.field) < _NEAR
    network: tuple[str, ...] = ()
    if study["n_total"] != curve.n_total:
        network = (f"{study['n_total']} weights when dense, the paper's {curve.n_total}",)
    return Counterpart(curve, tuple(system), network, can_overlay)
