"""What every event of another service is here, and the values that several of them have."""

from decimal import Decimal
from typing import Any, ClassVar

import msgspec

Sealed = dict[str, Any] | str | None
Changes = dict[str, Any]


class Upstream(msgspec.Struct, frozen=True, kw_only=True):
    """An event of another service; `about` is the kind of thing its stream is."""

    about: ClassVar[str]


class Money(msgspec.Struct, frozen=True):
    """A decimal amount and its ISO 4217 currency."""

    amount: Decimal
    currency: str
