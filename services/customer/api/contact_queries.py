"""What can be asked about contacts over HTTP: lists and one of them."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response

from services.customer.api.contact_views import ContactView
from services.customer.api.reads import Reads
from services.customer.api.rights import RIGHTS
from shared.http.answers import found
from shared.http.auth import Principal
from shared.http.calls import reader
from shared.http.pages import Page, PageRequest, page_request
from shared.http.rights import require

SearchText = Annotated[str | None, Query(min_length=1, max_length=200, description="Part of name, e-mail or phone")]
Reading = Annotated[Principal, Depends(reader("contact.read"))]


def contact_query_routes(reads: Reads) -> APIRouter:
    """Lists and single contacts, as far as the caller may see."""
    router = APIRouter(tags=["contacts"])

    @router.get("/contacts", operation_id="listContacts")
    async def list_contacts(
        principal: Reading,
        page: Annotated[PageRequest, Depends(page_request)],
        customer_id: UUID | None = None,
        q: SearchText = None,
        *,
        deleted: bool = False,
    ) -> Page[ContactView]:
        if deleted:
            require(RIGHTS, principal, "contact.restore")
        scope, after = await reads.scope(principal), page.after
        cards = await reads.contacts.page(
            scope, customer_id=customer_id, text=q, deleted=deleted, after=after, limit=page.limit + 1
        )
        views = [ContactView.model_validate(card) for card in cards]
        return page.of(views, key=lambda card: (card.created_at, card.id))

    @router.get("/contacts/{contact_id}", operation_id="getContact", response_model=ContactView)
    async def get_contact(contact_id: UUID, request: Request, principal: Reading) -> Response:
        card = await reads.contacts.one(await reads.scope(principal), contact_id)
        return found(request, ContactView.model_validate(card), card.version)

    return router
