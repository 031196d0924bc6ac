"""What can be asked about customers over HTTP: lists, one of them, its story, contacts and activities."""

from dataclasses import asdict, dataclass, replace
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import Field

from services.customer.api.activity_views import ActivityView, activity_view
from services.customer.api.contact_views import ContactView
from services.customer.api.customer_views import CustomerView, SearchText, StoryEntryView, customer_view
from services.customer.api.reads import Reads
from services.customer.api.rights import RIGHTS
from services.customer.domain.customer.events import Kind
from services.customer.projections.activity_list import ActivityFilter
from services.customer.projections.customer_list import CustomerFilter, Sort, sort_key
from shared.http.answers import found
from shared.http.auth import Principal
from shared.http.calls import reader
from shared.http.pages import Page, PageRequest, page_request
from shared.http.rights import require

Reading = Annotated[Principal, Depends(reader("customer.read"))]
ReadingContacts = Annotated[Principal, Depends(reader("contact.read"))]
ReadingActivities = Annotated[Principal, Depends(reader("activity.read"))]
Names = Annotated[
    tuple[Annotated[str, Field(min_length=1, max_length=200)], ...],
    Query(max_length=100, description="Customers with exactly these names, in capitals or not"),
]
OnePage = Annotated[PageRequest, Depends(page_request)]


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerQuery:
    """The query parameters of a list of customers."""

    owner_id: UUID | None = None
    kind: Kind | None = None
    industry: str | None = None
    region: str | None = None
    source: str | None = None
    parent_id: UUID | None = None
    archived: bool | None = None
    deleted: bool = False
    q: SearchText = None
    name: Names = ()
    sort: Sort = "name"

    def filter(self) -> CustomerFilter:
        """All but the order."""
        wanted = asdict(self)
        del wanted["sort"]
        return CustomerFilter(text=wanted.pop("q"), names=wanted.pop("name") or None, **wanted)


def customer_query_routes(reads: Reads) -> APIRouter:
    """Lists and single customers, as far as the caller may see."""
    router = APIRouter(tags=["customers"])

    @router.get("/customers", operation_id="listCustomers")
    async def list_customers(
        principal: Reading,
        page: OnePage,
        query: Annotated[CustomerQuery, Depends(CustomerQuery)],
        team: Annotated[UUID | None, Query(description="Of the people in this team and in those below it")] = None,
    ) -> Page[CustomerView]:
        if query.deleted:
            require(RIGHTS, principal, "customer.restore")
        scope = await reads.scope(principal)
        wanted = query.filter() if team is None else replace(query.filter(), team=await reads.people.of_team(team))
        rows = await reads.customers.page(scope, wanted, query.sort, after=page.after, limit=page.limit + 1)
        keys = {row.id: sort_key(row, query.sort) for row in rows}
        return page.of([customer_view(row) for row in rows], key=lambda row: keys[row.id])

    @router.get("/customers/{customer_id}", operation_id="getCustomer", response_model=CustomerView)
    async def get_customer(customer_id: UUID, request: Request, principal: Reading) -> Response:
        customer = await reads.customers.one(await reads.scope(principal), customer_id)
        return found(request, customer_view(customer), customer.version)

    @router.get("/customers/{customer_id}/story", operation_id="getCustomerStory")
    async def get_story(customer_id: UUID, principal: Reading, page: OnePage) -> Page[StoryEntryView]:
        await reads.see_customer(principal, customer_id)
        entries = await reads.stories.page(customer_id, after=page.after, limit=page.limit + 1)
        keys = {entry.event_id: (entry.occurred_at, entry.epoch, entry.position) for entry in entries}
        views = [StoryEntryView.model_validate(entry) for entry in entries]
        return page.of(views, key=lambda entry: keys[entry.event_id])

    @router.get("/customers/{customer_id}/contacts", operation_id="listCustomerContacts")
    async def list_contacts(customer_id: UUID, principal: ReadingContacts, page: OnePage) -> Page[ContactView]:
        await reads.see_customer(principal, customer_id)
        scope = await reads.scope(principal)
        cards = await reads.contacts.page(scope, customer_id=customer_id, after=page.after, limit=page.limit + 1)
        return page.of(
            [ContactView.model_validate(card) for card in cards], key=lambda card: (card.created_at, card.id)
        )

    @router.get("/customers/{customer_id}/activities", operation_id="listCustomerActivities")
    async def list_activities(customer_id: UUID, principal: ReadingActivities, page: OnePage) -> Page[ActivityView]:
        await reads.see_customer(principal, customer_id)
        wanted = ActivityFilter(customer_id=customer_id)
        rows = await reads.activities.page(await reads.scope(principal), wanted, after=page.after, limit=page.limit + 1)
        return page.of([activity_view(row) for row in rows], key=lambda row: (row.updated_at, row.id))

    return router
