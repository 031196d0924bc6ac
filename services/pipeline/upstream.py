"""The events of the customer service that deals lean on: only the fields we read."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any
from uuid import UUID

import msgspec

from shared.eventstore.recorded import Recorded

TOPIC = "flowline.customer.events"


class Correction(msgspec.Struct, frozen=True):
    """What a corrected field is now."""

    after: Any = None


class TeamCreated(msgspec.Struct, frozen=True):
    """A team exists, maybe below another one."""

    name: str
    parent_id: UUID | None = None


class TeamRenamed(msgspec.Struct, frozen=True):
    """A team has another name."""

    after: str


class PersonAdded(msgspec.Struct, frozen=True):
    """Somebody works here; `subject` is who they are in access tokens."""

    name: str
    subject: str | None = None
    team_id: UUID | None = None


class PersonCorrected(msgspec.Struct, frozen=True):
    """Fields of a person were wrong."""

    changes: dict[str, Correction]


class PersonMovedToTeam(msgspec.Struct, frozen=True):
    """A person is in another team, or in none."""

    team_id: UUID | None = None


class PersonDeactivated(msgspec.Struct, frozen=True):
    """A person no longer works here."""


class PersonReactivated(msgspec.Struct, frozen=True):
    """A person works here again."""


class CustomerCreated(msgspec.Struct, frozen=True):
    """We know a customer."""

    name: str


class CustomerCorrected(msgspec.Struct, frozen=True):
    """Fields of a customer were wrong."""

    changes: dict[str, Correction]


class CustomerDeleted(msgspec.Struct, frozen=True):
    """A customer is hidden."""


class CustomerRestored(msgspec.Struct, frozen=True):
    """A customer is back."""


Upstream = (
    TeamCreated
    | TeamRenamed
    | PersonAdded
    | PersonCorrected
    | PersonMovedToTeam
    | PersonDeactivated
    | PersonReactivated
    | CustomerCreated
    | CustomerCorrected
    | CustomerDeleted
    | CustomerRestored
)

UPSTREAM: Mapping[str, msgspec.json.Decoder[Upstream]] = MappingProxyType(
    {
        event.__name__: msgspec.json.Decoder(event)
        for event in (
            TeamCreated,
            TeamRenamed,
            PersonAdded,
            PersonCorrected,
            PersonMovedToTeam,
            PersonDeactivated,
            PersonReactivated,
            CustomerCreated,
            CustomerCorrected,
            CustomerDeleted,
            CustomerRestored,
        )
    }
)
"""Event name → how its data is read; names that are not here only move a row's version on."""


def read(recorded: Recorded) -> Upstream | None:
    """The event's fields that we use; None for an event that we do not read."""
    decoder = UPSTREAM.get(recorded.type)
    return decoder.decode(recorded.data) if decoder else None
