"""Money in requests and answers."""

from decimal import Decimal

from pydantic import BaseModel

from services.pipeline.domain.money import Money
from shared.http.payload import Payload


class MoneyBody(Payload):
    """An amount as a decimal string and its ISO 4217 currency."""

    amount: Decimal
    currency: str

    @property
    def money(self) -> Money:
        """As the domain has it; what is wrong with it is said there."""
        return Money(amount=self.amount, currency=self.currency)


class MoneyView(BaseModel):
    """An amount as a decimal string and its ISO 4217 currency."""

    amount: Decimal
    currency: str


def money_of(body: MoneyBody | None) -> Money | None:
    """The money, where there is any."""
    return body.money if body else None


def shown(amount: Decimal | None, currency: str | None) -> MoneyView | None:
    """The money, where a row has any."""
    return None if amount is None or currency is None else MoneyView(amount=amount, currency=currency)
