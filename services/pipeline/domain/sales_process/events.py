"""What happens to a sales process: the stored and published format."""

from __future__ import annotations

from typing import Literal

import msgspec

from shared.domain import Event

Category = Literal["open", "on_hold", "won", "lost"]


class Stage(msgspec.Struct, frozen=True, kw_only=True):
    """A step of the process; its rank is its place in the list, `probability` is in percent."""

    key: str
    name: str
    category: Category
    probability: int


class Move(msgspec.Struct, frozen=True, kw_only=True):
    """An arrow: a deal may go from one stage (its key) to another."""

    from_stage: str
    to_stage: str


class SalesProcessCreated(Event, frozen=True, kw_only=True):
    """A way of selling has a name; it has no version yet."""

    name: str


class SalesProcessVersionDrafted(Event, frozen=True, kw_only=True):
    """A version has been drawn; no deal can run on it before it is published."""

    number: int
    stages: tuple[Stage, ...]
    moves: tuple[Move, ...]


class SalesProcessVersionPublished(Event, frozen=True, kw_only=True):
    """Deals may be opened on this version, which from now on never changes."""

    number: int


SalesProcessEvent = SalesProcessCreated | SalesProcessVersionDrafted | SalesProcessVersionPublished
