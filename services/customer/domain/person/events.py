"""What happens to a person of the sales organisation."""

from __future__ import annotations

from uuid import UUID

import msgspec

from services.customer.domain.correction import Change
from shared.domain import Event


class PersonAdded(Event, frozen=True, kw_only=True):
    """A colleague is known; `subject` is who they are in access tokens."""

    name: str
    email: str | None = None
    subject: str | None = None
    team_id: UUID | None = None


class PersonChanges(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The fields that differ; the others are left out."""

    name: Change[str] | None = None
    email: Change[str | None] | None = None
    subject: Change[str | None] | None = None


class PersonCorrected(Event, frozen=True, kw_only=True):
    """Something we held about a colleague was wrong or has changed."""

    changes: PersonChanges


class PersonMovedToTeam(Event, frozen=True, kw_only=True):
    """A colleague works in another team, or in none."""

    team_id: UUID | None = None
    previous_team_id: UUID | None = None


class PersonDeactivated(Event, frozen=True, kw_only=True):
    """A colleague has left: owns nothing new from now on."""


class PersonReactivated(Event, frozen=True, kw_only=True):
    """A colleague is back."""


PersonEvent = PersonAdded | PersonCorrected | PersonMovedToTeam | PersonDeactivated | PersonReactivated
