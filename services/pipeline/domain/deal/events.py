"""What happens to a deal: the stored and published format."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Literal
from uuid import UUID

import msgspec

from services.pipeline.domain.money import Money
from services.pipeline.domain.sales_process.drawing import Category, ForecastCategory
from shared.domain import Event


class StageRef(msgspec.Struct, frozen=True, kw_only=True):
    """A stage as it was when the deal met it, so that an event can be read without its process."""

    key: str
    name: str
    category: Category
    probability: int
    forecast_category: ForecastCategory | None = None


class GuardDecision(msgspec.Struct, frozen=True, kw_only=True):
    """What a guard said when the deal was about to pass it; replaying never asks it again.

    `move`: the id of the guarded arrow; `guard`: the CEL text that was run; `inputs`: SHA-256 of the values it saw.
    """

    move: str
    process_version: int
    guard: str
    inputs: str
    passed: bool
    reason: str | None = None


class Override(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody with the right to it sent the deal on against rules: why, and which refusals it set aside."""

    reason: str
    rules: tuple[str, ...]


class Converted(msgspec.Struct, frozen=True, kw_only=True):
    """An amount in the company's own currency at the rate of the event's day; `rate_day`: the day of that rate."""

    amount: Decimal
    currency: str
    rate: Decimal
    rate_day: date


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """So many pieces of a product at a price each; the product's name as it was then."""

    product_id: UUID
    product_name: str
    quantity: Decimal
    unit_price: Money


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One corrected field."""

    before: str | None = None
    after: str | None = None


class DealOpened(Event, frozen=True, kw_only=True):
    """We have a chance to sell something."""

    name: str
    process_id: UUID
    process_version: int
    stage: StageRef
    lines: tuple[Line, ...]
    owner_id: UUID | None = None
    customer_id: UUID | None = None
    amount: Money | None = None
    expected_close: date | None = None
    source: str | None = None
    region: str | None = None
    converted: Converted | None = None


class DealStageChanged(Event, frozen=True, kw_only=True):
    """The deal went along an arrow of its process."""

    from_stage: StageRef
    to_stage: StageRef
    decisions: tuple[GuardDecision, ...] = ()
    override: Override | None = None


class DealLinesChanged(Event, frozen=True, kw_only=True):
    """Other products, quantities or prices; the amount follows the lines."""

    before: tuple[Line, ...]
    after: tuple[Line, ...]
    amount_before: Money | None = None
    amount_after: Money | None = None
    converted: Converted | None = None


class DealAmountChanged(Event, frozen=True, kw_only=True):
    """The deal is worth more or less than we thought."""

    before: Money | None = None
    after: Money | None = None
    converted: Converted | None = None


class DealExpectedCloseChanged(Event, frozen=True, kw_only=True):
    """We expect the decision on another day."""

    before: date | None = None
    after: date | None = None


class DealAssigned(Event, frozen=True, kw_only=True):
    """Somebody else, or nobody, looks after the deal."""

    owner_id: UUID | None = None
    previous_owner_id: UUID | None = None


class DealWon(Event, frozen=True, kw_only=True):
    """The customer bought, for this amount."""

    from_stage: StageRef
    stage: StageRef
    amount: Money | None = None
    decisions: tuple[GuardDecision, ...] = ()
    override: Override | None = None
    converted: Converted | None = None


class DealLost(Event, frozen=True, kw_only=True):
    """The customer did not buy."""

    from_stage: StageRef
    stage: StageRef
    reason: str
    competitor: str | None = None
    decisions: tuple[GuardDecision, ...] = ()
    override: Override | None = None


class DealReopened(Event, frozen=True, kw_only=True):
    """A decided deal is open again."""

    from_stage: StageRef
    stage: StageRef


class DealForecastChanged(Event, frozen=True, kw_only=True):
    """Somebody sees the deal's chances otherwise than its stage does; None = as the stage says. It survives moves."""

    category_before: ForecastCategory | None = None
    category_after: ForecastCategory | None = None
    probability_before: int | None = None
    probability_after: int | None = None


class DealChecklistItemTicked(Event, frozen=True, kw_only=True):
    """Something on the checklist of a stage is done, or is not done after all."""

    stage: str
    item: str
    done: bool


class DealMigrated(Event, frozen=True, kw_only=True):
    """The deal runs on another version of its process from now on, maybe in another stage of it."""

    from_version: int
    to_version: int
    from_stage: StageRef
    to_stage: StageRef
    reason: str


class DealAutomationRan(Event, frozen=True, kw_only=True):
    """An automation of the process did its work, or could not; the events of its effect follow in the same append.

    `trigger_version`: the version of the deal that set it off (for idle: the last change before the silence);
    `reason`: why the company wants it; `detail`: what it did, or why nothing was done; `task_id`: the task it made;
    `person_id`: who became the owner or is to do the task.
    """

    automation: str
    stage: str
    when: Literal["enter", "leave", "idle"]
    action: Literal["create_task", "set_field", "assign", "notify"]
    trigger_version: int
    done: bool
    reason: str
    detail: str
    task_id: UUID | None = None
    person_id: UUID | None = None


class DealNotificationRequested(Event, frozen=True, kw_only=True):
    """An automation has something to say to people; `owner_id` is who owned the deal then."""

    automation: str
    text: str
    deal_name: str
    owner_id: UUID | None = None
    to_owner: bool = True
    to_team: bool = False
    people: tuple[UUID, ...] = ()


class DealCorrected(Event, frozen=True, kw_only=True):
    """Fields without a rule of their own were wrong: name, customer_id, source, region."""

    changes: dict[str, Change]


class DealDeleted(Event, frozen=True, kw_only=True):
    """The deal is hidden; it can be restored."""


class DealRestored(Event, frozen=True, kw_only=True):
    """The deal is back as it was."""


DealEvent = (
    DealOpened
    | DealStageChanged
    | DealLinesChanged
    | DealAmountChanged
    | DealExpectedCloseChanged
    | DealAssigned
    | DealWon
    | DealLost
    | DealReopened
    | DealForecastChanged
    | DealChecklistItemTicked
    | DealMigrated
    | DealAutomationRan
    | DealNotificationRequested
    | DealCorrected
    | DealDeleted
    | DealRestored
)
