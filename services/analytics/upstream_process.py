"""The events of pipeline that the process map is made of, with only the fields it needs."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any, TypeAlias

import msgspec


class Told(msgspec.Struct, frozen=True, gc=False):
    """An event of pipeline; fields that are not named here are ignored."""


class Money(msgspec.Struct, frozen=True, gc=False):
    """An amount as its decimal string and the ISO 4217 currency."""

    amount: str
    currency: str


class Line(msgspec.Struct, frozen=True, gc=False):
    """A line of a deal, of which the map only asks for the product."""

    product_id: str


class StageRef(msgspec.Struct, frozen=True, gc=False):
    """A stage as it was when the event happened; category is open, on_hold, won or lost."""

    key: str
    category: str


class Override(msgspec.Struct, frozen=True, gc=False):
    """Somebody set the rules aside."""

    reason: str


class Change(msgspec.Struct, frozen=True):
    """What one field became."""

    after: Any = None


class DealOpened(Told, frozen=True):
    """A deal begins, in a stage of a process version."""

    name: str
    process_id: str
    process_version: int
    stage: StageRef
    owner_id: str | None = None
    customer_id: str | None = None
    amount: Money | None = None
    source: str | None = None
    region: str | None = None
    lines: tuple[Line, ...] = ()


class DealStageChanged(Told, frozen=True):
    """It went along an arrow, maybe against a guard."""

    to_stage: StageRef
    override: Override | None = None


class DealWon(Told, frozen=True):
    """It is won, for this amount."""

    stage: StageRef
    amount: Money | None = None
    override: Override | None = None


class DealLost(Told, frozen=True):
    """It is lost."""

    stage: StageRef
    override: Override | None = None


class DealReopened(Told, frozen=True):
    """A decided deal is open again."""

    stage: StageRef


class DealMigrated(Told, frozen=True):
    """It runs on another version of its process from now on, maybe in another stage."""

    to_version: int
    to_stage: StageRef


class DealAssigned(Told, frozen=True):
    """Somebody else, or nobody, owns it."""

    owner_id: str | None = None


class DealAmountChanged(Told, frozen=True):
    """It is worth something else."""

    after: Money | None = None


class DealLinesChanged(Told, frozen=True):
    """Other lines, and the amount that follows from them."""

    amount_after: Money | None = None
    after: tuple[Line, ...] = ()


class DealCorrected(Told, frozen=True):
    """Plain fields were wrong."""

    changes: dict[str, Change]


class DealDeleted(Told, frozen=True):
    """It counts no more."""


class DealRestored(Told, frozen=True):
    """It counts again."""


DealEvent: TypeAlias = (
    DealOpened
    | DealStageChanged
    | DealWon
    | DealLost
    | DealReopened
    | DealMigrated
    | DealAssigned
    | DealAmountChanged
    | DealLinesChanged
    | DealCorrected
    | DealDeleted
    | DealRestored
)


class Stage(msgspec.Struct, frozen=True, kw_only=True):
    """A stage of a drawing; its rank is its place in the list."""

    key: str
    name: str
    category: str
    sla_days: int | None = None


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """A diamond between stages."""

    key: str
    name: str


class Move(msgspec.Struct, frozen=True, kw_only=True):
    """An arrow between stages or decisions."""

    from_stage: str
    to_stage: str
    label: str | None = None


class Drawing(Told, frozen=True, kw_only=True):
    """How a version of a process looks."""

    number: int
    stages: tuple[Stage, ...]
    moves: tuple[Move, ...] = ()
    decisions: tuple[Decision, ...] = ()


class SalesProcessCreated(Told, frozen=True):
    """A process has a name."""

    name: str


class SalesProcessVersionDrafted(Drawing, frozen=True):
    """A version is drawn."""


class SalesProcessVersionRedrawn(Drawing, frozen=True):
    """A draft looks different now."""


ProcessEvent: TypeAlias = SalesProcessCreated | SalesProcessVersionDrafted | SalesProcessVersionRedrawn

DEAL_EVENTS: tuple[type[DealEvent], ...] = (
    DealOpened,
    DealStageChanged,
    DealWon,
    DealLost,
    DealReopened,
    DealMigrated,
    DealAssigned,
    DealAmountChanged,
    DealLinesChanged,
    DealCorrected,
    DealDeleted,
    DealRestored,
)
PROCESS_EVENTS: tuple[type[ProcessEvent], ...] = (
    SalesProcessCreated,
    SalesProcessVersionDrafted,
    SalesProcessVersionRedrawn,
)
DEAL_DECODERS = MappingProxyType({event.__name__: msgspec.json.Decoder[DealEvent](event) for event in DEAL_EVENTS})
PROCESS_DECODERS = MappingProxyType(
    {event.__name__: msgspec.json.Decoder[ProcessEvent](event) for event in PROCESS_EVENTS}
)
