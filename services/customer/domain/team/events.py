"""What happens to a team of the sales organisation."""

from __future__ import annotations

from uuid import UUID

from shared.domain import Event


class TeamCreated(Event, frozen=True, kw_only=True):
    """A team was set up, below `parent_id` if it has one."""

    name: str
    parent_id: UUID | None = None


class TeamRenamed(Event, frozen=True, kw_only=True):
    """A team got another name."""

    before: str
    after: str


TeamEvent = TeamCreated | TeamRenamed
