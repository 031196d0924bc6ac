"""What requests about deals refer to, looked up once for all commands of a request."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from types import MappingProxyType
from uuid import UUID
from zoneinfo import ZoneInfo

from services.pipeline.api.deal_bodies import (
    Assign,
    ChangeAmount,
    ChangeLines,
    Correct,
    LineBody,
    OpenDeal,
    Wanted,
    Win,
)
from services.pipeline.domain.deal.refusals import DealMissing, ProcessUnknown
from services.pipeline.domain.exchange_rate.rate import Rate
from services.pipeline.domain.sales_process.definition import Definition
from services.pipeline.domain.sales_process.refusals import VersionMissing
from services.pipeline.projections.customers import Customers
from services.pipeline.projections.deal_list import DealList, NamedDeal, Touched
from services.pipeline.projections.deals import DealRow
from services.pipeline.projections.exchange_rates import Rates
from services.pipeline.projections.people import People
from services.pipeline.projections.processes import Processes
from services.pipeline.projections.products import ProductRow, Products
from services.pipeline.projections.scope import Scopes
from shared.http.auth import Principal

VersionKey = tuple[UUID, int]
NO_RATES: Mapping[str, Rate] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Known:
    """The answers: what is not in here does not exist, or not for this caller.

    `caller`: the person behind the token; `people`: active ones; `latest`: newest published version by process;
    `rates`: by day of the company's calendar (in `zone`) and currency.
    """

    caller: UUID | None
    people: frozenset[UUID]
    customers: frozenset[UUID]
    products: Mapping[UUID, ProductRow]
    latest: Mapping[UUID, int | None]
    definitions: Mapping[VersionKey, Definition]
    deals: Mapping[UUID, Touched]
    rates: Mapping[date, Mapping[str, Rate]]
    zone: ZoneInfo

    def rates_on(self, at: datetime) -> Mapping[str, Rate]:
        """What the currencies of this request are worth on the day of a command."""
        return self.rates.get(at.astimezone(self.zone).date(), NO_RATES)

    @property
    def visible(self) -> frozenset[UUID]:
        """The deals that the caller may see, deleted ones too."""
        return frozenset(deal_id for deal_id, deal in self.deals.items() if deal.visible)

    def deal(self, deal_id: UUID, *, deleted: bool = False) -> Touched:
        """A deal that the caller may see (a deleted one where asked for); raises DealMissing."""
        found = self.deals.get(deal_id)
        if found is None or not found.visible or (found.deleted and not deleted):
            raise DealMissing
        return found

    def version_of(self, deal_id: UUID) -> Definition:
        """The process version that a visible deal is on."""
        deal = self.deal(deal_id)
        return self.definitions[deal.process_id, deal.process_version]


@dataclass(frozen=True, slots=True)
class Lookup:
    """Asks each read model at most once per request."""

    scopes: Scopes
    people: People
    customers: Customers
    products: Products
    processes: Processes
    deals: DealList
    rates: Rates
    zone: ZoneInfo

    async def known(
        self, principal: Principal, wanted: Sequence[Wanted], deal_ids: Collection[UUID], at: Collection[datetime]
    ) -> Known:
        """Everything that these requests about these deals, made at these times, refer to."""
        openings = [body for body in wanted if isinstance(body, OpenDeal)]
        deals = await self.deals.touched(await self.scopes.of(principal.subject, principal.roles), deal_ids)
        latest = await self.processes.latest({body.process_id for body in openings if body.process_version is None})
        on = {(deal.process_id, deal.process_version) for deal in deals.values()}
        opened = {(body.process_id, body.process_version or latest.get(body.process_id) or 0) for body in openings}
        products = await self.products.by_id({line.product_id for line in _lines(wanted)})
        definitions = await self.processes.definitions(on | opened)
        retired = await self.processes.retired({body.process_id for body in openings if body.process_version})
        anyone = any("owner_id" not in body.model_fields_set for body in openings)
        return Known(
            caller=await self.people.person_of(principal.subject) if anyone else None,
            people=await self.people.active(_owners(wanted)),
            customers=await self.customers.known(_customers(wanted)),
            products=products,
            latest=latest,
            definitions=definitions | _retired(definitions, opened & retired),
            deals=deals,
            rates=await self._rates(_currencies(wanted, products.values(), deals.values()), at),
            zone=self.zone,
        )

    async def _rates(self, currencies: set[str], at: Collection[datetime]) -> dict[date, dict[str, Rate]]:
        days = {moment.astimezone(self.zone).date() for moment in at}
        found: dict[date, dict[str, Rate]] = {}
        for (currency, day), rate in (await self.rates.on_all((c, d) for c in currencies for d in days)).items():
            found.setdefault(day, {})[currency] = rate
        return found

    async def one(self, principal: Principal, deal_id: UUID) -> NamedDeal:
        """A deal as it is now; raises DealMissing also for what is deleted or out of the caller's reach."""
        scope = await self.scopes.of(principal.subject, principal.roles)
        named = await self.deals.one(scope, deal_id)
        if named is None:
            raise DealMissing
        return named

    async def then(self, deal: DealRow | None) -> NamedDeal:
        """A deal of the past with the names that its customer and owner have today; raises DealMissing for none."""
        if deal is None:
            raise DealMissing
        return await self.deals.named(deal)

    async def version_of(self, deal: DealRow) -> Definition:
        """The process version that a deal is on."""
        return await self.definition(deal.process_id, deal.process_version)

    async def definition(self, process_id: UUID, number: int, field: str | None = None) -> Definition:
        """A process version, drafts and retired ones too, as it is now.

        Raises ProcessUnknown where a `field` names it, else VersionMissing.
        """
        key = (process_id, number)
        definitions = await self.processes.definitions([key])
        if key not in definitions:
            raise VersionMissing if field is None else ProcessUnknown(field=field)
        return (definitions | _retired(definitions, {key} & await self.processes.retired([process_id])))[key]


def _retired(definitions: Mapping[VersionKey, Definition], keys: Iterable[VersionKey]) -> dict[VersionKey, Definition]:
    return {key: replace(definitions[key], retired=True) for key in keys}


def _owners(wanted: Iterable[Wanted]) -> set[UUID]:
    return {body.owner_id for body in wanted if isinstance(body, OpenDeal | Assign) and body.owner_id}


def _customers(wanted: Iterable[Wanted]) -> set[UUID]:
    return {body.customer_id for body in wanted if isinstance(body, OpenDeal | Correct) and body.customer_id}


def _lines(wanted: Iterable[Wanted]) -> list[LineBody]:
    return [line for body in wanted if isinstance(body, OpenDeal | ChangeLines) for line in body.lines]


def _currencies(wanted: Iterable[Wanted], products: Iterable[ProductRow], deals: Iterable[Touched]) -> set[str]:
    """The currencies that the amounts of these requests may turn out to be in; none where none of them sets one."""
    valued = [body for body in wanted if isinstance(body, OpenDeal | ChangeAmount | ChangeLines | Win)]
    if not valued:
        return set()
    given = {body.amount.currency for body in valued if not isinstance(body, ChangeLines) and body.amount}
    priced = {line.unit_price.currency for line in _lines(valued) if line.unit_price}
    held = {deal.currency for deal in deals if deal.currency}
    return given | priced | held | {product.currency for product in products}
