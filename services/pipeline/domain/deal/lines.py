"""Lines and amounts of a deal: positive quantities, one currency, a total that is computed unless it is given."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

import msgspec

from services.pipeline.domain.deal.events import Line
from services.pipeline.domain.deal.refusals import ProductNotOffered, QuantityNotPositive
from services.pipeline.domain.money import LIMIT, PRICE_UNIT, CurrenciesMixed, Money, amount_of, price_of, total


def checked_lines(lines: Sequence[Line], retired: frozenset[UUID], kept: Sequence[Line] = ()) -> tuple[Line, ...]:
    """The lines with sound quantities and prices; a retired product only where `kept` has it already."""
    offered_here = {line.product_id for line in kept}
    return tuple(_checked(f"/lines/{at}", line, retired - offered_here) for at, line in enumerate(lines))


def total_of(lines: Sequence[Line]) -> Money | None:
    """What the lines come to; None without lines."""
    return total(((line.quantity, line.unit_price) for line in lines), "/lines")


def opening_amount(given: Money | None, lines: Sequence[Line]) -> Money | None:
    """The amount given, or else the lines' total."""
    computed = total_of(lines)
    return computed if given is None else in_currency_of(amount_of(given, "/amount"), computed)


def final_amount(current: Money | None, given: Money | None) -> Money | None:
    """The amount a deal is won with."""
    return current if given is None else in_currency_of(amount_of(given, "/amount"), current)


def in_currency_of(amount: Money, other: Money | None) -> Money:
    """The amount, which must be in the other's currency where there is one."""
    if other is not None and amount.currency != other.currency:
        raise CurrenciesMixed(f"The deal is in {other.currency}, not {amount.currency}.", field="/amount/currency")
    return amount


def _checked(field: str, line: Line, refused: frozenset[UUID]) -> Line:
    if line.product_id in refused:
        raise ProductNotOffered(f"{line.product_name} is retired.", field=f"{field}/product_id")
    quantity = _quantity(line.quantity, f"{field}/quantity")
    return msgspec.structs.replace(line, quantity=quantity, unit_price=price_of(line.unit_price, f"{field}/unit_price"))


def _quantity(quantity: Decimal, field: str) -> Decimal:
    if not quantity.is_finite() or not 0 < quantity < LIMIT or quantity != quantity.quantize(PRICE_UNIT):
        raise QuantityNotPositive(field=field)
    whole = quantity.to_integral_value()
    return whole if whole == quantity else quantity.normalize()
