"""A deal as the reports know it, its finished stays in stages, and what one event changed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from uuid import UUID

import msgspec

from shared.eventstore.recorded import Recorded


@lru_cache(maxsize=65536)
def millionths(amount: str | None) -> int:
    """An amount as a whole number of millionths; amounts have at most four decimals."""
    return int(Decimal(amount).scaleb(6)) if amount else 0


class Worth(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What a deal was from an instant on, as far as it counts in the pipeline: what waterfalls are summed from.

    `value`: millionths of `currency`. `month`: the first day of the month in which it is expected to close, None also
    where that is nobody's question.
    """

    since: datetime
    deleted: bool
    closed_at: datetime | None
    category: str
    currency: str | None
    value: int
    month: date | None = None


class DealRow(msgspec.Struct, gc=False):
    """A deal as it is now, in the order of its table's columns.

    `credited_owner_id`: whose number it is, the owner at closing for a closed deal and else today's.
    `stay`: how many stages it has entered, the number of its present stay, which is in this row only; `again`: it had
    been in this stage before.
    `base_amount`, `base_currency`: the amount in the company's currency at the rate of the day it was set.
    `probability` (percent) and `forecast_category`: the deal's own where somebody has set them and it is open, else
    the stage's.
    `closed_from`: the key of the stage from which it was closed. `visited`: keys of all stages it was ever in, sorted.
    `pushes`: how often the expected close went to a later day. `changed_at`: when somebody last did something with it.
    `since`, `since_recorded`: when this state began, and when we knew.
    `lines`: as pipeline wrote them, JSON until somebody asks for products.
    `course`: all that it ever counted for in the pipeline, on whatever day it was expected to close, the present last;
    the same object until that changes.
    """

    id: UUID
    version: int
    name: str
    process_id: str
    process_version: int
    stage_key: str
    stage_name: str
    category: str
    stay: int
    again: bool
    entered_at: datetime
    owner_id: str | None
    credited_owner_id: str | None
    customer_id: str | None
    amount: str | None
    currency: str | None
    base_amount: str | None
    base_currency: str | None
    expected_close: str | None
    probability: int
    forecast_category: str
    stage_probability: int
    stage_category: str
    own_probability: int | None
    own_category: str | None
    source: str | None
    region: str | None
    lost_reason: str | None
    competitor: str | None
    lines: msgspec.Raw
    opened_at: datetime
    closed_at: datetime | None
    closed_from: str | None
    visited: list[str]
    pushes: int
    changed_at: datetime
    since: datetime
    since_recorded: datetime
    deleted: bool
    recorded_at: datetime
    course: tuple[Worth, ...] = ()

    def go_on(self, before: DealRow | None) -> None:
        """Put what it counts for at the end of the course if that is something else than it was."""
        if before is None or before.counts != self.counts:
            self.course = (*self.course, self.worth())

    @property
    def counts(self) -> tuple[object, ...]:
        """What decides what it is worth in the pipeline."""
        return self.deleted, self.closed_at, self.currency, self.amount

    def worth(self, month: date | None = None) -> Worth:
        """What it counts for now."""
        value = millionths(self.amount)
        return Worth(self.since, self.deleted, self.closed_at, self.category, self.currency, value, month)


class StayRow(msgspec.Struct, frozen=True, gc=False):
    """A finished stay of a deal in a stage, in the order of its table's columns; never changed once written.

    `again`: the deal had been in this stage before. `left_by`: moved, won, lost, reopened or migrated;
    `next_stage`: the key of the stage it went to.
    """

    deal_id: UUID
    number: int
    process_version: int
    stage_key: str
    stage_name: str
    category: str
    again: bool
    entered_at: datetime
    left_at: datetime
    left_by: str
    next_stage: str


class Step(msgspec.Struct, frozen=True, gc=False):
    """What one event, or some that follow each other, made of a deal: `before` None = it was opened by it.

    `recorded`: the last of them. `stays`: the finished stays of the deal before it; `ended`: those that it ended.
    """

    recorded: Recorded
    before: DealRow | None
    after: DealRow
    stays: tuple[StayRow, ...] = ()
    ended: tuple[StayRow, ...] = ()

    @property
    def recounted(self) -> bool:
        """Whether all that its stays ever added to sums moves: to another owner or version, out of all or back."""
        before, after = self.before, self.after
        return before is not None and (
            before.credited_owner_id != after.credited_owner_id
            or before.deleted != after.deleted
            or before.process_version != after.process_version
        )


def taken_together(steps: Iterable[Step]) -> list[Step]:
    """One step per deal: from what it was before the first of its steps to what it is after the last."""
    whole: dict[UUID, Step] = {}
    for step in steps:
        first = whole.get(step.after.id)
        if first is not None:
            step = Step(step.recorded, first.before, step.after, first.stays, (*first.ended, *step.ended))  # noqa: PLW2901
        whole[step.after.id] = step
    return list(whole.values())
