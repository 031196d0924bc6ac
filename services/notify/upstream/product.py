"""The events of products, as far as rules may be about them."""

# ruff: noqa: D101 -- the producers say what their events mean; here only the fields matter

from typing import ClassVar

from services.notify.upstream.event import Money, Upstream


class _Product(Upstream, frozen=True, kw_only=True):
    about: ClassVar[str] = "product"


class ProductAdded(_Product, frozen=True, kw_only=True):
    name: str
    sku: str | None = None
    list_price: Money
    series: str | None = None


class ProductPriceChanged(_Product, frozen=True, kw_only=True):
    before: Money
    after: Money


class ProductRenamed(_Product, frozen=True, kw_only=True):
    before: str
    after: str


class ProductRetired(_Product, frozen=True, kw_only=True):
    pass
