"""Plans the CRM Sales Opportunities rows as commands for the public API at their historic dates.

Accounts become customers, agents people in the team of their manager below the team of their office, products
products, and opportunities deals in US dollars on a sales process with the data set's stages.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from flowline.imports import processes
from flowline.imports.crm_sales_opportunities.source import Row, Source, Unreadable
from flowline.imports.ids import id_for
from flowline.imports.plan import Plan, RowError, Step, Wave
from flowline.imports.processes import Call

NAME = "crm-sales-opportunities"
PROCESS = id_for(NAME, "process", "CRM Sales Opportunities")
STAGES = (
    {"key": "prospecting", "name": "Prospecting", "category": "open", "probability": 10},
    {"key": "engaging", "name": "Engaging", "category": "open", "probability": 50},
    {"key": "won", "name": "Won", "category": "won", "probability": 100},
    {"key": "lost", "name": "Lost", "category": "lost", "probability": 0},
)
MOVES = (
    {"from_stage": "prospecting", "to_stage": "engaging"},
    {"from_stage": "engaging", "to_stage": "prospecting"},
    *({"from_stage": stage, "to_stage": end} for stage in ("prospecting", "engaging") for end in ("won", "lost")),
)
SECTORS = {"technolgy": "technology"}  # the data set's own slip of the pen


def plan(source: Source) -> Plan:
    """Turn the rows into waves of steps; rows that cannot be read are in `errors`, each with its reason."""
    return _Planner(source).plan()


def process_calls() -> list[Call]:
    """Return the calls that publish the data set's sales process."""
    drawing = {"stages": list(STAGES), "moves": list(MOVES)}
    return processes.process_calls(PROCESS, "CRM Sales Opportunities", [drawing])


def _alike(name: str) -> str:
    """Spell a name so that `GTXPro` and `GTX Pro` are one product."""
    return "".join(name.casefold().split())


