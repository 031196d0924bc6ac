"""Which deals a report counts: not deleted, visible to the asker and inside the filters; one SQL for all reports."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property, lru_cache
from typing import Any
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

from services.analytics.projections.deal_changes import AS_OF

DEALS_PATH = "/api/v1/reports/deals"
NOW = "read.deal"
OF_SINGLE_DEALS = frozenset({"source", "region", "product_id"})  # no sums are kept by these
REGION = "coalesce(s.region, (SELECT c.region FROM read.customer c WHERE c.id = s.customer_id))"
END_OF_TIME = datetime(9999, 1, 1, tzinfo=UTC)
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(9998, 12, 30)

# $1 sees everything, $2 owners that the asker sees, $3 time zone, $4 to $12 filters (NULL = all), $13 $14 the period,
# $15 $16 as of when and known when: NULL in a question about now, which reads the deals as they are.
SELECTED = """
WITH selected AS (
  SELECT d.*, {product} AS product_id, (d.opened_at AT TIME ZONE $3)::date AS opened_on,
    (d.closed_at AT TIME ZONE $3)::date AS closed_on,
    (d.opened_at AT TIME ZONE $3)::date BETWEEN coalesce($13::date, '-infinity') AND coalesce($14::date, 'infinity')
      AS opened_in_period,
    coalesce((d.closed_at AT TIME ZONE $3)::date
      BETWEEN coalesce($13::date, '-infinity') AND coalesce($14::date, 'infinity'), false) AS closed_in_period
  FROM {deals} d {products}
  WHERE NOT d.deleted
    AND read.visible(d.owner_id, $1::boolean, $2::uuid[])
    AND ($4::uuid[] IS NULL OR d.credited_owner_id = ANY($4))
    AND ($5::uuid[] IS NULL OR d.credited_owner_id = ANY($5))
    AND ($6::uuid[] IS NULL OR d.process_id = ANY($6))
    AND ($7::int IS NULL OR d.process_version = $7)
    AND ($8::uuid[] IS NULL OR EXISTS (
      SELECT FROM jsonb_array_elements(d.lines) line WHERE (line->>'product_id')::uuid = ANY($8)))
    AND ($9::text[] IS NULL OR d.source = ANY($9))
    AND ($10::text[] IS NULL OR d.region = ANY($10) OR (
      d.region IS NULL AND d.customer_id IN (SELECT c.id FROM read.customer c WHERE c.region = ANY($10))))
    AND ($11::uuid[] IS NULL OR d.customer_id = ANY($11))
    AND ($12::text[] IS NULL OR d.currency = ANY($12))
    AND ($15::timestamptz IS NULL OR $16::timestamptz IS NOT NULL)
)
"""
# A deal once for each product asked about that it has lines of, or once without one.
PRODUCTS = """
LEFT JOIN LATERAL (
  SELECT DISTINCT (line->>'product_id')::uuid AS id FROM jsonb_array_elements(d.lines) line
  WHERE $8::uuid[] IS NULL OR (line->>'product_id')::uuid = ANY($8)) product ON true
"""

# Every stay up to then, the present one too, and how it ended: forward or back by the ranks in the deal's version.
STAYS = """
, every_stay AS (
  SELECT s.process_id, s.process_version, s.opened_in_period, s.product_id, f.deal_id, f.number,
    f.process_version AS stay_version, f.stage_key, f.stage_name, f.category, f.again, f.entered_at, f.left_at,
    f.left_by, f.next_stage
  FROM selected s JOIN read.finished_stay f ON f.deal_id = s.id AND f.number < s.stay
  UNION ALL
  SELECT s.process_id, s.process_version, s.opened_in_period, s.product_id, s.id, s.stay, s.process_version,
    s.stage_key, s.stage_name, s.category, s.again, s.entered_at, NULL, NULL, NULL
  FROM selected s
), stays AS (
  SELECT st.*, here.rank,
    (st.entered_at AT TIME ZONE $3)::date BETWEEN coalesce($13::date, '-infinity') AND coalesce($14::date, 'infinity')
      AS entered_in_period,
    CASE WHEN st.left_at IS NULL THEN 'still_there'
         WHEN st.left_by = 'lost' THEN 'lost'
         WHEN st.left_by = 'won' THEN 'advanced'
         WHEN st.left_by = 'migrated' THEN 'migrated'
         WHEN st.left_by = 'reopened' OR there.rank < here.rank THEN 'moved_back'
         ELSE 'advanced' END AS outcome
  FROM every_stay st
  LEFT JOIN read.process_stage here
    ON here.process_id = st.process_id AND here.number = st.stay_version AND here.key = st.stage_key
  LEFT JOIN read.process_stage there
    ON there.process_id = st.process_id AND there.number = st.stay_version AND there.key = st.next_stage
)
"""


@dataclass(frozen=True, slots=True)
class Statement:
    """A question's SQL: about the deals as they are now, and as they were at another instant."""

    now: str
    then: str


def over_deals(question: str, by: Iterable[str] = ()) -> Statement:
    """SQL that may read `selected`; its own arguments begin with $17.

    `by`: the columns by which it is cut. Where product_id is one of them, `selected` has a row for each product of a
    deal; else it has one for each deal and its product_id is NULL.
    """
    is_cut = "product_id" in by
    product, products = ("product.id", PRODUCTS) if is_cut else ("NULL::uuid", "")
    chosen = SELECTED.replace("{product}", product).replace("{products}", products)
    return Statement(*(chosen.replace("{deals}", deals) + question for deals in (NOW, f"({AS_OF})")))


