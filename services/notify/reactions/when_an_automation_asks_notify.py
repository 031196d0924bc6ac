"""An automation of a drawn process asks to notify → everyone whom it means is told, once per event and recipient.

Runs with the rules' notifications, in the transaction that moves the projection's offsets, and needs no rule. The
owner is the one whom the deal had when it asked; the owner's team is addressed as `colleagues:<owner>` and matched
when it is read, by the recorded times of membership, so nothing depends on whether the directory arrived first.
Automations are heard from the recorded time on at which this service was installed, as a rule from its activation on.
"""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID, uuid5

import msgspec

from services.notify.projections.inbox import Notification, Thing
from services.notify.upstream.deal import DealNotificationRequested
from shared.eventstore.read_model import Connection
from shared.eventstore.recorded import Recorded

AUTOMATIONS = UUID("2b8f4a3e-5c1d-5e8a-9f27-6f1d0b7c3a55")
HEARD_SINCE = "SELECT since FROM public.automations_heard"


async def heard_since(connection: Connection) -> datetime:
    """When this service was installed: what automations asked before, in recorded time, is history and not news."""
    since: datetime = await connection.fetchval(HEARD_SINCE)
    return since


def requested(recorded: Recorded, event: DealNotificationRequested, thing: Thing) -> list[Notification]:
    """The notifications of one request; its rule is the automation, called `automation:<key>`."""
    return [_notification(recorded, event, thing, address) for address in dict.fromkeys(_addresses(event))]


def _addresses(event: DealNotificationRequested) -> Iterator[str]:
    if event.owner_id is not None and event.to_owner:
        yield f"person:{event.owner_id}"
    if event.owner_id is not None and event.to_team:
        yield f"colleagues:{event.owner_id}"
    yield from (f"person:{person}" for person in event.people)


def _notification(recorded: Recorded, event: DealNotificationRequested, thing: Thing, recipient: str) -> Notification:
    rule_name = f"automation:{event.automation}"
    rule_id = uuid5(AUTOMATIONS, rule_name)
    return Notification(
        id=uuid5(recorded.event_id, f"{rule_id}:{recipient}"),
        event_id=recorded.event_id,
        rule_id=rule_id,
        recipient=recipient,
        rule_name=rule_name,
        reach="everything",
        author=recorded.metadata.actor,
        service=recorded.service,
        event_type=recorded.type,
        stream_id=recorded.stream_id,
        kind=thing.kind,
        name=msgspec.json.encode(event.deal_name).decode(),
        owner_id=thing.owner_id,
        about_id=thing.about_id,
        data=recorded.data.decode(),
        actor=recorded.metadata.actor,
        occurred_at=recorded.occurred_at,
        recorded_at=recorded.recorded_at,
    )
