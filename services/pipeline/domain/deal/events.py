"""What happens to a deal: the stored and published format."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import UUID

import msgspec

from services.pipeline.domain.money import Money
from services.pipeline.domain.sales_process.events import Category
from shared.domain import Event


class StageRef(msgspec.Struct, frozen=True, kw_only=True):
    """A stage as it was when the deal met it, so that an event can be read without its process."""

    key: str
    name: str
    category: Category
    probability: int


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


class DealStageChanged(Event, frozen=True, kw_only=True):
    """The deal went along an arrow of its process."""

    from_stage: StageRef
    to_stage: StageRef


class DealLinesChanged(Event, frozen=True, kw_only=True):
    """Other products, quantities or prices; the amount follows the lines."""

    before: tuple[Line, ...]
    after: tuple[Line, ...]
    amount_before: Money | None = None
    amount_after: Money | None = None


class DealAmountChanged(Event, frozen=True, kw_only=True):
    """The deal is worth more or less than we thought."""

    before: Money | None = None
    after: Money | None = None


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


class DealLost(Event, frozen=True, kw_only=True):
    """The customer did not buy."""

    from_stage: StageRef
    stage: StageRef
    reason: str
    competitor: str | None = None


class DealReopened(Event, frozen=True, kw_only=True):
    """A decided deal is open again."""

    from_stage: StageRef
    stage: StageRef


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
    | DealCorrected
    | DealDeleted
    | DealRestored
)
