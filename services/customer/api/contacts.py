"""Contacts over HTTP: request → command → answer; what is asked about them is in contact_queries."""

from typing import Annotated, Any, assert_never
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from services.customer.api.contact_bodies import (
    AddContact,
    AddContactItem,
    ContactItem,
    CorrectContact,
    CorrectContactItem,
    DeleteContactItem,
    EraseContactItem,
    LinkContactToCustomer,
    LinkContactToCustomerItem,
    RestoreContactItem,
    UnlinkContactFromCustomer,
    UnlinkContactFromCustomerItem,
)
from services.customer.api.reads import Reads
from services.customer.api.references import Known, all_of
from services.customer.domain.contact import commands
from services.customer.domain.contact.decider import CONTACT
from shared.eventstore.intent import Request as CommandRequest
from shared.http.answers import Written
from shared.http.batch import Batch, BatchCall, BatchResults, ItemCall, batch_of
from shared.http.calls import Call, right

Adding = Annotated[Call, Depends(right("contact.add", creates=True))]
Correction = Annotated[Call, Depends(right("contact.correct"))]
Linking = Annotated[Call, Depends(right("contact.link"))]
Deletion = Annotated[Call, Depends(right("contact.delete"))]
Restoration = Annotated[Call, Depends(right("contact.restore"))]
Erasure = Annotated[Call, Depends(right("contact.erase"))]


def contact_routes(reads: Reads) -> APIRouter:
    """Add, correct, link, delete, restore, erase."""
    router = APIRouter(tags=["contacts"])

    @router.post("/contacts", operation_id="addContact", status_code=201, response_model=Written)
    async def add_contact(body: AddContact, call: Adding) -> Response:
        return await call.run(CONTACT, call.new_id(body.id), body.wish())

    @router.patch("/contacts/{contact_id}", operation_id="correctContact", response_model=Written)
    async def correct_contact(contact_id: UUID, body: CorrectContact, call: Correction) -> Response:
        await reads.see_contact(call.principal, contact_id)
        return await call.run(CONTACT, contact_id, body.wish())

    @router.post(
        "/contacts/{contact_id}/link-to-customer", operation_id="linkContactToCustomer", response_model=Written
    )
    async def link_contact(contact_id: UUID, body: LinkContactToCustomer, call: Linking) -> Response:
        await reads.see_contact(call.principal, contact_id)
        known = await reads.known(call.principal, body.mentions())
        return await call.run(CONTACT, contact_id, body.wish(known))

    @router.post(
        "/contacts/{contact_id}/unlink-from-customer", operation_id="unlinkContactFromCustomer", response_model=Written
    )
    async def unlink_contact(contact_id: UUID, body: UnlinkContactFromCustomer, call: Linking) -> Response:
        await reads.see_contact(call.principal, contact_id)
        return await call.run(CONTACT, contact_id, body.wish())

    @router.delete("/contacts/{contact_id}", operation_id="deleteContact", response_model=Written)
    async def delete_contact(contact_id: UUID, call: Deletion) -> Response:
        await reads.see_contact(call.principal, contact_id)
        return await call.run(CONTACT, contact_id, commands.DeleteContact())

    @router.post("/contacts/{contact_id}/restore", operation_id="restoreContact", response_model=Written)
    async def restore_contact(contact_id: UUID, call: Restoration) -> Response:
        await reads.see_contact(call.principal, contact_id, deleted=True)
        return await call.run(CONTACT, contact_id, commands.RestoreContact())

    @router.post("/contacts/{contact_id}/erase", operation_id="eraseContact", response_model=Written)
    async def erase_contact(contact_id: UUID, call: Erasure) -> Response:
        await reads.see_contact(call.principal, contact_id, deleted=True)
        return await call.run(CONTACT, contact_id, commands.EraseContact())

    @router.post("/contacts:batch", operation_id="batchContacts", response_model=BatchResults)
    async def batch_contacts(body: Batch[ContactItem], call: Annotated[BatchCall, Depends(batch_of())]) -> Response:
        linking = [item for item in body.items() if isinstance(item, LinkContactToCustomerItem)]
        known = await reads.known(call.principal, all_of(item.mentions() for item in linking))
        visible = await reads.visible_contacts(call.principal, body.touched())
        return await call.run(body, lambda item, at: request_of(item, at, known), visible=visible)

    return router


def request_of(item: ContactItem, at: ItemCall, known: Known) -> CommandRequest[Any, Any, Any]:
    """An item of a batch as a command for its stream."""
    match item:
        case AddContactItem() | CorrectContactItem() | UnlinkContactFromCustomerItem():
            return at.request(CONTACT, item.wish())
        case LinkContactToCustomerItem():
            return at.request(CONTACT, item.wish(known))
        case DeleteContactItem():
            return at.request(CONTACT, commands.DeleteContact())
        case RestoreContactItem():
            return at.request(CONTACT, commands.RestoreContact())
        case EraseContactItem():
            return at.request(CONTACT, commands.EraseContact())
        case _:
            assert_never(item)
