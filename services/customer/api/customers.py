"""Customers over HTTP: request → command → answer; query → row."""

from typing import Annotated, Any, assert_never
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from services.customer.api.customer_bodies import (
    ArchiveCustomerItem,
    AssignCustomer,
    AssignCustomerItem,
    CorrectCustomer,
    CorrectCustomerItem,
    CreateCustomer,
    CreateCustomerItem,
    CustomerItem,
    DeleteCustomerItem,
    RestoreCustomerItem,
    UnarchiveCustomerItem,
)
from services.customer.api.reads import Reads
from services.customer.api.references import Known, all_of
from services.customer.domain.customer import commands
from services.customer.domain.customer.decider import CUSTOMER
from shared.eventstore.intent import Request as CommandRequest
from shared.http.answers import Written
from shared.http.batch import Batch, BatchCall, BatchResults, ItemCall, batch_of
from shared.http.calls import Call, right

Creation = Annotated[Call, Depends(right("customer.create", creates=True))]
Correction = Annotated[Call, Depends(right("customer.correct"))]
Assignment = Annotated[Call, Depends(right("customer.assign"))]
Archiving = Annotated[Call, Depends(right("customer.archive"))]
Deletion = Annotated[Call, Depends(right("customer.delete"))]
Restoration = Annotated[Call, Depends(right("customer.restore"))]


def customer_routes(reads: Reads) -> APIRouter:
    """Create, correct, assign, archive, delete and back again."""
    router = APIRouter(tags=["customers"])

    @router.post("/customers", operation_id="createCustomer", status_code=201, response_model=Written)
    async def create_customer(body: CreateCustomer, call: Creation) -> Response:
        known = await reads.known(call.principal, body.mentions())
        return await call.run(CUSTOMER, call.new_id(body.id), body.wish(known))

    @router.patch("/customers/{customer_id}", operation_id="correctCustomer", response_model=Written)
    async def correct_customer(customer_id: UUID, body: CorrectCustomer, call: Correction) -> Response:
        await reads.see_customer(call.principal, customer_id)
        known = await reads.known(call.principal, body.mentions())
        return await call.run(CUSTOMER, customer_id, body.wish(customer_id, known))

    @router.post("/customers/{customer_id}/assign", operation_id="assignCustomer", response_model=Written)
    async def assign_customer(customer_id: UUID, body: AssignCustomer, call: Assignment) -> Response:
        await reads.see_customer(call.principal, customer_id)
        known = await reads.known(call.principal, body.mentions())
        return await call.run(CUSTOMER, customer_id, body.wish(known))

    @router.post("/customers/{customer_id}/archive", operation_id="archiveCustomer", response_model=Written)
    async def archive_customer(customer_id: UUID, call: Archiving) -> Response:
        await reads.see_customer(call.principal, customer_id)
        return await call.run(CUSTOMER, customer_id, commands.ArchiveCustomer())

    @router.post("/customers/{customer_id}/unarchive", operation_id="unarchiveCustomer", response_model=Written)
    async def unarchive_customer(customer_id: UUID, call: Archiving) -> Response:
        await reads.see_customer(call.principal, customer_id)
        return await call.run(CUSTOMER, customer_id, commands.UnarchiveCustomer())

    @router.delete("/customers/{customer_id}", operation_id="deleteCustomer", response_model=Written)
    async def delete_customer(customer_id: UUID, call: Deletion) -> Response:
        await reads.see_customer(call.principal, customer_id)
        return await call.run(CUSTOMER, customer_id, commands.DeleteCustomer())

    @router.post("/customers/{customer_id}/restore", operation_id="restoreCustomer", response_model=Written)
    async def restore_customer(customer_id: UUID, call: Restoration) -> Response:
        await reads.see_customer(call.principal, customer_id, deleted=True)
        return await call.run(CUSTOMER, customer_id, commands.RestoreCustomer())

    @router.post("/customers:batch", operation_id="batchCustomers", response_model=BatchResults)
    async def batch_customers(body: Batch[CustomerItem], call: Annotated[BatchCall, Depends(batch_of())]) -> Response:
        pointing = CreateCustomerItem | CorrectCustomerItem | AssignCustomerItem
        mentioned = all_of(item.mentions() for item in body.items() if isinstance(item, pointing))
        known = await reads.known(call.principal, mentioned)
        visible = await reads.visible_customers(call.principal, body.touched())
        return await call.run(body, lambda item, at: request_of(item, at, known), visible=visible)

    return router


def request_of(item: CustomerItem, at: ItemCall, known: Known) -> CommandRequest[Any, Any, Any]:
    """An item of a batch as a command for its stream."""
    match item:
        case CreateCustomerItem() | AssignCustomerItem():
            return at.request(CUSTOMER, item.wish(known))
        case CorrectCustomerItem():
            return at.request(CUSTOMER, item.wish(at.stream_id, known))
        case ArchiveCustomerItem():
            return at.request(CUSTOMER, commands.ArchiveCustomer())
        case UnarchiveCustomerItem():
            return at.request(CUSTOMER, commands.UnarchiveCustomer())
        case DeleteCustomerItem():
            return at.request(CUSTOMER, commands.DeleteCustomer())
        case RestoreCustomerItem():
            return at.request(CUSTOMER, commands.RestoreCustomer())
        case _:
            assert_never(item)
