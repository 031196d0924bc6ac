"""What may be asked of a product."""

from __future__ import annotations

from services.pipeline.domain.money import Money
from shared.domain import Command


class AddProduct(Command, frozen=True, kw_only=True):
    """Offer a new product; its name is unique whatever its case."""

    name: str
    list_price: Money
    sku: str | None = None
    series: str | None = None


class ChangeProductPrice(Command, frozen=True, kw_only=True):
    """Set the list price."""

    list_price: Money


class RenameProduct(Command, frozen=True, kw_only=True):
    """Give the product another name."""

    name: str


class RetireProduct(Command, frozen=True, kw_only=True):
    """Stop offering the product."""


ProductCommand = AddProduct | ChangeProductPrice | RenameProduct | RetireProduct
