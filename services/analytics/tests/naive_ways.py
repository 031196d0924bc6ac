"""The process map once more, as plainly as it can be said: a list of what every deal did, and loops over it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from shared.eventstore.recorded import Recorded

CLOSED = ("won", "lost")
MOVING = ("DealStageChanged", "DealWon", "DealLost", "DealReopened", "DealMigrated")


@dataclass(slots=True)
class Visit:
    """A stage as it was entered; `since`: when the clock in it began."""

    version: int
    stage: dict[str, Any]
    at: datetime
    how: str
    overridden: bool
    since: datetime


@dataclass(slots=True)
class Traveller:
    """A deal as somebody who remembers everything would describe it."""

    id: Any
    process: str
    content: dict[str, Any]
    owner: str | None
    credited: str | None
    visits: list[Visit] = field(default_factory=list)
    closed: datetime | None = None
    deleted: bool = False

    @property
    def opened(self) -> datetime:
        """When it began."""
        return self.visits[0].at

    @property
    def here(self) -> Visit:
        """Where it is."""
        return self.visits[-1]

    @property
    def currency(self) -> str | None:
        """What it is paid in."""
        return self.content["amount"]["currency"] if self.content["amount"] else None

    def steps(self) -> Iterator[tuple[Visit, Visit]]:
        """Each two visits with a move between them."""
        for before, after in zip(self.visits, self.visits[1:], strict=False):
            if after.how != "DealMigrated":
                yield before, after


def remember(events: Iterable[Recorded]) -> list[Traveller]:
    """Every deal that was ever opened."""
    deals: dict[Any, Traveller] = {}
    for event in events:
        data, name, at = json.loads(event.data), event.type, event.occurred_at
        if name == "DealOpened":
            first = Visit(data["process_version"], data["stage"], at, name, overridden=False, since=at)
            owner = data["owner_id"]
            deals[event.stream_id] = Traveller(event.stream_id, data["process_id"], data, owner, owner, [first])
        elif event.stream_id in deals:
            _remember(deals[event.stream_id], name, data, at)
    return list(deals.values())


def _remember(deal: Traveller, name: str, data: dict[str, Any], at: datetime) -> None:
    if name in MOVING:
        stage = data["stage" if name in ("DealWon", "DealLost", "DealReopened") else "to_stage"]
        stays = name == "DealMigrated" and stage["key"] == deal.here.stage["key"]
        version = data.get("to_version", deal.here.version)
        since = deal.here.since if stays else at
        deal.visits.append(Visit(version, stage, at, name, overridden="override" in data, since=since))
        deal.closed = at if stage["category"] in CLOSED else None
    if name == "DealAssigned":
        deal.owner = data["owner_id"]
    if name in ("DealAmountChanged", "DealWon"):
        deal.content["amount"] = data["after" if name == "DealAmountChanged" else "amount"]
    if name == "DealLinesChanged":
        deal.content |= {"lines": data["after"], "amount": data["amount_after"]}
    if name == "DealCorrected":
        deal.content |= {key: change["after"] for key, change in data["changes"].items()}
    if name in ("DealDeleted", "DealRestored"):
        deal.deleted = name == "DealDeleted"
    if deal.closed is None:
        deal.credited = deal.owner


Within = Callable[[datetime], bool]


@dataclass(slots=True)
class NaiveMap:
    """Counts over deals, within days, of one version or of all."""

    deals: list[Traveller]
    within: Within = lambda _at: True
    version: int | None = None

    def counts(self) -> Counter[tuple[str, str, str]]:
        """How often, by (kind, source, target)."""
        found: Counter[tuple[str, str, str]] = Counter()
        for deal in self.deals:
            found.update(way for version, way in self._told(deal) if self.version in (None, version))
        return found

    def waits(self) -> dict[tuple[str, str], list[timedelta]]:
        """How long steps took, by (source, target)."""
        found: dict[tuple[str, str], list[timedelta]] = {}
        for deal in self.deals:
            for before, after in deal.steps():
                if self.within(after.at) and self.version in (None, after.version):
                    way = before.stage["key"], after.stage["key"]
                    found.setdefault(way, []).append(after.at - before.since)
        return found

    def deals_by_way(self) -> Counter[tuple[str, str]]:
        """How many deals took a step for the first time on a version within the days."""
        found: Counter[tuple[str, str]] = Counter()
        for deal in self.deals:
            known = set()
            for before, after in deal.steps():
                way = (after.version, before.stage["key"], after.stage["key"])
                if way not in known and self.within(after.at) and self.version in (None, after.version):
                    found[way[1:]] += 1
                known.add(way)
        return found

    def _told(self, deal: Traveller) -> Iterator[tuple[int, tuple[str, str, str]]]:
        first = deal.visits[0]
        if self.within(first.at):
            yield first.version, ("start", "", first.stage["key"])
        for before, after in zip(deal.visits, deal.visits[1:], strict=False):
            here, there = before.stage["key"], after.stage["key"]
            if self.within(after.at):
                if after.how == "DealMigrated":
                    yield before.version, ("out", here, "")
                    yield after.version, ("in", "", there)
                else:
                    yield after.version, ("step", here, there)
        if deal.closed is None:
            yield deal.here.version, ("open", deal.here.stage["key"], "")
        elif self.within(deal.closed):
            yield deal.here.version, ("end", deal.here.stage["key"], "")
            yield deal.here.version, ("cycle", "", "")
