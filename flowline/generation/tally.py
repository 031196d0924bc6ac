"""The generator's own count of what it tells, added up from the lives themselves: what reports must say."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from flowline.generation.story import Life
from services.pipeline.domain.deal.state import DeletedDeal, LivingDeal, NoDeal, WonDeal


@dataclass(slots=True)
class Tally:
    """Counts of deals, of events by name, of living deals by stage, and what was won per currency."""

    deals: int = 0
    deleted: int = 0
    events: Counter[str] = field(default_factory=Counter)
    stages: Counter[str] = field(default_factory=Counter)
    won: Counter[str] = field(default_factory=Counter)
    won_value: dict[str, Decimal] = field(default_factory=dict)

    def count(self, life: Life) -> None:
        """Add one deal."""
        self.deals += 1
        self.events.update(type(fact.event).__name__ for fact in life.facts)
        match life.end:
            case DeletedDeal() | NoDeal():
                self.deleted += 1
            case living:
                self._count_living(living)

    def _count_living(self, deal: LivingDeal) -> None:
        self.stages[deal.stage.key] += 1
        amount = deal.content.amount
        if isinstance(deal, WonDeal) and amount is not None:
            self.won[amount.currency] += 1
            self.won_value[amount.currency] = self.won_value.get(amount.currency, Decimal(0)) + amount.amount

    def add(self, other: Tally) -> None:
        """Add another tally."""
        self.deals += other.deals
        self.deleted += other.deleted
        self.events += other.events
        self.stages += other.stages
        self.won += other.won
        for currency, value in other.won_value.items():
            self.won_value[currency] = self.won_value.get(currency, Decimal(0)) + value

    def summary(self) -> dict[str, Any]:
        """The counts as JSON; amounts as text."""
        return {
            "deals": self.deals,
            "deleted": self.deleted,
            "events": self.events.total(),
            "by_event": dict(sorted(self.events.items())),
            "by_stage": dict(sorted(self.stages.items())),
            "won_value": {currency: str(value) for currency, value in sorted(self.won_value.items())},
        }
