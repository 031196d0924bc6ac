"""The events of customer and pipeline that rules may be about, by name, and reading them."""

from collections.abc import Mapping

import msgspec

from services.notify.upstream import (
    activity,
    contact,
    customer,
    deal,
    exchange_rate,
    organisation,
    product,
    quota,
    sales_process,
    task,
)
from services.notify.upstream.event import Upstream

MODULES = (activity, contact, customer, deal, exchange_rate, organisation, product, quota, sales_process, task)
EVENTS: Mapping[str, type[Upstream]] = {
    name: kind
    for module in MODULES
    for name, kind in vars(module).items()
    if isinstance(kind, type) and issubclass(kind, Upstream) and kind is not Upstream and not name.startswith("_")
}


def decoded(type_name: str, data: bytes) -> Upstream | None:
    """The event as far as we read it, or None where its type says nothing to us; raises msgspec.ValidationError."""
    kind = EVENTS.get(type_name)
    return None if kind is None else msgspec.json.decode(data, type=kind)
