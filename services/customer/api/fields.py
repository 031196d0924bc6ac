"""What the fields of a request may hold."""

from decimal import Decimal
from typing import Annotated, Any

from pydantic import AwareDatetime, Field, StringConstraints

from services.customer.domain.money import Money
from shared.http.payload import Payload

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Word = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
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
Moment = AwareDatetime


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
