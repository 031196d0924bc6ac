"""One question about a process put to one instant: which deals count, in which days, and who asks."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Literal
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

import asyncpg

from services.analytics.projections import scope
from services.analytics.projections.process_map.counting import instant_of
from services.analytics.projections.selection import Filters, Scope, Selection, over_deals
from services.analytics.projections.snapshot import held, snapshot
from shared.errors import NotFound
from shared.eventstore.read_model import Connection, Pool

By = Literal["activity", "opened", "closed"]

HOLD = held("accepted_deviations", "directory", "process_map")
HOLD_CHANGES = held("accepted_deviations", "deals", "directory", "process_map")
# A plan for the very values asked for, and no compiling that takes longer than the answer.
PLANNED = "SELECT set_config('plan_cache_mode', 'force_custom_plan', true), set_config('jit', 'off', true)"
POSITIONS = """
SELECT o.topic, max(ARRAY[o.epoch, o.position]) AS place
FROM pj.offsets o JOIN pj.projections p ON p.name = o.projection AND p.live = o.instance
WHERE o.projection = ANY($1) GROUP BY o.topic
"""
READ_FROM = ("process_map", "directory")
KNOWN = "SELECT name FROM read.drawn_process WHERE id = $1"
LONG_DAYS = 180
LASTING = f"c.ats[cardinality(c.ats)] - c.opened_at > interval '{LONG_DAYS} days'"  # as in the index of process_case
ACTIVE = f"""(
  SELECT c.* FROM read.process_case c WHERE c.opened_at >= {{first}}
  UNION ALL
  SELECT c.* FROM read.process_case c WHERE c.opened_at < {{first}} AND {LASTING}
) c"""  # noqa: S608 - constants
CHOSEN_THEN = over_deals("SELECT s.id FROM selected s WHERE {by}").then
IN_DAYS: Mapping[By, str] = {"activity": "true", "opened": "s.opened_in_period", "closed": "s.closed_in_period"}
STILL_ACTIVE = "c.ats[cardinality(c.ats)] >= {}"
# Two alternatives that an index knows, and what tells more about the second one.
OF_A_REGION = """(c.region = ANY({0}::text[]) OR c.region IS NULL) AND (c.region IS NOT NULL OR c.customer_id IN (
  SELECT customer.id FROM read.customer WHERE customer.region = ANY({0}::text[])))"""


class ProcessNotFound(NotFound):
    """There is no such sales process."""

    code = "process-not-found"


@dataclass(frozen=True, slots=True, kw_only=True)
class MapFilters:
    """What the asker wants counted; an empty tuple or None leaves a question open.

    `from_date`, `to_date`: business days, both included. `by`: whether they are about what happened in them (activity)
    or about all that ever happened to the deals that were opened, or closed, in them. `variant`: the whole way that
    deals have gone until now. `as_of`: the instant at which deals are looked at, None = now.

    `by` closed leaves open deals out, also without days.
    """

    version: int | None = None
    owner: tuple[UUID, ...] = ()
    team: tuple[UUID, ...] = ()
    product: tuple[UUID, ...] = ()
    source: tuple[str, ...] = ()
    region: tuple[str, ...] = ()
    currency: tuple[str, ...] = ()
    variant: UUID | None = None
    from_date: date | None = None
    to_date: date | None = None
    by: By = "activity"
    as_of: datetime | None = None

    @property
    def window(self) -> bool:
        """Whether only some days are asked about."""
        return self.from_date is not None or self.to_date is not None

    def query(self) -> dict[str, Any]:
        """The filters as they stand in an address; only those that are set."""
        named: dict[str, Any] = {
            name: getattr(self, name) for name in ("version", "owner", "team", "product", "source", "region")
        }
        named |= {"currency": self.currency, "variant": self.variant, "from": self.from_date, "to": self.to_date}
        named |= {"as_of": self.as_of and self.as_of.isoformat()}
        return {name: value for name, value in named.items() if value not in ((), None)} | (
            {"by": self.by} if self.by == "closed" or (self.window and self.by == "opened") else {}
        )


@dataclass(slots=True)
class Conditions:
    """A WHERE in the making: texts with their values numbered in the order of their coming."""

    texts: list[str] = field(default_factory=list)
    values: list[Any] = field(default_factory=list)

    def add(self, text: str, *values: Any) -> None:
        """One more; `{}` stands for each value."""
        self.values.extend(values)
        numbers = range(len(self.values) - len(values) + 1, len(self.values) + 1)
        self.texts.append(text.format(*(f"${number}" for number in numbers)))

    @property
    def where(self) -> str:
        """All of them together."""
        return " AND ".join(self.texts) or "true"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """An open snapshot of one process and who may see what of it; `owners`: credited owners asked for."""

    connection: Connection
    process_id: UUID
    process: str
    filters: MapFilters
    scope: Scope
    zone: ZoneInfo
    owners: tuple[UUID, ...] | None
    positions: dict[str, str]

    def chosen(self) -> Conditions:
        """The deals that count, as conditions on `read.process_case c`."""
        if self.filters.as_of is not None:
            chosen = CHOSEN_THEN.replace("{by}", IN_DAYS[self.filters.by])
            return Conditions([f"c.id IN ({chosen})"], list(self.then().arguments()))
        asked, conditions = self.filters, Conditions()
        conditions.add("c.process_id = {} AND NOT c.deleted", self.process_id)
        if not self.scope.everything:
            conditions.add("(c.owner_id IS NULL OR c.owner_id = ANY({}::uuid[]))", self.scope.owners)
        if self.owners is not None:
            conditions.add("c.credited_owner_id = ANY({}::uuid[])", self.owners)
        if asked.product:
            conditions.add("c.products && {}::uuid[]", asked.product)
        if asked.source:
            conditions.add("c.source = ANY({}::text[])", asked.source)
        if asked.region:
            conditions.add(OF_A_REGION, asked.region)
        if asked.currency:
            conditions.add("c.currency = ANY({}::text[])", asked.currency)
        if asked.variant is not None:
            conditions.add("c.path_id = {}", asked.variant)
        if asked.by == "closed":
            conditions.add("c.closed_at IS NOT NULL")
        if asked.by != "activity":
            self.within(conditions, f"c.{asked.by}_at")
        return conditions

    def then(self) -> Selection:
        """The deals that counted at the instant asked for, as the reports choose them."""
        asked = self.filters
        narrowed = Filters(
            process=(self.process_id,),
            product=asked.product,
            source=asked.source,
            region=asked.region,
            currency=asked.currency,
            from_date=asked.from_date,
            to_date=asked.to_date,
        )
        return Selection(narrowed, self.scope, self.zone.key, self.owners, asked.as_of)

    def until(self, conditions: Conditions, column: str) -> None:
        """Only what had happened at the instant asked for."""
        if self.filters.as_of is not None:
            conditions.add(f"{column} <= {{}}", self.filters.as_of)

    def within(self, conditions: Conditions, column: str) -> None:
        """Only what happened in the days asked about."""
        if self.filters.from_date is not None:
            conditions.add(f"{column} >= {{}}", instant_of(self.filters.from_date, self.zone))
        if self.filters.to_date is not None:
            conditions.add(f"{column} < {{}}", instant_of(self.filters.to_date + timedelta(days=1), self.zone))

    def active_within(self, conditions: Conditions) -> None:
        """Leave out deals that did nothing in the days: a first, coarse sieve."""
        if self.filters.to_date is not None:
            conditions.add("c.opened_at < {}", instant_of(self.filters.to_date + timedelta(days=1), self.zone))
        if self.filters.from_date is not None:
            conditions.add(f"(c.opened_at >= {{}} OR {LASTING})", self._half_a_year_before())
            conditions.add(STILL_ACTIVE, instant_of(self.filters.from_date, self.zone))

    def active(self, conditions: Conditions) -> str:
        """The same sieve as a table `c` that is read by two indexes: deals of the last half year, and lasting ones."""
        if self.filters.from_date is None:
            self.active_within(conditions)
            return "read.process_case c"
        if self.filters.to_date is not None:
            conditions.add("c.opened_at < {}", instant_of(self.filters.to_date + timedelta(days=1), self.zone))
        conditions.add(STILL_ACTIVE, instant_of(self.filters.from_date, self.zone))
        conditions.values.append(self._half_a_year_before())
        return ACTIVE.format(first=f"${len(conditions.values)}")

    def _half_a_year_before(self) -> datetime:
        assert self.filters.from_date is not None
        return instant_of(self.filters.from_date, self.zone) - timedelta(days=LONG_DAYS)

    def about(self) -> dict[str, Any]:
        """The fields that every answer has."""
        return {"process_id": self.process_id, "process": self.process, "positions": self.positions}

    def drill(self, **further: Any) -> str:
        """The address of the deals behind a number."""
        wanted = self.filters.query() | {name: value for name, value in further.items() if value is not None}
        return f"/api/v1/process-map/{self.process_id}/deals?{urlencode(wanted, doseq=True)}"

    async def rows(self, statement: str, values: Sequence[Any]) -> list[asyncpg.Record]:
        """Run SQL."""
        return await self.connection.fetch(statement, *values)


@dataclass(frozen=True, slots=True)
class ProcessMaps:
    """Where the rows of the process map are and by which time zone a day begins."""

    pool: Pool
    time_zone: str

    @asynccontextmanager
    async def ask(
        self, subject: str, roles: frozenset[str], process_id: UUID, filters: MapFilters
    ) -> AsyncIterator[Asked]:
        """Open a snapshot of what the bearer of a token may see; raises ProcessNotFound and NotBuiltYet."""
        async with snapshot(self.pool, HOLD if filters.as_of is None else HOLD_CHANGES) as connection:
            await connection.execute(PLANNED)
            process = await connection.fetchval(KNOWN, process_id)
            if process is None:
                raise ProcessNotFound
            yield Asked(
                connection=connection,
                process_id=process_id,
                process=process,
                filters=filters,
                scope=await scope.scope_of(connection, subject, roles),
                zone=ZoneInfo(self.time_zone),
                owners=await _owners(connection, filters),
                positions=await _positions(connection),
            )


async def _owners(connection: Connection, filters: MapFilters) -> tuple[UUID, ...] | None:
    """The people asked for who are also in the teams asked for; None = everybody and nobody."""
    if not filters.team:
        return filters.owner or None
    members = await scope.members(connection, filters.team)
    return tuple(person for person in members if not filters.owner or person in filters.owner)


async def _positions(connection: Connection) -> dict[str, str]:
    rows = await connection.fetch(POSITIONS, READ_FROM)
    return {row["topic"].split(".")[1]: "{}:{}".format(*row["place"]) for row in rows}
