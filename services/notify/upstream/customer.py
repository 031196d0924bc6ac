"""The events of customers, as far as rules may be about them."""

# ruff: noqa: D101 -- the producers say what their events mean; here only the fields matter

from typing import ClassVar

from services.notify.upstream.event import Changes, Money, Upstream


class _Customer(Upstream, frozen=True, kw_only=True):
    about: ClassVar[str] = "customer"


class CustomerCreated(_Customer, frozen=True, kw_only=True):
    name: str
    kind: str
    owner_id: str | None = None
    industry: str | None = None
    region: str | None = None
    website: str | None = None
    phone: str | None = None
    source: str | None = None
    employees: int | None = None
    annual_revenue: Money | None = None
    founded: int | None = None
    parent_id: str | None = None
    address: str | None = None


class CustomerCorrected(_Customer, frozen=True, kw_only=True):
    changes: Changes


class CustomerAssigned(_Customer, frozen=True, kw_only=True):
    owner_id: str | None = None
    previous_owner_id: str | None = None


class CustomerArchived(_Customer, frozen=True, kw_only=True):
    pass


class CustomerUnarchived(_Customer, frozen=True, kw_only=True):
    pass


class CustomerDeleted(_Customer, frozen=True, kw_only=True):
    pass


class CustomerRestored(_Customer, frozen=True, kw_only=True):
    pass
