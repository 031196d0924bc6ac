"""What owners did with deals, credited to the owner at that moment: opened them, moved them on, put their day off.

A deed is counted under the version its deal runs on now, and not at all while the deal is deleted. So when a deal is
deleted, restored or migrated, all its deeds are told once more, out of its changes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from services.analytics.projections.deal_row import DealRow, Step, millionths
from services.analytics.projections.rollup import PROCESS, Cells, Rollup
from shared.eventstore.read_model import Connection

# Whether a move went forward is the drawing's business, which is another stream: cells keep from where to where.
DEEDS = Rollup(
    "deed",
    dims=(*PROCESS, ("move_version", "int"), ("stage_key", "text"), ("next_stage", "text")),
    measures=(("deals", "bigint"),),
    days=False,
    longer=True,
)
SLIPS = Rollup(
    "slip",
    dims=(*PROCESS, ("month_before", "date"), ("month_after", "date"), ("currency", "text"), ("base_currency", "text")),
    measures=(("deals", "bigint"), ("amount", "numeric"), ("base_amount", "numeric")),
    longer=True,
)
ROLLUPS = (DEEDS, SLIPS)
# The condition of a row of deal_change `c`; indexes of its own find them, everybody's and an owner's.
IS_SLIP = "c.event_type = 'DealExpectedCloseChanged' AND c.then_expected_close > c.expected_close"
INDEXES = f"""
CREATE INDEX deal_change_slip ON deal_change (at) WHERE {IS_SLIP.replace("c.", "")};
CREATE INDEX deal_change_slip_of_owner ON deal_change (owner_id, at) WHERE {IS_SLIP.replace("c.", "")};
"""
EARLIER = f"""
SELECT c.deal_id, c.version, c.event_type, c.at, c.owner_id::text, c.then_owner_id::text, c.process_version,
  c.then_process_version, c.stage_key, c.then_stage_key, c.expected_close, c.then_expected_close, c.amount::text,
  c.base_amount::text, c.currency, c.base_currency
FROM deal_change c
WHERE c.deal_id = ANY($1) AND (c.event_type IN ('DealOpened', 'DealStageChanged') OR {IS_SLIP})
"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing that an owner did; `cells`: which rollup counts it, `dims`: behind the process and the version."""

    version: int
    cells: int
    day: date
    owner: str | None
    dims: tuple[Any, ...]
    measures: tuple[int, ...] = (1,)


async def add(connection: Connection, cells: Sequence[Cells], steps: Sequence[Step], zone: ZoneInfo) -> None:
    """Count the deeds of a batch whose changes are written; told anew where the deal's deeds count otherwise now."""
    earlier = await _earlier(connection, {step.after.id for step in steps if _is_told_anew(step)}, zone)
    for step in steps:
        if _is_told_anew(step):
            done = [deed for deed in earlier.get(step.after.id, ()) if deed.version < step.recorded.version]
            _count(cells, step.before, done, -1)
            _count(cells, step.after, done, 1)
        elif (deed := _deed(step, zone)) is not None:
            _count(cells, step.after, [deed], 1)


def _is_told_anew(step: Step) -> bool:
    before, after = step.before, step.after
    if before is None:
        return False
    return before.deleted != after.deleted or before.process_version != after.process_version


def _count(cells: Sequence[Cells], deal: DealRow | None, deeds: Iterable[Deed], sign: int) -> None:
    if deal is None or deal.deleted:
        return
    process = (deal.process_id, deal.process_version)
    for deed in deeds:
        cells[deed.cells].add(deed.day, deed.owner, (*process, *deed.dims), deed.measures, sign)


def _deed(step: Step, zone: ZoneInfo) -> Deed | None:
    before, after, event = step.before, step.after, step.recorded
    if before is None:
        return _opened(event.version, event.occurred_at.astimezone(zone).date(), after.owner_id, after.process_version)
    if event.type == "DealStageChanged":
        dims = (before.process_version, before.stage_key, after.stage_key)
        return Deed(event.version, 0, event.occurred_at.astimezone(zone).date(), before.owner_id, dims)
    if event.type == "DealExpectedCloseChanged" and before.expected_close and after.expected_close:
        was, became = date.fromisoformat(before.expected_close), date.fromisoformat(after.expected_close)
        return _slip(event.version, event.occurred_at.astimezone(zone).date(), before, (was, became))
    return None


def _opened(version: int, day: date, owner: str | None, drawn: int) -> Deed:
    return Deed(version, 0, day, owner, (drawn, None, None))


def _slip(version: int, day: date, deal: Any, moved: tuple[date, date]) -> Deed | None:
    """`deal`: with owner and worth as it was."""
    was, became = moved
    if became <= was:
        return None
    dims = (was.replace(day=1), became.replace(day=1), deal.currency, deal.base_currency)
    return Deed(version, 1, day, deal.owner_id, dims, (1, millionths(deal.amount), millionths(deal.base_amount)))


async def _earlier(connection: Connection, ids: set[UUID], zone: ZoneInfo) -> dict[UUID, list[Deed]]:
    found: dict[UUID, list[Deed]] = {}
    for row in await connection.fetch(EARLIER, list(ids)) if ids else ():
        if (deed := _remembered(_Past(*row), zone)) is not None:
            found.setdefault(row[0], []).append(deed)
    return found


@dataclass(frozen=True, slots=True)
class _Past:
    """A change of a deal, in the order of `EARLIER`'s columns."""

    deal_id: UUID
    version: int
    event_type: str
    at: datetime
    owner_id: str | None
    then_owner_id: str | None
    process_version: int
    then_process_version: int
    stage_key: str
    then_stage_key: str
    expected_close: date
    then_expected_close: date
    amount: str | None
    base_amount: str | None
    currency: str | None
    base_currency: str | None


def _remembered(past: _Past, zone: ZoneInfo) -> Deed | None:
    day = past.at.astimezone(zone).date()
    match past.event_type:
        case "DealOpened":
            return _opened(past.version, day, past.then_owner_id, past.then_process_version)
        case "DealStageChanged":
            dims = (past.process_version, past.stage_key, past.then_stage_key)
            return Deed(past.version, 0, day, past.owner_id, dims)
        case _:
            return _slip(past.version, day, past, (past.expected_close, past.then_expected_close))
