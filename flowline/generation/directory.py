"""Who sells and who buys: teams, people, customers and products, as commands for the public API like an import's."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from flowline.generation import market
from flowline.generation.parameters import NAME, Parameters
from flowline.imports.ids import id_for
from flowline.imports.plan import Plan, Step, Wave


def owner_id(number: int) -> UUID:
    """A person's id, the same in every history."""
    return id_for(NAME, "person", str(number))


def customer_id(number: int) -> UUID:
    """A customer's id, the same in every history."""
    return id_for(NAME, "customer", str(number))


def product_id(product: market.Product) -> UUID:
    """A product's id, the same in every history."""
    return id_for(NAME, "product", product.name)


def region_of(number: int) -> str:
    """Where a customer is."""
    return market.REGIONS[number * 7 % 11 % len(market.REGIONS)]


def plan(parameters: Parameters) -> Plan:
    """The waves that make the directory; what an earlier history made is left as it is."""
    directory = _Directory(parameters)
    waves = [
        Wave("teams", "teams", list(directory.teams())),
        Wave("people", "people", list(directory.people())),
        Wave("customers", "customers", list(directory.customers())),
        Wave("products", "products", list(directory.products())),
    ]
    return Plan(waves)


class _Directory:
    def __init__(self, parameters: Parameters) -> None:
        self._parameters = parameters

    def _step(self, name: str, kind: str, number: str, thing: UUID, body: dict[str, Any]) -> Step:
        # Another history may say something else under the same id: the key is this history's own.
        key = f"{NAME}:{self._parameters.run}:{kind}:{number}"
        return Step(f"{kind} {number}", name, thing, body, self._parameters.begins, key)

    def teams(self) -> Iterator[Step]:
        for number in range(self._parameters.teams):
            team = id_for(NAME, "team", str(number))
            yield self._step("create-team", "team", str(number), team, {"name": f"销售 Sales {number + 1:02d}"})

    def people(self) -> Iterator[Step]:
        for number in range(self._parameters.owners):
            team = str(id_for(NAME, "team", str(number % self._parameters.teams)))
            given, family = market.GIVEN[number % 14], market.FAMILY[number // 14 % 14]
            body = {"name": f"{given} {family} {number + 1}", "team_id": team}
            yield self._step("add-person", "person", str(number), owner_id(number), body)

    def customers(self) -> Iterator[Step]:
        for number in range(self._parameters.customers):
            name = f"{market.COMPANY[number % 12]} {market.TRADE[number // 12 % 10]} {number + 1}"
            body = {"name": name, "kind": "company", "region": region_of(number)}
            body["industry"] = market.INDUSTRIES[number * 5 % 13 % len(market.INDUSTRIES)]
            body["owner_id"] = str(owner_id(number % self._parameters.owners))
            yield self._step("create-customer", "customer", str(number), customer_id(number), body)

    def products(self) -> Iterator[Step]:
        for product in market.PRODUCTS:
            price = {"amount": f"{product.price:.2f}", "currency": "USD"}
            body = {"name": product.name, "series": product.series, "list_price": price}
            yield self._step("add-product", "product", product.name, product_id(product), body)
