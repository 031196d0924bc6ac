"""The events of activities, as far as rules may be about them."""

# ruff: noqa: D101 -- the producers say what their events mean; here only the fields matter

from datetime import datetime
from typing import ClassVar

from services.notify.upstream.event import Upstream


class _Activity(Upstream, frozen=True, kw_only=True):
    about: ClassVar[str] = "activity"


class ActivityRecorded(_Activity, frozen=True, kw_only=True):
    kind: str
    customer_id: str | None = None
    contact_ids: tuple[str, ...] = ()
    owner_id: str | None = None
    subject: str
    notes: str | None = None


class ActivityPlanned(ActivityRecorded, frozen=True, kw_only=True):
    due_at: datetime


class ActivityCompleted(_Activity, frozen=True, kw_only=True):
    outcome: str | None = None


class ActivityCancelled(_Activity, frozen=True, kw_only=True):
    pass
