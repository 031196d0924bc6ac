"""The reports once more, as plainly as they can be said: one loop over the events, then sums over lists."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

from services.analytics.tests.histories import PROCESSES
from shared.eventstore.recorded import Recorded

RANK = {(process, one["key"]): rank for process, stages in PROCESSES.items() for rank, one in enumerate(stages)}
END_OF_PATH = 1_000


@dataclass(slots=True)
class Deal:
    """A deal as somebody who remembers everything would describe it."""

    id: Any
    process: str
    version: int
    content: dict[str, Any]
    opened: datetime
    owner: str | None
    credited: str | None
    stages: list[tuple[dict[str, Any], datetime, str, int]] = field(default_factory=list)
    closed: datetime | None = None
    deleted: bool = False

    @property
    def stage(self) -> dict[str, Any]:
        """Where it is."""
        return self.stages[-1][0]

    @property
    def drawing(self) -> tuple[str, int]:
        """The process version it is on."""
        return self.process, self.version

    @property
    def money(self) -> tuple[Decimal, str] | None:
        """What it is worth."""
        amount = self.content["amount"]
        return (Decimal(amount["amount"]), amount["currency"]) if amount else None

    def stays(self) -> list[tuple[dict[str, Any], datetime, datetime | None, str]]:
        """(stage, entered, left, outcome) of every stay."""
        ends = [*self.stages[1:], None]
        return [
            (here, since, end and end[1], self._outcome(here, end))
            for (here, since, _, _), end in zip(self.stages, ends, strict=True)
        ]

    def _outcome(self, here: dict[str, Any], end: tuple[dict[str, Any], datetime, str, int] | None) -> str:
        if end is None:
            return "still_there"
        if end[2] == "DealMigrated":
            return "migrated"
        if end[2] in ("DealWon", "DealLost"):
            return {"DealWon": "advanced", "DealLost": "lost"}[end[2]]
        drawing = self.process, end[3]
        back = RANK[drawing, end[0]["key"]] < RANK[drawing, here["key"]]
        return "moved_back" if back or end[2] == "DealReopened" else "advanced"


def remember(events: Iterable[Recorded], processes: dict[str, str]) -> list[Deal]:
    """Every deal that was ever opened."""
    deals: dict[Any, Deal] = {}
    for event in events:
        data, name, at = json.loads(event.data), event.type, event.occurred_at
        if name == "DealOpened":
            owner = data["owner_id"]
            process, first = processes[data["process_id"]], [(data["stage"], at, name, data["process_version"])]
            deal = Deal(event.stream_id, process, data["process_version"], data, at, owner, owner, first)
            deals[event.stream_id] = deal
        elif event.stream_id in deals:
            _remember(deals[event.stream_id], name, data, at)
    return list(deals.values())


def _remember(deal: Deal, name: str, data: dict[str, Any], at: datetime) -> None:
    if name == "DealMigrated":
        deal.version = data["to_version"]
    if name in ("DealWon", "DealLost", "DealReopened", "DealStageChanged", "DealMigrated"):
        deal.stages.append((data["to_stage" if "to_stage" in data else "stage"], at, name, deal.version))
        deal.closed = at if name in ("DealWon", "DealLost") else None
    if name == "DealAssigned":
        deal.owner = data["owner_id"]
    if name in ("DealAmountChanged", "DealWon", "DealLinesChanged"):
        deal.content["amount"] = data[{"DealAmountChanged": "after", "DealWon": "amount"}.get(name, "amount_after")]
    if name == "DealLinesChanged":
        deal.content["lines"] = data["after"]
    if name == "DealCorrected":
        deal.content |= {key: change["after"] for key, change in data["changes"].items()}
    if name in ("DealDeleted", "DealRestored"):
        deal.deleted = name == "DealDeleted"
    if deal.closed is None:
        deal.credited = deal.owner


@dataclass(frozen=True, slots=True)
class Naive:
    """The answers over deals that are counted, for a period of days in a time zone."""

    deals: Sequence[Deal]
    zone: ZoneInfo
    first: date
    last: date

    def day(self, at: datetime) -> date:
        """The business day of an instant."""
        return at.astimezone(self.zone).date()

    def within(self, at: datetime | None) -> bool:
        """Whether the instant is in the period."""
        return at is not None and self.first <= self.day(at) <= self.last

    def closed(self, category: str) -> list[Deal]:
        """Deals that are won or lost now and were so in the period."""
        return [deal for deal in self.deals if deal.stage["category"] == category and self.within(deal.closed)]

    def by_stage(self) -> dict[tuple[str, str], tuple[int, dict[str, Decimal]]]:
        """Count and sums per process and stage."""
        found = defaultdict(list)
        for deal in self.deals:
            found[deal.process, deal.stage["key"]].append(deal)
        return {place: (len(deals), total(deals)) for place, deals in found.items()}

    def won_by(self, key: Callable[[Deal], Any]) -> dict[Any, tuple[int, Decimal]]:
        """(deals, value) of what was won per (key, currency)."""
        found: dict[Any, tuple[int, Decimal]] = {}
        for deal in self.closed("won"):
            if deal.money:
                place = (key(deal), deal.money[1])
                count, value = found.get(place, (0, Decimal(0)))
                found[place] = (count + 1, value + deal.money[0])
        return found

    def quarter(self, deal: Deal) -> str:
        """In which quarter it was closed."""
        assert deal.closed is not None
        day = self.day(deal.closed)
        return f"{day.year}-Q{(day.month + 2) // 3}"

    def cycles(self) -> list[int]:
        """Days from opening to winning."""
        return [(self.day(deal.closed) - self.day(deal.opened)).days for deal in self.closed("won") if deal.closed]

    def flow(self, chosen: Callable[[Deal, datetime], bool]) -> dict[tuple[str, str], Counter[str]]:
        """Per process and stage: entered, deals and outcomes of the stays that are chosen."""
        found: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
        for deal in self.deals:
            keys = set()
            for here, since, _, outcome in deal.stays():
                if chosen(deal, since):
                    found[deal.process, here["key"]].update(["entered", outcome])
                    found[deal.process, here["key"]]["deals"] += here["key"] not in keys
                keys.add(here["key"])
        return found

    def reached(self) -> Counter[tuple[str, str]]:
        """Per process and open or won stage: deals opened in the period that got to it or beyond."""
        found: Counter[tuple[str, str]] = Counter()
        for deal in self.deals:
            if self.within(deal.opened):
                furthest = max(_progress(deal, here) for here, *_ in deal.stays())
                path = [one for one in PROCESSES[deal.drawing] if one["category"] in ("open", "won")]
                found.update((deal.process, one["key"]) for one in path if _progress(deal, one) <= furthest)
        return found

    def times(self, now: datetime) -> dict[tuple[str, str], dict[str, list[Fraction]]]:
        """Per process and stage that is not closed: days by the three clocks, one number per deal."""
        found: dict[tuple[str, str], dict[str, list[Fraction]]] = defaultdict(lambda: defaultdict(list))
        for deal in self.deals:
            for key, stays in _by_stage(deal).items():
                finished = [(_days(left - since), left) for since, left in stays if left]
                if finished and self.within(finished[-1][1]):
                    found[deal.process, key]["latest"].append(finished[-1][0])
                    found[deal.process, key]["cumulative"].append(sum((days for days, _ in finished), Fraction(0)))
                present = [Fraction((self.day(now) - self.day(since)).days) for since, left in stays if left is None]
                if present:
                    found[deal.process, key]["current_age"].extend(present)
        return found

    def by_product(self) -> dict[tuple[str | None, str], Fraction]:
        """Won value per (product name, currency), shared out without rounding."""
        found: dict[tuple[str | None, str], Fraction] = defaultdict(Fraction)
        for deal in self.closed("won"):
            if deal.money:
                for product, share in _shares(deal.content["lines"]):
                    found[product, deal.money[1]] += Fraction(deal.money[0]) * share
        return found


def total(deals: Iterable[Deal]) -> dict[str, Decimal]:
    """Sums per currency."""
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for deal in deals:
        if deal.money:
            sums[deal.money[1]] += deal.money[0]
    return dict(sums)


def middle(values: Sequence[Fraction | int]) -> Fraction:
    """The median."""
    return Fraction(median(map(Fraction, values)))


def _progress(deal: Deal, stage: dict[str, Any]) -> int:
    match stage["category"]:
        case "won":
            return END_OF_PATH
        case "open":
            return RANK.get((deal.drawing, stage["key"]), -1)
        case _:
            return -1


def _by_stage(deal: Deal) -> dict[str, list[tuple[datetime, datetime | None]]]:
    stays: dict[str, list[tuple[datetime, datetime | None]]] = defaultdict(list)
    for here, since, left, _ in deal.stays():
        if here["category"] not in ("won", "lost"):
            stays[here["key"]].append((since, left))
    return stays


def _days(span: timedelta) -> Fraction:
    return Fraction(span // timedelta(microseconds=1), 86_400_000_000)


def _shares(lines: Sequence[dict[str, Any]]) -> list[tuple[str | None, Fraction]]:
    if not lines:
        return [(None, Fraction(1))]
    values = [Fraction(line["quantity"]) * Fraction(line["unit_price"]["amount"]) for line in lines]
    weights = values if sum(values) else [Fraction(1)] * len(lines)
    return [(line["product_name"], weight / sum(weights)) for line, weight in zip(lines, weights, strict=True)]
