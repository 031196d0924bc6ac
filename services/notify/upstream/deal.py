"""The events of deals, as far as rules may be about them."""

# ruff: noqa: D101 -- the producers say what their events mean; here only the fields matter

from datetime import date
from decimal import Decimal
from typing import ClassVar

import msgspec

from services.notify.upstream.event import Changes, Money, Upstream


class StageRef(msgspec.Struct, frozen=True):
    """A stage as the deal knew it."""

    key: str
    name: str
    category: str
    probability: int
    forecast_category: str | None = None


class Converted(msgspec.Struct, frozen=True):
    """An amount in the company's own currency at the rate of that day."""

    amount: Decimal
    currency: str
    rate: Decimal


class Override(msgspec.Struct, frozen=True):
    """Why somebody sent a deal on against rules, and which refusals that set aside."""

    reason: str
    rules: tuple[str, ...]


class Line(msgspec.Struct, frozen=True):
    """One product in a deal."""

    product_id: str
    product_name: str
    quantity: Decimal
    unit_price: Money


class _Deal(Upstream, frozen=True, kw_only=True):
    about: ClassVar[str] = "deal"


class DealOpened(_Deal, frozen=True, kw_only=True):
    name: str
    process_id: str
    process_version: int
    stage: StageRef
    owner_id: str | None = None
    customer_id: str | None = None
    amount: Money | None = None
    lines: tuple[Line, ...] = ()
    expected_close: date | None = None
    source: str | None = None
    region: str | None = None
    converted: Converted | None = None


class DealStageChanged(_Deal, frozen=True, kw_only=True):
    from_stage: StageRef
    to_stage: StageRef
    override: Override | None = None


class DealLinesChanged(_Deal, frozen=True, kw_only=True):
    before: tuple[Line, ...]
    after: tuple[Line, ...]
    amount_before: Money | None = None
    amount_after: Money | None = None
    converted: Converted | None = None


class DealAmountChanged(_Deal, frozen=True, kw_only=True):
    before: Money | None = None
    after: Money | None = None
    converted: Converted | None = None


class DealExpectedCloseChanged(_Deal, frozen=True, kw_only=True):
    before: date | None = None
    after: date | None = None


class DealAssigned(_Deal, frozen=True, kw_only=True):
    owner_id: str | None = None
    previous_owner_id: str | None = None


class DealWon(_Deal, frozen=True, kw_only=True):
    from_stage: StageRef
    stage: StageRef
    amount: Money | None = None
    converted: Converted | None = None
    override: Override | None = None


class DealLost(_Deal, frozen=True, kw_only=True):
    from_stage: StageRef
    stage: StageRef
    reason: str
    competitor: str | None = None
    override: Override | None = None


class DealReopened(_Deal, frozen=True, kw_only=True):
    from_stage: StageRef
    stage: StageRef


class DealForecastChanged(_Deal, frozen=True, kw_only=True):
    category_before: str | None = None
    category_after: str | None = None
    probability_before: int | None = None
    probability_after: int | None = None


class DealChecklistItemTicked(_Deal, frozen=True, kw_only=True):
    stage: str
    item: str
    done: bool


class DealMigrated(_Deal, frozen=True, kw_only=True):
    from_version: int
    to_version: int
    from_stage: StageRef
    to_stage: StageRef
    reason: str


class DealAutomationRan(_Deal, frozen=True, kw_only=True):
    automation: str
    stage: str
    when: str
    action: str
    done: bool
    reason: str
    detail: str
    task_id: str | None = None
    person_id: str | None = None


class DealNotificationRequested(_Deal, frozen=True, kw_only=True):
    automation: str
    text: str
    deal_name: str
    owner_id: str | None = None
    to_owner: bool = True
    to_team: bool = False
    people: tuple[str, ...] = ()


class DealCorrected(_Deal, frozen=True, kw_only=True):
    changes: Changes


class DealDeleted(_Deal, frozen=True, kw_only=True):
    pass


class DealRestored(_Deal, frozen=True, kw_only=True):
    pass
