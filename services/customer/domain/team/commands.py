"""What may be asked of a team."""

from __future__ import annotations

from uuid import UUID

from shared.domain import Command


class CreateTeam(Command, frozen=True, kw_only=True):
    """Set up a team; whether `parent_id` exists is known outside."""

    name: str
    parent_id: UUID | None = None


class RenameTeam(Command, frozen=True, kw_only=True):
    """Give the team another name."""

    name: str


TeamCommand = CreateTeam | RenameTeam
