"""What a question is: how it is put to the read models, in SQL to the peer, and what both must agree on."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, TypeAlias
from uuid import UUID
from zoneinfo import ZoneInfo

import asyncpg

from bench.analytics.filling import ZONE
from flowline.generation.process import PROCESS
from services.analytics.projections.process_map import map_answer
from services.analytics.projections.process_map.asking import Asked as OfProcess
from services.analytics.projections.process_map.asking import By, MapFilters, ProcessMaps
from services.analytics.projections.process_map.clock import AllHours
from services.analytics.projections.report import Question, Reports
from services.analytics.projections.selection import Filters
from shared.http.answers import as_json

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"
Ask = Callable[["Ours"], Awaitable[Any]]
ADMIN = ("bench", frozenset({"admin"}))


@dataclass(frozen=True, slots=True)
class Ours:
    """The read models of one history; its pool has one connection."""

    reports: Reports
    maps: ProcessMaps

    @staticmethod
    def on(pool: asyncpg.Pool[asyncpg.Record], zone: str = ZONE) -> Ours:
        """As the service would have them; days begin by the zone of its tables."""
        return Ours(Reports(pool, zone), ProcessMaps(pool, zone))


@dataclass(frozen=True, slots=True)
class Scope:
    """Which deals: of everybody or of some people, in some days (of a time zone) or ever, from one source."""

    name: str
    owners: tuple[UUID, ...] = ()
    team: UUID | None = None
    first: date | None = None
    last: date | None = None
    source: str | None = None
    zone: str = ZONE

    @property
    def filters(self) -> Filters:
        """For the reports."""
        owners, team = ((), (self.team,)) if self.team else (self.owners, ())
        source = (self.source,) if self.source else ()
        return Filters(owner=owners, team=team, source=source, from_date=self.first, to_date=self.last)

    @property
    def of_the_map(self) -> MapFilters:
        """For the process map."""
        source = (self.source,) if self.source else ()
        return MapFilters(owner=self.owners, source=source, from_date=self.first, to_date=self.last)

    def where(self, deals: str = "d", day: str | None = None) -> str:
        """The conditions that somebody would write: only those that are needed, and such that an index helps."""
        said = [f"NOT {deals}.deleted"]
        if self.owners:
            said.append(f"{deals}.owner_id = ANY('{{{','.join(map(str, self.owners))}}}'::uuid[])")
        if self.source:
            said.append(f"{deals}.source = '{self.source}'")
        if day and self.first:
            said.append(f"{day} >= '{instant(self.first, self.zone).isoformat()}'")
        if day and self.last:
            said.append(f"{day} < '{instant(self.last + timedelta(days=1), self.zone).isoformat()}'")
        return " AND ".join(said)


@dataclass(frozen=True, slots=True)
class Asked:
    """One question. `budget`: milliseconds for p95, None where no budget is set.

    `same`: both answers as things that must be equal.
    """

    name: str
    budget: float | None
    ours: Ask
    peer: str
    same: Callable[[Any, Sequence[asyncpg.Record]], tuple[Any, Any]]

    async def of_peer(self, connection: Connection) -> list[asyncpg.Record]:
        """Its answer: the rows of the last statement."""
        rows: list[asyncpg.Record] = []
        for statement in self.peer.split(";\n"):
            rows = await connection.fetch(statement)
        return rows


def report(scope: Scope, answer: Callable[[Question], Awaitable[Any]], as_of: datetime | None = None) -> Ask:
    """The answer of a report, from opening its snapshot to its JSON."""

    async def ask(ours: Ours) -> Any:
        async with ours.reports.ask(*ADMIN, scope.filters, as_of) as question:
            found = await answer(question)
        as_json(found)
        return found

    return ask


def mapped(scope: Scope) -> Ask:
    """The process map, the same way."""
    return of_the_process(scope, lambda asked: map_answer.process_map(asked, AllHours()))


def of_the_process(scope: Scope, answer: Callable[[OfProcess], Awaitable[Any]], by: By = "activity") -> Ask:
    """An answer about the process, from opening its snapshot to its JSON; `by`: which day of a deal counts."""
    chosen = replace(scope.of_the_map, by=by)

    async def ask(ours: Ours) -> Any:
        async with ours.maps.ask(*ADMIN, PROCESS, chosen) as asked:
            found = await answer(asked)
        as_json(found)
        return found

    return ask


def instant(day: date, zone: str) -> datetime:
    """When a business day begins."""
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone))