def over_stays(question: str, by: Iterable[str] = ()) -> Statement:
    """SQL that may read `selected` and `stays`; its own arguments begin with $17. `by`: as of `over_deals`."""
    return over_deals(STAYS + question, by)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What the asker wants counted; an empty tuple or None leaves a question open.

    `from_date`, `to_date`: business days in the company's time zone, both included.
    """

    owner: tuple[UUID, ...] = ()
    team: tuple[UUID, ...] = ()
    process: tuple[UUID, ...] = ()
    process_version: int | None = None
    product: tuple[UUID, ...] = ()
    source: tuple[str, ...] = ()
    region: tuple[str, ...] = ()
    customer: tuple[UUID, ...] = ()
    currency: tuple[str, ...] = ()
    from_date: date | None = None
    to_date: date | None = None

    def query(self) -> dict[str, Any]:
        """The filters as they stand in an address; only those that are set."""
        named = {name: getattr(self, name) for name in self.__slots__ if name not in ("from_date", "to_date")}
        named |= {"from": self.from_date, "to": self.to_date}
        return {name: value for name, value in named.items() if value not in ((), None)}


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose deals somebody sees besides those of nobody."""

    everything: bool
    owners: tuple[UUID, ...] = ()


@dataclass(frozen=True)
class Selection:
    """The deals of one question: filters, the people of the teams asked for, and the asker's scope.

    `as_of`: the instant at which they are looked at, None = now; `known_at`: what was recorded later is left out.
    """

    filters: Filters
    scope: Scope
    time_zone: str
    team_members: tuple[UUID, ...] | None = None
    as_of: datetime | None = None
    known_at: datetime | None = None

    def owners(self) -> list[UUID] | None:
        """The owners asked for, by name and through their teams; None = everybody and nobody."""
        asked, members = self.filters.owner, self.team_members
        if not asked and members is None:
            return None
        return sorted(set(asked or members or ()) & set(asked if members is None else members))

    def arguments(self) -> tuple[Any, ...]:
        """The values of $1 to $16."""
        asked, scope = self.filters, self.scope
        several = (asked.process, asked.process_version, asked.product, asked.source, asked.region, asked.customer)
        narrowed = (value or None for value in (*several, asked.currency))
        members = self.team_members
        head = (scope.everything, scope.owners, self.time_zone, asked.owner or None, members)
        past = self.as_of is not None or self.known_at is not None
        instant = (self.as_of or END_OF_TIME, self.known_at or END_OF_TIME) if past else (None, None)
        return (*head, *narrowed, asked.from_date, asked.to_date, *instant)

    def instants(self) -> tuple[datetime, datetime]:
        """The first instant of the period and the first one after it; an index on instants finds what is between."""
        first = max(self.filters.from_date or FIRST_DAY, FIRST_DAY)
        last = min(self.filters.to_date or LAST_DAY, LAST_DAY)
        zone, midnight = ZoneInfo(self.time_zone), datetime.min.time()
        return datetime.combine(first, midnight, zone), datetime.combine(last + timedelta(days=1), midnight, zone)

    def drill(self, **further: Any) -> str:
        """The address of the list of deals behind a number; what is None in `further` is left out."""
        return self.listed(DEALS_PATH, **further)

    def listed(self, path: str, **further: Any) -> str:
        """The address of a list behind a number, with everything that was asked; what is None is left out.

        Several values come as a tuple. The numbers of an answer differ mostly in the last of `further`: the address up
        to that is put together once.
        """
        *before, (name, value) = further.items() or (("", None),)
        if value is None:
            return self._begin(path, tuple(before), "").rstrip("?&")
        return self._begin(path, tuple(before), name) + said(name, value)

    def _begin(self, path: str, before: tuple[tuple[str, Any], ...], last: str) -> str:
        begin = self._begun.get((path, before, last))
        if begin is None:
            told = self._told | {name: said(name, value) for name, value in before if value is not None}
            begin = f"{path}?" + "".join(f"{part}&" for name, part in told.items() if name != last)
            self._begun[path, before, last] = begin
        return begin

    @cached_property
    def _begun(self) -> dict[Any, str]:
        return {}

    @cached_property
    def _told(self) -> dict[str, str]:
        """The parts of an address that say what was asked, by name: the same for all numbers of an answer."""
        instants = {"as_of": self.as_of, "known_at": self.known_at}
        told = {name: value.isoformat() for name, value in instants.items() if value}
        return {name: said(name, value) for name, value in (self.filters.query() | told).items()}


def said(name: str, value: Any) -> str:
    """A part of an address; several values are said one by one."""
    return _said_several(name, value) if isinstance(value, tuple) else _said_once(name, value)


@lru_cache(maxsize=1024)
def _said_several(name: str, values: tuple[Any, ...]) -> str:
    return urlencode({name: values}, doseq=True)


@lru_cache(maxsize=65536, typed=True)
def _said_once(name: str, value: Any) -> str:
    """Quoting costs more than adding up what the number says: an owner is quoted once for all his numbers."""
    return urlencode({name: value})
