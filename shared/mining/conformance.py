"""How far what happened is from a model: which cases fit, and what the others skip and do unexpectedly."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import TypeVar

from shared.mining.alignment import Alignment, Model, MoveKind, align
from shared.mining.variants import Counts, Variant

K = TypeVar("K", str, tuple[str, str])


@dataclass(frozen=True, slots=True)
class Checked:
    """A variant with its alignment."""

    variant: Variant
    alignment: Alignment


@dataclass(frozen=True, slots=True)
class Conformance:
    """Every variant with its alignment; numbers are about cases."""

    checked: tuple[Checked, ...]

    @property
    def cases(self) -> int:
        """All cases."""
        return sum(each.variant.cases for each in self.checked)

    @property
    def fitting(self) -> int:
        """Cases that fit."""
        return sum(each.variant.cases for each in self.checked if not each.alignment.cost)

    @property
    def share(self) -> float | None:
        """The share of cases that fit, 0 to 1; None without cases."""
        return self.fitting / self.cases if self.cases else None

    @property
    def cost(self) -> int:
        """The cost of all cases together."""
        return sum(each.alignment.cost * each.variant.cases for each in self.checked)

    def deviations(self) -> list[tuple[MoveKind, str, int, int]]:
        """Return (kind, activity, moves, cases) of all that is skipped and unexpected, most cases first."""
        moves: Counter[tuple[MoveKind, str]] = Counter()
        cases: Counter[tuple[MoveKind, str]] = Counter()
        for each in self.checked:
            found = Counter((move.kind, move.activity) for move in each.alignment.moves if move.kind != "sync")
            moves.update({what: times * each.variant.cases for what, times in found.items()})
            cases.update(dict.fromkeys(found, each.variant.cases))
        return [(*what, moves[what], count) for what, count in sorted(cases.items(), key=lambda it: (-it[1], it[0]))]


def conformance(model: Model, variants: Iterable[Variant], closing: Collection[str] = ()) -> Conformance:
    """Align every variant once; raises NoWayThrough.

    Where `closing` activities are named, a case that stopped at none of them is open and need not be at an end.
    """

    def checked(variant: Variant) -> Checked:
        ended = not closing or variant.activities[-1] in closing
        return Checked(variant, align(model, variant.activities, ended=ended))

    return Conformance(tuple(map(checked, variants)))


def model_of(counts: Counts, min_share: float) -> Model:
    """Return the model of what happens at least `min_share` (0 to 1) times as often as there are cases.

    Moves, starts and ends are held to the same measure; moves count as often as they happen, also in one case.
    """
    return Model.of(*(_often(found, counts.cases, min_share) for found in (counts.moves, counts.starts, counts.ends)))


def _often(found: Counter[K], cases: int, min_share: float) -> list[K]:
    return [what for what, times in found.items() if times / cases >= min_share]
