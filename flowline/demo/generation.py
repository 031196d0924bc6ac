"""Makes up a small company's half year of selling: the same story every time, ending today."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any
from uuid import UUID

from flowline.demo import b2b, software, words
from flowline.imports import processes
from flowline.imports.ids import id_for
from flowline.imports.plan import Plan, Step, Wave
from flowline.imports.processes import Call

NAME = "demo"
PROCESS = id_for(NAME, "process", "b2b drawn")
SOFTWARE_PROCESS = id_for(NAME, "process", "software drawn")
DEALS = 140
HALF_YEAR = 180
LAST_WEEKS = timedelta(days=21)


@dataclass(frozen=True, slots=True)
class Seller:
    """A person who can sign in: `subject` is the token's, `team` a team's name."""

    subject: str
    name: str
    email: str
    team: str
    sells: bool


def plan(sellers: Sequence[Seller], now: datetime) -> Plan:
    """Plan the demo for these people; `now` is where its story ends."""
    return Plan([wave for wave in _Story(sellers, now).waves() if wave.steps])


def cut(plan: Plan, at: datetime) -> tuple[Plan, Plan]:
    """Return what happened before an instant, and what happened from then on, each in the plan's order."""
    return (
        Plan(list(_waves(plan, lambda step: step.occurred_at < at)), plan.errors),
        Plan(list(_waves(plan, lambda step: step.occurred_at >= at))),
    )


def _waves(plan: Plan, wanted: Callable[[Step], bool]) -> Iterator[Wave]:
    for wave in plan.waves:
        if steps := [step for step in wave.steps if wanted(step)]:
            yield Wave(wave.title, wave.route, steps)


def process_calls() -> list[Call]:
    """Return the calls that publish the demo's two processes; its deals run on the first."""
    return [
        *processes.process_calls(PROCESS, b2b.NAME, [b2b.DRAWING]),
        *processes.process_calls(SOFTWARE_PROCESS, software.NAME, [software.DRAWING]),
    ]