class _Planner:
    def __init__(self, source: Source) -> None:
        self._source = source
        self._errors: list[RowError] = []
        self._first, self._last = self._span()
        self._products: dict[str, tuple[UUID, str, Decimal]] = {}

    def plan(self) -> Plan:
        waves = [
            Wave("teams", "teams", list(self._offices())),
            Wave("teams of managers", "teams", list(self._teams())),
            Wave("people", "people", list(self._people())),
            *(Wave("customers", "customers", steps) for steps in self._customers()),
            Wave("products", "products", list(self._product_steps())),
            Wave("deals", "deals", list(self._deals())),
        ]
        return Plan([wave for wave in waves if wave.steps], self._errors)

    def _span(self) -> tuple[datetime, datetime]:
        days = [day for row in self._source.opportunities for day in self._days(row)]
        if not days:
            raise Unreadable("no opportunity has a date, so there is no day to import at")
        return min(days), max(days)

    @staticmethod
    def _days(row: Row) -> Iterator[datetime]:
        for column in ("engage_date", "close_date"):
            try:
                if day := row.day(column):
                    yield day
            except Unreadable:
                continue  # the row itself is reported when its deal is planned

    def _step(self, row: Row, name: str, kind: str, key: str, body: dict[str, Any]) -> Step:
        return Step(row.at, name, id_for(NAME, kind, key), body, self._first, f"{NAME}:{kind}:{key}")

    def _offices(self) -> Iterator[Step]:
        offices = {
            row.text("regional_office"): row for row in reversed(self._source.teams) if row.text("regional_office")
        }
        for office, row in offices.items():
            yield self._step(row, "create-team", "office", office, {"name": office})

    def _teams(self) -> Iterator[Step]:
        managers = {row.text("manager"): row for row in reversed(self._source.teams) if row.text("manager")}
        for manager, row in managers.items():
            office = row.text("regional_office")
            parent = str(id_for(NAME, "office", office)) if office else None
            yield self._step(row, "create-team", "team", manager, {"name": f"Team {manager}", "parent_id": parent})

    def _people(self) -> Iterator[Step]:
        managed = {row.text("sales_agent"): (row, row.text("manager")) for row in self._source.teams}
        managers = {row.text("manager"): (row, row.text("manager")) for row in self._source.teams}
        selling = {row.text("sales_agent"): (row, "") for row in self._source.opportunities}
        for person, (row, manager) in (selling | managers | managed).items():
            if person:
                team = str(id_for(NAME, "team", manager)) if manager else None
                yield self._step(row, "add-person", "person", person, {"name": person, "team_id": team})

    def _customers(self) -> Iterator[list[Step]]:
        known = {row.text("account"): row for row in self._source.accounts}
        parents = {row.text("subsidiary_of"): row for row in self._source.accounts}
        named = parents | {row.text("account"): row for row in self._source.opportunities}
        belongs = {name: known[name].text("subsidiary_of") if name in known else "" for name in named | known if name}
        while belongs:  # parents first: a wave of those whose parent is not waiting itself
            ready = [name for name, parent in belongs.items() if parent not in belongs]
            for name in ready or belongs:
                belongs.pop(name) if ready else self._errors.append(
                    RowError(known[name].at, "subsidiary_of goes round")
                )
            yield [step for name in ready for step in self._customer(name, known.get(name), named.get(name))]
            if not ready:
                return

    def _customer(self, name: str, account: Row | None, mentioned: Row | None) -> Iterator[Step]:
        row = account or mentioned
        if row is None:
            return
        try:
            body = {"name": name, "kind": "company", "source": NAME} | (_company(account) if account else {})
        except Unreadable as reason:
            self._errors.append(RowError(row.at, str(reason)))
            body = {"name": name, "kind": "company", "source": NAME}
        yield self._step(row, "create-customer", "customer", name, body)

    def _product_steps(self) -> Iterator[Step]:
        for row in self._source.products:
            name = row.text("product")
            try:
                price = row.number("sales_price")
            except Unreadable as reason:
                self._errors.append(RowError(row.at, str(reason)))
                continue
            if name and price is not None and _alike(name) not in self._products:
                self._products[_alike(name)] = (id_for(NAME, "product", _alike(name)), name, price)
                body = {"name": name, "series": row.text("series") or None, "list_price": _usd(price)}
                yield self._step(row, "add-product", "product", _alike(name), body)

    def _deals(self) -> Iterator[Step]:
        seen: Counter[str] = Counter()
        for row in self._source.opportunities:
            opportunity = row.text("opportunity_id")
            seen[opportunity] += 1
            if not opportunity or seen[opportunity] > 1:
                self._errors.append(RowError(row.at, f"opportunity_id {opportunity!r} is missing or stands here again"))
                continue
            try:
                yield from self._deal(row, opportunity)
            except Unreadable as reason:
                self._errors.append(RowError(row.at, str(reason)))

    def _deal(self, row: Row, opportunity: str) -> Iterator[Step]:
        stage = row.text("deal_stage").casefold()
        if stage not in {known["key"] for known in STAGES}:
            raise Unreadable(f"deal_stage {row.text('deal_stage')!r} is not one of the four")
        closed = row.day("close_date") if stage in ("won", "lost") else None
        if stage in ("won", "lost") and closed is None:
            raise Unreadable(f"a deal that is {stage} needs a close_date")
        opened = row.day("engage_date") or closed or self._last
        if closed is not None and closed < opened:
            raise Unreadable("close_date lies before engage_date")
        close_value = row.number("close_value")
        deal = id_for(NAME, "deal", opportunity)
        key = f"{NAME}:deal:{opportunity}"
        first = stage if closed is None else "engaging"
        yield Step(row.at, "open-deal", deal, self._opening(row, opportunity, first), opened, f"{key}:open")
        if closed is not None:
            yield Step(row.at, *_closing(stage, deal, close_value), closed, f"{key}:close", expects=1)

    def _opening(self, row: Row, opportunity: str, stage: str) -> dict[str, Any]:
        agent, account, product = row.text("sales_agent"), row.text("account"), row.text("product")
        return {
            "name": " · ".join(part for part in (account, product, opportunity) if part),
            "process_id": str(PROCESS),
            "process_version": 1,
            "stage": stage,
            "owner_id": str(id_for(NAME, "person", agent)) if agent else None,
            "customer_id": str(id_for(NAME, "customer", account)) if account else None,
            "lines": self._lines(row, product),
            "source": NAME,
        }

    def _lines(self, row: Row, product: str) -> list[dict[str, Any]]:
        if not product:
            return []
        if _alike(product) not in self._products:
            self._errors.append(RowError(row.at, f"product {product!r} is not in products.csv: the deal has no line"))
            return []
        product_id, _, price = self._products[_alike(product)]
        return [{"product_id": str(product_id), "quantity": "1", "unit_price": _usd(price)}]


def _company(account: Row) -> dict[str, Any]:
    employees, founded = account.number("employees"), account.number("year_established")
    revenue, parent = account.number("revenue"), account.text("subsidiary_of")
    sector = account.text("sector")
    body: dict[str, Any] = {
        "industry": SECTORS.get(sector, sector),
        "region": account.text("office_location"),
        "employees": int(employees) if employees is not None else None,
        "founded": int(founded) if founded is not None else None,
        "annual_revenue": _usd(revenue * 1_000_000) if revenue is not None else None,  # the file counts in millions
        "parent_id": str(id_for(NAME, "customer", parent)) if parent else None,
    }
    return {name: value for name, value in body.items() if value not in (None, "")}


def _closing(stage: str, deal: UUID, value: Decimal | None) -> tuple[str, UUID, dict[str, Any]]:
    if stage == "won":
        return "win-deal", deal, {} if value is None else {"amount": _usd(value)}
    return "lose-deal", deal, {"reason": "not given in the data set"}


def _usd(amount: Decimal) -> dict[str, str]:
    return {"amount": f"{amount:.2f}", "currency": "USD"}
