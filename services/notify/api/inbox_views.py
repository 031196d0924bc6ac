"""Notifications as they are answered: a sentence in the reader's language and a link to the thing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import msgspec
from pydantic import BaseModel

from services.notify.api.names import opened
from services.notify.api.texts import Language, referred, sentence
from services.notify.projections.inbox_reading import Inboxes, InboxRow
from services.notify.upstream.event import Upstream
from services.notify.upstream.reading import decoded
from shared.eventstore.personal import Vault

PATHS = {
    "team": "teams/{id}",
    "person": "people/{id}",
    "customer": "customers/{id}",
    "contact": "contacts/{id}",
    "activity": "activities/{id}",
    "product": "products/{id}",
    "process": "processes/{id}",
    "deal": "deals/{id}",
    "task": "tasks/{id}",
    "quota": "quotas/{of}/{of_id}/{period}",
    "exchange_rate": "exchange-rates/{currency}/{day}",
}
"""Where a thing is read; what stands in brackets is its id or a field of the event."""


class ThingLink(BaseModel):
    """What a notification is about and where to read it."""

    kind: str
    id: UUID
    href: str


class ActorView(BaseModel):
    """Who caused the event."""

    subject: str
    name: str | None


class NotificationView(BaseModel):
    """One notification in its reader's inbox."""

    id: UUID
    event_id: UUID
    event_type: str
    rule_id: UUID
    rule_name: str
    text: str
    link: ThingLink
    actor: ActorView
    occurred_at: datetime
    recorded_at: datetime
    read: bool


@dataclass(frozen=True, slots=True)
class Narrator:
    """Turns rows into what is shown; personal names are opened with `vault` as it is at that moment."""

    inboxes: Inboxes
    vault: Vault

    async def told(self, rows: Sequence[InboxRow], to: Language) -> list[NotificationView]:
        """The rows in the same order."""
        events = [decoded(row.event_type, row.data.encode()) for row in rows]
        wanted = {UUID(one) for event in events if event is not None for one in referred(event)}
        references = await self.inboxes.names(wanted) if wanted else {}
        actors = await self.inboxes.actors({row.actor for row in rows}) if rows else {}
        shown = await opened({*references.values(), *(row.name for row in rows)}, self.vault, to)
        names = {thing: shown[name] for thing, name in references.items()}
        return [
            _view(row, event, row.event_type if event is None else _text(row, event, shown, names, to), actors)
            for row, event in zip(rows, events, strict=True)
        ]


def _text(row: InboxRow, event: Upstream, shown: dict[str | None, str], names: dict[str, str], to: Language) -> str:
    return sentence(row.event_type, event, shown[row.name], names, to)


def _view(row: InboxRow, event: Upstream | None, text: str, actors: dict[str, str]) -> NotificationView:
    return NotificationView(
        id=row.id,
        event_id=row.event_id,
        event_type=row.event_type,
        rule_id=row.rule_id,
        rule_name=row.rule_name,
        text=text,
        link=ThingLink(kind=row.kind, id=row.stream_id, href=_href(row, event)),
        actor=ActorView(subject=row.actor, name=actors.get(row.actor)),
        occurred_at=row.occurred_at,
        recorded_at=row.recorded_at,
        read=row.is_read,
    )


def _href(row: InboxRow, event: Upstream | None) -> str:
    fields = {} if event is None else msgspec.structs.asdict(event)
    return f"/api/v1/{PATHS[row.kind].format_map(fields | {'id': row.stream_id})}"
