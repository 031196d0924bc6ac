"""What the fields of a request may hold."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any

from pydantic import AfterValidator, AwareDatetime, BeforeValidator, Field, StringConstraints

from services.customer.domain.money import Money
from shared.http.payload import Payload

ONE_LINE = r"^[^\x00-\x1f\x7f-\x9f]*$"
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=ONE_LINE)]
Word = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100, pattern=ONE_LINE)]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=10_000)]
Phone = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^[0-9+()#*./ x-]{3,50}$")]
Email = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=254, pattern=r"^[^@\s]{1,64}@[^@\s.]+(\.[^@\s.]+)+$")
]
Website = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=2000, pattern=r"^https?://[^\s/?#@]+([/?#]\S*)?$")
]
Year = Annotated[int, Field(ge=1000, le=2200)]
Headcount = Annotated[int, Field(ge=0, le=100_000_000)]


def spelled(value: object) -> object:
    """A time is text; numbers that might be seconds or milliseconds are not guessed at."""
    if not isinstance(value, str) or "T" not in value.upper():
        raise ValueError("a time is RFC 3339 text, such as 2026-03-02T09:00:00Z")
    return value


def plausible(value: datetime) -> datetime:
    """A time that every calendar and database can still turn into UTC."""
    if not 1900 <= value.year <= 2200:  # noqa: PLR2004 - generous bounds of a business
        raise ValueError("a time lies between the years 1900 and 2200")
    return value


Moment = Annotated[AwareDatetime, BeforeValidator(spelled), AfterValidator(plausible)]


class MoneyBody(Payload):
    """`{"amount": "123.45", "currency": "USD"}`; whether both are possible is for the domain to say."""

    amount: Decimal
    currency: Annotated[str, StringConstraints(max_length=10)]


def given(body: Payload, kind: type[Payload]) -> dict[str, Any]:
    """The fields of `kind` that the sender has named, with what they hold: what is left out is not touched."""
    return {field: plain(getattr(body, field)) for field in kind.model_fields if field in body.model_fields_set}


def plain(value: Any) -> Any:
    """A value as the domain has it."""
    match value:
        case MoneyBody():
            return Money(value.amount, value.currency)
        case list():
            return tuple(value)
        case _:
            return value
