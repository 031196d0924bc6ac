"""What is known of a thing once something has happened to it: what kind it is, its name, and whose it is."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

import msgspec

from services.notify.projections.inbox import Thing
from services.notify.upstream.activity import ActivityRecorded
from services.notify.upstream.contact import ContactAdded, ContactCorrected
from services.notify.upstream.customer import CustomerAssigned, CustomerCorrected, CustomerCreated
from services.notify.upstream.deal import DealAssigned, DealCorrected, DealOpened
from services.notify.upstream.event import Sealed, Upstream
from services.notify.upstream.exchange_rate import ExchangeRateSet
from services.notify.upstream.organisation import PersonAdded, PersonCorrected, TeamCreated, TeamRenamed
from services.notify.upstream.product import ProductAdded, ProductRenamed
from services.notify.upstream.quota import QuotaSet, QuotaWithdrawn
from services.notify.upstream.sales_process import SalesProcessCreated
from services.notify.upstream.task import TaskAssigned, TaskCorrected, TaskCreated
from shared.eventstore.recorded import Recorded

CORRECTIONS = 50


def thing_after(thing: Thing | None, recorded: Recorded, event: Upstream | None) -> Thing:
    """The thing once this has happened; events that we do not read only count its version."""
    before = thing or Thing(recorded.stream_id, 0, "", None, None, None)
    known = replace(before, version=recorded.version, kind=before.kind if event is None else event.about)
    match event:
        case DealOpened() | CustomerCreated():
            return replace(known, name=_text(event.name), owner_id=_uuid(event.owner_id))
        case DealAssigned() | CustomerAssigned():
            return replace(known, owner_id=_uuid(event.owner_id))
        case ActivityRecorded():
            owner, about = _uuid(event.owner_id), _uuid(event.customer_id)
            return replace(known, name=_text(event.subject), owner_id=owner, about_id=about)
        case TaskCreated():
            about = _uuid(event.deal_id or event.customer_id)
            return replace(known, name=_text(event.title), owner_id=_uuid(event.assignee_id), about_id=about)
        case TaskAssigned():
            return replace(known, owner_id=_uuid(event.assignee_id))
        case QuotaSet() | QuotaWithdrawn():
            return replace(known, owner_id=_uuid(event.of_id))
        case ContactAdded():
            return replace(known, name=sealed_name(None, recorded, "name", event.name))
        case ContactCorrected() if event.changes is not None:
            return replace(known, name=sealed_name(known.name, recorded, "changes", event.changes))
        case _:
            name = _new_name(event)
            return known if name is None else replace(known, name=_text(name))


def _new_name(event: Upstream | None) -> str | None:
    match event:
        case TeamCreated() | PersonAdded() | ProductAdded() | SalesProcessCreated():
            return event.name
        case TeamRenamed() | ProductRenamed():
            return event.after
        case CustomerCorrected() | DealCorrected() | PersonCorrected():
            return _name_in(event.changes)
        case TaskCorrected():
            return event.title
        case ExchangeRateSet():
            return event.currency
        case _:
            return None


def _name_in(changes: Mapping[str, Any]) -> str | None:
    change = changes.get("name")
    return str(change["after"]) if change else None


def _text(name: str) -> str:
    return msgspec.json.encode(name).decode()


def sealed_name(before: str | None, recorded: Recorded, field: str, envelope: Sealed) -> str:
    """A personal name as it is kept: the envelopes it may be in, the newest last, and what opens them.

    Which of a contact's corrections changed the name shows only when they are opened; the newest 50 are kept.
    """
    entry = {"event_id": str(recorded.event_id), "field": field, "envelope": envelope}
    earlier = [] if before is None else msgspec.json.decode(before)["sealed"]
    sealed = [*earlier[:1], *earlier[1:][1 - CORRECTIONS :], entry]
    return msgspec.json.encode({"stream_id": str(recorded.stream_id), "sealed": sealed}).decode()


def _uuid(text: str | None) -> UUID | None:
    return None if text is None else UUID(text)
