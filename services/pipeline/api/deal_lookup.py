"""What requests about deals refer to, looked up once for all commands of a request."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from services.pipeline.api.deal_bodies import Assign, ChangeLines, Correct, LineBody, OpenDeal, Wanted
from services.pipeline.domain.deal.refusals import DealMissing
from services.pipeline.domain.sales_process.definition import Definition
from services.pipeline.projections.customers import Customers
from services.pipeline.projections.deal_list import DealList, NamedDeal, Touched
from services.pipeline.projections.deals import DealRow
from services.pipeline.projections.people import People
from services.pipeline.projections.processes import Processes
from services.pipeline.projections.products import ProductRow, Products
from services.pipeline.projections.scope import Scopes
from shared.http.auth import Principal

VersionKey = tuple[UUID, int]


@dataclass(frozen=True, slots=True)
class Known:
    """The answers: what is not in here does not exist, or not for this caller.

    `caller`: the person behind the token; `people`: active ones; `latest`: newest published version by process.
    """

    caller: UUID | None
    people: frozenset[UUID]
    customers: frozenset[UUID]
    products: Mapping[UUID, ProductRow]
    latest: Mapping[UUID, int | None]
    definitions: Mapping[VersionKey, Definition]
    deals: Mapping[UUID, Touched]

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

    async def known(self, principal: Principal, wanted: Sequence[Wanted], deal_ids: Collection[UUID] = ()) -> Known:
        """Everything that these requests about these deals refer to."""
        openings = [body for body in wanted if isinstance(body, OpenDeal)]
        deals = await self.deals.touched(await self.scopes.of(principal.subject, principal.roles), deal_ids)
        latest = await self.processes.latest({body.process_id for body in openings if body.process_version is None})
        on = {(deal.process_id, deal.process_version) for deal in deals.values()}
        opened = {(body.process_id, body.process_version or latest.get(body.process_id) or 0) for body in openings}
        anyone = any("owner_id" not in body.model_fields_set for body in openings)
        return Known(
            caller=await self.people.person_of(principal.subject) if anyone else None,
            people=await self.people.active(_owners(wanted)),
            customers=await self.customers.known(_customers(wanted)),
            products=await self.products.by_id({line.product_id for line in _lines(wanted)}),
            latest=latest,
            definitions=await self.processes.definitions(on | opened),
            deals=deals,
        )

    async def one(self, principal: Principal, deal_id: UUID) -> NamedDeal:
        """A deal as it is now; raises DealMissing also for what is deleted or out of the caller's reach."""
        scope = await self.scopes.of(principal.subject, principal.roles)
        named = await self.deals.one(scope, deal_id)
        if named is None:
            raise DealMissing
        return named

    async def version_of(self, deal: DealRow) -> Definition:
        """The process version that a deal is on."""
        key = (deal.process_id, deal.process_version)
        return (await self.processes.definitions([key]))[key]


def _owners(wanted: Iterable[Wanted]) -> set[UUID]:
    return {body.owner_id for body in wanted if isinstance(body, OpenDeal | Assign) and body.owner_id}


def _customers(wanted: Iterable[Wanted]) -> set[UUID]:
    return {body.customer_id for body in wanted if isinstance(body, OpenDeal | Correct) and body.customer_id}


def _lines(wanted: Iterable[Wanted]) -> list[LineBody]:
    return [line for body in wanted if isinstance(body, OpenDeal | ChangeLines) for line in body.lines]
