"""What happens to a product: the stored and published format."""

from __future__ import annotations

from services.pipeline.domain.money import Money
from shared.domain import Event


class ProductAdded(Event, frozen=True, kw_only=True):
    """A product can be sold."""

    name: str
    list_price: Money
    sku: str | None = None
    series: str | None = None


class ProductPriceChanged(Event, frozen=True, kw_only=True):
    """New lines start from another list price; existing lines keep theirs."""

    before: Money
    after: Money


class ProductRenamed(Event, frozen=True, kw_only=True):
    """The product has another name."""

    before: str
    after: str


class ProductRetired(Event, frozen=True, kw_only=True):
    """The product is not offered any more."""


ProductEvent = ProductAdded | ProductPriceChanged | ProductRenamed | ProductRetired
