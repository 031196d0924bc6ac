"""The events of contacts, as far as rules may be about them; what is personal stays sealed."""

# ruff: noqa: D101 -- the producers say what their events mean; here only the fields matter

from typing import ClassVar

from services.notify.upstream.event import Sealed, Upstream


class _Contact(Upstream, frozen=True, kw_only=True):
    about: ClassVar[str] = "contact"


class ContactAdded(_Contact, frozen=True, kw_only=True):
    name: Sealed
    title: str | None = None


class ContactCorrected(_Contact, frozen=True, kw_only=True):
    changes: Sealed = None


class ContactLinkedToCustomer(_Contact, frozen=True, kw_only=True):
    customer_id: str
    role: str | None = None


class ContactUnlinkedFromCustomer(_Contact, frozen=True, kw_only=True):
    customer_id: str


class ContactDeleted(_Contact, frozen=True, kw_only=True):
    pass


class ContactRestored(_Contact, frozen=True, kw_only=True):
    pass


class ContactErased(_Contact, frozen=True, kw_only=True):
    pass
