"""What may be asked of a person of the sales organisation."""

from __future__ import annotations

from uuid import UUID

from msgspec import UNSET, UnsetType

from shared.domain import Command


class AddPerson(Command, frozen=True, kw_only=True):
    """Make a colleague known."""

    name: str
    email: str | None = None
    subject: str | None = None
    team_id: UUID | None = None


class CorrectPerson(Command, frozen=True, kw_only=True):
    """Change what we hold about a colleague; UNSET leaves a field, None clears it."""

    name: str | UnsetType = UNSET
    email: str | UnsetType | None = UNSET
    subject: str | UnsetType | None = UNSET


class MovePersonToTeam(Command, frozen=True, kw_only=True):
    """Put a colleague into a team, or into none."""

    team_id: UUID | None


class DeactivatePerson(Command, frozen=True, kw_only=True):
    """A colleague leaves."""


class ReactivatePerson(Command, frozen=True, kw_only=True):
    """A colleague comes back."""


PersonCommand = AddPerson | CorrectPerson | MovePersonToTeam | DeactivatePerson | ReactivatePerson
