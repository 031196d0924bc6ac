"""An amount in a currency."""

from __future__ import annotations

from decimal import Decimal

import msgspec


class Money(msgspec.Struct, frozen=True):
    """In JSON `{"amount": "123.45", "currency": "USD"}`: a decimal string and an ISO 4217 code."""

    amount: Decimal
    currency: str
