"""The events of customer and pipeline that the reports are made of, with only the fields they need."""

from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any, TypeAlias
from uuid import UUID

import msgspec

NO_LINES = msgspec.Raw(b"[]")


class Upstream(msgspec.Struct, frozen=True, gc=False):
    """An event of another service; fields that are not named here are ignored."""


class Money(msgspec.Struct, frozen=True, gc=False):
    """An amount as its decimal string and the ISO 4217 currency; it becomes a number in SQL."""

    amount: str
    currency: str


class StageRef(msgspec.Struct, frozen=True, gc=False):
    """A stage as it was when the event happened; category is open, on_hold, won or lost."""

    key: str
    name: str
    category: str
    probability: int = 0
    forecast_category: str | None = None


class Converted(msgspec.Struct, frozen=True, gc=False):
    """An amount in the company's own currency, at the rate of the day on which it was set."""

    amount: str
    currency: str


class Change(msgspec.Struct, frozen=True):
    """What one field became."""

    after: Any = None


class DealOpened(Upstream, frozen=True):
    """A deal begins, in a stage of a process version; `lines` stay JSON until they reach their table."""

    name: str
    process_id: str
    process_version: int
    stage: StageRef
    owner_id: str | None = None
    customer_id: str | None = None
    amount: Money | None = None
    lines: msgspec.Raw = NO_LINES
    expected_close: str | None = None
    source: str | None = None
    region: str | None = None
    converted: Converted | None = None


class DealStageChanged(Upstream, frozen=True):
    """It went on, or back."""

    to_stage: StageRef


class DealLinesChanged(Upstream, frozen=True):
    """Other lines, and the amount that follows from them."""

    after: msgspec.Raw = NO_LINES
    amount_after: Money | None = None
    converted: Converted | None = None


class DealAmountChanged(Upstream, frozen=True):
    """It is worth something else."""

    after: Money | None = None
    converted: Converted | None = None


class DealExpectedCloseChanged(Upstream, frozen=True):
    """The decision is expected on another day."""

    after: str | None = None


class DealAssigned(Upstream, frozen=True):
    """Somebody else, or nobody, owns it."""

    owner_id: str | None = None


class DealWon(Upstream, frozen=True):
    """It is won, for this amount."""

    stage: StageRef
    amount: Money | None = None
    converted: Converted | None = None


class DealLost(Upstream, frozen=True):
    """It is lost."""

    stage: StageRef
    reason: str | None = None
    competitor: str | None = None


class DealReopened(Upstream, frozen=True):
    """A decided deal is open again."""

    stage: StageRef


class DealForecastChanged(Upstream, frozen=True):
    """Somebody sees its chances otherwise than its stage does; None = as the stage."""

    category_after: str | None = None
    probability_after: int | None = None


class DealMigrated(Upstream, frozen=True):
    """It runs on another version of its process, in a stage of that."""

    to_version: int
    to_stage: StageRef


class DealCorrected(Upstream, frozen=True):
    """Plain fields were wrong."""

    changes: dict[str, Change]


class DealDeleted(Upstream, frozen=True):
    """It counts no more."""


class DealRestored(Upstream, frozen=True):
    """It counts again."""


DealEvent: TypeAlias = (
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
    | DealMigrated
    | DealCorrected
    | DealDeleted
    | DealRestored
)


class ProductAdded(Upstream, frozen=True):
    """A product has a name."""

    name: str


class ProductRenamed(Upstream, frozen=True):
    """And now another."""

    after: str


class Stage(msgspec.Struct, frozen=True):
    """A stage as it stands in a process version; its rank is its place in the list."""

    key: str
    name: str
    category: str
    probability: int = 0
    sla_days: int | None = None
    idle_days: int | None = None


class SalesProcessCreated(Upstream, frozen=True):
    """A process has a name."""

    name: str


class SalesProcessVersionDrafted(Upstream, frozen=True):
    """A version's stages, drawn or drawn anew."""

    number: int
    stages: tuple[Stage, ...]


class SalesProcessVersionRedrawn(SalesProcessVersionDrafted, frozen=True):
    """A draft looks different now."""


class QuotaSet(Upstream, frozen=True):
    """A person or a team is to win so much in a period such as 2026, 2026-Q3 or 2026-07."""

    of: str
    of_id: UUID
    period: str
    amount: Money


class QuotaWithdrawn(Upstream, frozen=True):
    """There is no quota any more."""

    of: str
    of_id: UUID
    period: str


class ExchangeRateSet(Upstream, frozen=True):
    """From this day on one unit of `currency` is worth `rate` units of `base`."""

    currency: str
    base: str
    day: date
    rate: Decimal


class TeamCreated(Upstream, frozen=True):
    """A team, below another or not."""

    name: str
    parent_id: UUID | None = None


class TeamRenamed(Upstream, frozen=True):
    """It has another name."""

    after: str


class PersonAdded(Upstream, frozen=True):
    """A colleague."""

    name: str
    subject: str | None = None
    team_id: UUID | None = None


class PersonCorrected(Upstream, frozen=True):
    """Something about them was wrong."""

    changes: dict[str, Change]


class PersonMovedToTeam(Upstream, frozen=True):
    """They work elsewhere now."""

    team_id: UUID | None = None


class PersonDeactivated(Upstream, frozen=True):
    """They have left."""


class PersonReactivated(Upstream, frozen=True):
    """They are back."""


class CustomerCreated(Upstream, frozen=True):
    """A customer."""

    name: str
    region: str | None = None


class CustomerCorrected(Upstream, frozen=True):
    """Something about it was wrong."""

    changes: dict[str, Change]


DEAL_EVENTS: tuple[type[DealEvent], ...] = (
    DealOpened,
    DealStageChanged,
    DealLinesChanged,
    DealAmountChanged,
    DealExpectedCloseChanged,
    DealAssigned,
    DealWon,
    DealLost,
    DealReopened,
    DealForecastChanged,
    DealMigrated,
    DealCorrected,
    DealDeleted,
    DealRestored,
)
PIPELINE_EVENTS: tuple[type[Upstream], ...] = (
    *DEAL_EVENTS,
    ProductAdded,
    ProductRenamed,
    SalesProcessCreated,
    SalesProcessVersionDrafted,
    SalesProcessVersionRedrawn,
    QuotaSet,
    QuotaWithdrawn,
    ExchangeRateSet,
)
CUSTOMER_EVENTS: tuple[type[Upstream], ...] = (
    TeamCreated,
    TeamRenamed,
    PersonAdded,
    PersonCorrected,
    PersonMovedToTeam,
    PersonDeactivated,
    PersonReactivated,
    CustomerCreated,
    CustomerCorrected,
)
DEAL_DECODERS = MappingProxyType({event.__name__: msgspec.json.Decoder[DealEvent](event) for event in DEAL_EVENTS})
DECODERS = MappingProxyType(
    {event.__name__: msgspec.json.Decoder[Upstream](event) for event in PIPELINE_EVENTS + CUSTOMER_EVENTS}
)


def understand(type_name: str, data: bytes) -> Upstream | None:
    """The event in our words, or None for a type that says nothing to the reports.

    Raises msgspec.ValidationError where the data does not have the fields we need.
    """
    decoder = DECODERS.get(type_name)
    return decoder.decode(data) if decoder else None
