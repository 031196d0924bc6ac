"""What a trial found, summed up as it goes: so many findings of a kind, at so many deals."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from services.pipeline.domain.deal.trial import Finding, Kind


@dataclass(frozen=True, slots=True)
class Sort:
    """Findings that are alike: the same rule or automation at the same step."""

    kind: Kind
    step: str
    rule: str
    overridden: bool


@dataclass(slots=True)
class Sums:
    """So far: deals tried and deals with findings; per sort of finding, how often and at how many deals."""

    deals: int = 0
    deals_with_findings: int = 0
    times: Counter[Sort] = field(default_factory=Counter)
    at_deals: Counter[Sort] = field(default_factory=Counter)

    def add(self, findings: Iterable[Finding]) -> None:
        """One more deal."""
        found = Counter(Sort(f.kind, f.step, f.rule, f.overridden) for f in findings)
        self.deals += 1
        self.deals_with_findings += bool(found)
        self.times.update(found)
        self.at_deals.update(found.keys())

    def ordered(self) -> list[tuple[Sort, int, int]]:
        """(sort, times, deals), what concerns most deals first."""
        sorts = sorted(self.times, key=lambda s: (-self.at_deals[s], s.kind, s.step, s.rule, s.overridden))
        return [(sort, self.times[sort], self.at_deals[sort]) for sort in sorts]
