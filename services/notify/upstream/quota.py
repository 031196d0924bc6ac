"""The events of quotas, as far as rules may be about them."""

# ruff: noqa: D101 -- the producers say what their events mean; here only the fields matter

from typing import ClassVar, Literal

from services.notify.upstream.event import Money, Upstream


class _Quota(Upstream, frozen=True, kw_only=True):
    about: ClassVar[str] = "quota"

    of: Literal["person", "team"]
    of_id: str
    period: str


class QuotaSet(_Quota, frozen=True, kw_only=True):
    amount: Money
    previous: Money | None = None


class QuotaWithdrawn(_Quota, frozen=True, kw_only=True):
    previous: Money