class _Story:
    def __init__(self, sellers: Sequence[Seller], now: datetime) -> None:
        self._sellers, self._now = sellers, now
        self._run = f"{NAME}:{now:%Y-%m-%d}"  # another day's story has other dates: its keys may not be taken for these
        self._owners = [str(id_for(NAME, "person", seller.subject)) for seller in sellers if seller.sells]
        self._start = (now - timedelta(days=HALF_YEAR)).replace(hour=1, minute=0, second=0, microsecond=0)
        self._dice = random.Random(20260101)  # noqa: S311  a story, not a secret

    def waves(self) -> Iterator[Wave]:
        yield Wave("teams", "teams", list(self._teams()))
        yield Wave("people", "people", list(self._people()))
        yield Wave("customers", "customers", list(self._customers()))
        yield Wave("groups", "customers", list(self._groups()))
        yield Wave("contacts", "contacts", list(self._contacts()))
        yield Wave("activities", "activities", list(self._activities()))
        yield Wave("products", "products", list(self._products()))
        yield Wave("deals", "deals", list(self._deals()))

    def _step(self, name: str, kind: str, key: str, body: dict[str, Any], at: datetime | None = None) -> Step:
        return Step(
            f"{kind} {key}", name, id_for(NAME, kind, key), body, at or self._start, f"{self._run}:{kind}:{key}"
        )

    def _teams(self) -> Iterator[Step]:
        for team in sorted({seller.team for seller in self._sellers}):
            yield self._step("create-team", "team", team, {"name": team})

    def _people(self) -> Iterator[Step]:
        for seller in self._sellers:
            body = {"name": seller.name, "email": seller.email, "subject": seller.subject}
            body["team_id"] = str(id_for(NAME, "team", seller.team))
            yield self._step("add-person", "person", seller.subject, body)

    def _customers(self) -> Iterator[Step]:
        for name, industry, region, website in words.COMPANIES:
            body: dict[str, Any] = {"name": name, "kind": "company", "industry": industry, "region": region}
            body |= {"website": website} if website else {}
            body |= {"owner_id": self._dice.choice(self._owners), "employees": self._dice.randint(2, 90) * 20}
            yield self._step("create-customer", "customer", name, body, self._day(0, 30))

    def _groups(self) -> Iterator[Step]:
        for name, parent in words.PARENTS.items():
            at, key = self._start + timedelta(days=36), f"{self._run}:customer:{name}:parent"
            body = {"parent_id": _id("customer", parent)}
            yield Step(f"customer {name}", "correct-customer", id_for(NAME, "customer", name), body, at, key, expects=1)

    def _contacts(self) -> Iterator[Step]:
        for number, name in enumerate(words.CONTACTS):
            step = self._step("add-contact", "contact", name, self._contact(number, name), self._day(31, 35))
            company = words.COMPANIES[number % len(words.COMPANIES)][0]
            link = {"customer_id": _id("customer", company), "role": words.ROLES[number % len(words.ROLES)]}
            yield step
            yield Step(
                step.source, "link-contact-to-customer", step.id, link, step.occurred_at, f"{step.key}:link", expects=1
            )

    @staticmethod
    def _contact(number: int, name: str) -> dict[str, Any]:
        return {"name": name, "email": f"contact{number}@example.com", "phone": f"+86 138 0000 {number:04d}"}

    def _activities(self) -> Iterator[Step]:
        for number in range(60):
            subject = self._dice.choice(words.SUBJECTS)
            body = {"kind": self._dice.choice(("call", "visit", "meeting", "note")), "subject": subject}
            body |= {"customer_id": _id("customer", self._company()), "owner_id": self._dice.choice(self._owners)}
            yield self._step("record-activity", "activity", str(number), body, self._day(40, HALF_YEAR))

    def _products(self) -> Iterator[Step]:
        for name, series, price in words.PRODUCTS:
            yield self._step(
                "add-product", "product", name, {"name": name, "series": series, "list_price": _cny(price)}
            )

    def _deals(self) -> Iterator[Step]:
        for number in range(DEALS):
            yield from self._deal(f"{number:03d}")

    def _deal(self, number: str) -> Iterator[Step]:
        """Follow one deal along the process until it is decided or the half year is over."""
        deal, at, version = id_for(NAME, "deal", number), self._day(36, HALF_YEAR - 1), 1
        opening = self._opening(at)
        yield Step(f"deal {number}", "open-deal", deal, opening, at, f"{self._run}:deal:{number}:1")
        for name, body in self._journey(_amount(opening)):
            days = 0 if name == "tick-deal" else self._dice.randint(2, 16)
            at += timedelta(days=days, minutes=self._dice.randint(0, 500))
            if at >= self._now:
                return
            yield Step(
                f"deal {number}", name, deal, body, at, f"{self._run}:deal:{number}:{version + 1}", expects=version
            )
            version += 1

    def _opening(self, at: datetime) -> dict[str, Any]:
        company, (product, _, price) = self._company(), self._dice.choice(words.PRODUCTS)
        line = {
            "product_id": _id("product", product),
            "quantity": str(self._dice.randint(1, 12)),
            "unit_price": _cny(price),
        }
        return {
            "name": f"{company} · {product}",
            "process_id": str(PROCESS),
            "process_version": 1,
            "owner_id": self._dice.choice(self._owners),
            "customer_id": _id("customer", company),
            "lines": [line],
            "expected_close": (at + timedelta(days=60)).date().isoformat(),
            "source": self._dice.choice(("website", "referral", "exhibition 展会", "partner")),
        }

    def _journey(self, amount: Decimal) -> Iterator[tuple[str, dict[str, Any]]]:
        path = (*b2b.PATH[:-1], b2b.REVIEW, b2b.PATH[-1]) if amount >= b2b.BIG else b2b.PATH
        for here, there in pairwise(path):
            if self._dice.random() < 0.16:  # noqa: PLR2004  about a sixth is lost at every stage
                yield "lose-deal", {"reason": self._dice.choice(words.REASONS)}
                return
            for item in b2b.TO_BE_TICKED.get(here, ()):
                yield "tick-deal", {"stage": here, "item": item}
            yield "move-deal", {"to_stage": there}
        yield ("win-deal", {}) if self._dice.random() < 0.7 else ("lose-deal", {"reason": words.REASONS[0]})  # noqa: PLR2004

    def _company(self) -> str:
        return self._dice.choice(words.COMPANIES)[0]

    def _day(self, first: int, last: int) -> datetime:
        return self._start + timedelta(days=self._dice.randint(first, last - 1), minutes=self._dice.randint(0, 600))


def _amount(opening: dict[str, Any]) -> Decimal:
    return sum(
        (Decimal(line["quantity"]) * Decimal(line["unit_price"]["amount"]) for line in opening["lines"]), Decimal(0)
    )


def _id(kind: str, key: str) -> str:
    return str(id_for(NAME, kind, key))


def _cny(price: str) -> dict[str, str]:
    return {"amount": f"{Decimal(price):.2f}", "currency": "CNY"}


def person_id(seller: Seller) -> UUID:
    """Return the id that the demo gives a person."""
    return id_for(NAME, "person", seller.subject)
