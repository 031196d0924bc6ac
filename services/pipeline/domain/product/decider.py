"""A product: named once, priced, renamed, and one day retired."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import assert_never

from services.pipeline.domain.money import Money, amount_of
from services.pipeline.domain.naming import named
from services.pipeline.domain.product.commands import (
    AddProduct,
    ChangeProductPrice,
    ProductCommand,
    RenameProduct,
    RetireProduct,
)
from services.pipeline.domain.product.events import (
    ProductAdded,
    ProductEvent,
    ProductPriceChanged,
    ProductRenamed,
    ProductRetired,
)
from shared.domain import Claim, Decider
from shared.errors import Conflict, NotFound, Rejected


class ProductExists(Conflict):
    """There is a product with this id already."""

    code = "product-exists"


class ProductMissing(NotFound):
    """There is no such product."""

    code = "product-not-found"


class ProductIsRetired(Rejected):
    """A retired product is neither changed nor offered."""

    code = "product-is-retired"


@dataclass(frozen=True, slots=True)
class NoProduct:
    """Nothing has been added under this id."""


@dataclass(frozen=True, slots=True)
class OfferedProduct:
    """A product that can be sold."""

    name: str
    list_price: Money


@dataclass(frozen=True, slots=True)
class RetiredProduct:
    """A product that was once sold."""


Product = NoProduct | OfferedProduct | RetiredProduct


def decide(product: Product, command: ProductCommand) -> Sequence[ProductEvent]:
    """What a wish leads to."""
    match command:
        case AddProduct():
            return _add(product, command)
        case ChangeProductPrice():
            return _change_price(_offered(product), command)
        case RenameProduct():
            return _rename(_offered(product), command)
        case RetireProduct():
            _offered(product)
            return [ProductRetired()]
        case _:
            assert_never(command)


def evolve(product: Product, event: ProductEvent) -> Product:
    """What a fact makes of a product."""
    match event:
        case ProductAdded():
            return OfferedProduct(event.name, event.list_price)
        case ProductPriceChanged():
            return replace(_offered(product), list_price=event.after)
        case ProductRenamed():
            return replace(_offered(product), name=event.after)
        case ProductRetired():
            return RetiredProduct()
        case _:
            assert_never(event)


def claims(event: ProductEvent) -> Sequence[Claim]:
    """A name belongs to one product for ever, also when it is retired."""
    match event:
        case ProductAdded():
            return [Claim(_name_key(event.name))]
        case ProductRenamed() if _name_key(event.before) != _name_key(event.after):
            return [Claim(_name_key(event.after)), Claim(_name_key(event.before), held=False)]
        case _:
            return ()


def _name_key(name: str) -> str:
    return f"product-name:{name.casefold()}"


def _offered(product: Product) -> OfferedProduct:
    match product:
        case OfferedProduct():
            return product
        case RetiredProduct():
            raise ProductIsRetired
        case NoProduct():
            raise ProductMissing
        case _:
            assert_never(product)


def _add(product: Product, command: AddProduct) -> Sequence[ProductEvent]:
    if not isinstance(product, NoProduct):
        raise ProductExists
    price = amount_of(command.list_price, "/list_price")
    return [ProductAdded(name=named(command.name), list_price=price, sku=command.sku, series=command.series)]


def _change_price(product: OfferedProduct, command: ChangeProductPrice) -> Sequence[ProductEvent]:
    price = amount_of(command.list_price, "/list_price")
    if price == product.list_price:
        return []
    return [ProductPriceChanged(before=product.list_price, after=price)]


def _rename(product: OfferedProduct, command: RenameProduct) -> Sequence[ProductEvent]:
    name = named(command.name)
    return [] if name == product.name else [ProductRenamed(before=product.name, after=name)]


PRODUCT: Decider[Product, ProductCommand, ProductEvent] = Decider(
    category="product",
    initial=NoProduct(),
    decide=decide,
    evolve=evolve,
    events=(ProductAdded, ProductPriceChanged, ProductRenamed, ProductRetired),
    claims=claims,
)
