"""What a deal is about: who sells what to whom for how much, and how that changes on the way."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from random import Random

from flowline.generation import directory, market
from flowline.generation.parameters import Parameters
from services.pipeline.domain.deal import commands
from services.pipeline.domain.deal.events import Line
from services.pipeline.domain.deal.state import Content
from services.pipeline.domain.money import UNITS, Money
from services.pipeline.domain.sales_process.definition import Definition
from services.pipeline.domain.sales_process.drawing import ForecastCategory

_WITH_LINES, _WITHOUT_AMOUNT = 0.6, 0.05
_AMOUNT_MU, _AMOUNT_SIGMA = 9.3, 1.1  # of log-normal US dollars: median 11 thousand, mean 20 thousand
_QUANTITY_MU, _QUANTITY_SIGMA = 1.0, 0.8
_KINDS, _KIND_WEIGHTS = ("expected close", "amount", "lines", "source", "forecast", "owner"), (40, 68, 78, 80, 84, 100)
_SEEN_AS: tuple[ForecastCategory, ...] = ("pipeline", "best_case", "most_likely", "commit", "omitted")
_HOME_MARKET = 0.55  # of the deals are in the first currency at once; the rest draws among all


@dataclass(frozen=True, slots=True)
class Offer:
    """The wish that opens a deal, and the number of whoever makes it."""

    command: commands.OpenDeal
    owner: int


class Offers:
    """The offers of one history."""

    def __init__(self, parameters: Parameters) -> None:
        self._owners = [directory.owner_id(number) for number in range(parameters.owners)]
        self._teams, self._currencies = parameters.teams, parameters.currencies
        self._customers = [
            (directory.customer_id(number), directory.region_of(number)) for number in range(parameters.customers)
        ]
        self._products = [(directory.product_id(product), product) for product in market.PRODUCTS]

    def opening(self, number: int, dice: Random, at: datetime, definition: Definition) -> Offer:
        """What deal `number` starts as."""
        owner, currency = dice.randrange(len(self._owners)), self._currency(dice)
        place = int(len(self._customers) * dice.random() ** 2)  # a few customers buy much more often than the rest
        customer, region = self._customers[place]
        lines: tuple[Line, ...] = ()
        amount = None
        if (kind := dice.random()) < _WITH_LINES:
            lines = self._lines(currency, dice)
        elif kind < 1 - _WITHOUT_AMOUNT:
            amount = _fresh(currency, dice)
        command = commands.OpenDeal(
            name=f"Deal {number + 1}",
            definition=definition,
            owner_id=self._owners[owner],
            customer_id=customer,
            amount=amount,
            lines=lines,
            expected_close=(at + timedelta(days=dice.randrange(20, 120))).date(),
            source=dice.choices(market.SOURCES, market.SOURCE_SHARES)[0],
            region=region,
        )
        return Offer(command, owner)

    def change(self, content: Content, owner: int, dice: Random, at: datetime) -> tuple[commands.DealCommand, int]:
        """A change of terms or owner, and who owns the deal after it."""
        match dice.choices(_KINDS, cum_weights=_KIND_WEIGHTS)[0]:
            case "expected close":
                later = (content.expected_close or at.date()) + timedelta(days=dice.randrange(-20, 60))
                return commands.ChangeDealExpectedClose(expected_close=max(later, at.date())), owner
            case "amount":
                return self._other_amount(content, dice), owner
            case "lines":
                currency = content.amount.currency if content.amount else self._currency(dice)
                return commands.ChangeDealLines(lines=self._lines(currency, dice)), owner
            case "source":
                return commands.CorrectDeal(source=dice.choice(market.SOURCES)), owner
            case "forecast":
                return commands.ChangeDealForecast(category=dice.choice(_SEEN_AS)), owner
            case _:
                another = self._colleague(owner, dice)
                return commands.AssignDeal(owner_id=self._owners[another]), another

    def bargained(self, amount: Money, dice: Random) -> Money:
        """An amount after the last round of bargaining."""
        return _money(float(amount.amount) * dice.uniform(0.8, 1.05), amount.currency)

    def _other_amount(self, content: Content, dice: Random) -> commands.ChangeDealAmount:
        if content.amount is None:
            return commands.ChangeDealAmount(amount=_fresh(self._currency(dice), dice))
        worth = float(content.amount.amount) * dice.lognormvariate(0, 0.25)
        return commands.ChangeDealAmount(amount=_money(worth, content.amount.currency))

    def _colleague(self, owner: int, dice: Random) -> int:
        """Somebody of the same team where there is anybody else in it (people are dealt out to teams in turn)."""
        team = range(owner % self._teams, len(self._owners), self._teams)
        return team[dice.randrange(len(team))]

    def _currency(self, dice: Random) -> str:
        """The first one for most deals, the others alike."""
        return self._currencies[0] if dice.random() < _HOME_MARKET else dice.choice(self._currencies)

    def _lines(self, currency: str, dice: Random) -> tuple[Line, ...]:
        chosen = dice.sample(self._products, 2 if dice.random() < 0.25 else 1)  # noqa: PLR2004 - a quarter has two
        return tuple(
            Line(
                product_id=product_id,
                product_name=product.name,
                quantity=Decimal(1 + int(dice.lognormvariate(_QUANTITY_MU, _QUANTITY_SIGMA))),
                unit_price=_money(float(product.price) * dice.uniform(0.85, 1.0), currency, dollars=True),
            )
            for product_id, product in chosen
        )


def _fresh(currency: str, dice: Random) -> Money:
    return _money(dice.lognormvariate(_AMOUNT_MU, _AMOUNT_SIGMA), currency, dollars=True)


def _money(amount: float, currency: str, *, dollars: bool = False) -> Money:
    """An amount in the smallest unit of the currency; `dollars`: given in US dollars."""
    worth = Decimal(amount) * market.PER_DOLLAR.get(currency, Decimal(1)) if dollars else Decimal(amount)
    return Money(amount=worth.quantize(UNITS[currency], ROUND_HALF_UP), currency=currency)
