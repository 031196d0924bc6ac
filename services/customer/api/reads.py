"""The questions that the routes ask: every one of them as far as the asking principal may see."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from services.customer.api.references import Known, Mentioned
from services.customer.api.rights import RIGHTS
from services.customer.domain.contact.state import ContactNotFound
from services.customer.domain.customer.state import CustomerNotFound
from services.customer.projections.activity_list import Activities
from services.customer.projections.contact_list import Contacts
from services.customer.projections.customer_list import Customers
from services.customer.projections.people import People
from services.customer.projections.scope import Scope, Scopes
from services.customer.projections.story_entries import Stories
from services.customer.projections.teams import Teams
from shared.http.auth import Principal
from shared.http.rights import may


@dataclass(frozen=True, slots=True, kw_only=True)
class Reads:
    """All read models of the service, and what takes more than one of them."""

    scopes: Scopes
    people: People
    teams: Teams
    customers: Customers
    contacts: Contacts
    activities: Activities
    stories: Stories

    async def scope(self, principal: Principal) -> Scope:
        """What the principal may see."""
        return await self.scopes.of(principal.subject, principal.roles)

    async def known(self, principal: Principal, mentioned: Mentioned) -> Known:
        """What of the mentioned there is, for this principal."""
        scope = await self.scope(principal)
        caller = await self.people.of_subject(principal.subject)
        found = Mentioned(
            people=await self.people.active(mentioned.people) if mentioned.people else frozenset(),
            teams=await self.teams.known(mentioned.teams) if mentioned.teams else frozenset(),
            customers=await self.customers.visible(scope, mentioned.customers) if mentioned.customers else frozenset(),
            contacts=await self.contacts.visible(scope, mentioned.contacts) if mentioned.contacts else frozenset(),
        )
        lines = await self.customers.above(found.customers) if found.customers else {}
        return Known(mentioned=found, lines=lines, caller=caller.id if caller and caller.active else None)

    async def see_customer(self, principal: Principal, customer_id: UUID, *, deleted: bool = False) -> None:
        """Raise CustomerNotFound unless it is visible; a deleted one is so only where asked for."""
        if not await self.customers.visible(await self.scope(principal), [customer_id], deleted=deleted):
            raise CustomerNotFound

    async def see_contact(self, principal: Principal, contact_id: UUID, *, deleted: bool = False) -> None:
        """Raise ContactNotFound unless they are visible; a deleted one is so only where asked for."""
        if not await self.contacts.visible(await self.scope(principal), [contact_id], deleted=deleted):
            raise ContactNotFound

    async def visible_customers(self, principal: Principal, ids: list[UUID]) -> frozenset[UUID]:
        """Those of the ids that the principal may write to; deleted ones too for whoever may restore them."""
        restores = may(RIGHTS, principal, "customer.restore")
        return await self.customers.visible(await self.scope(principal), ids, deleted=restores)

    async def visible_contacts(self, principal: Principal, ids: list[UUID]) -> frozenset[UUID]:
        """Those of the ids that the principal may write to; deleted ones too for whoever may restore them."""
        restores = may(RIGHTS, principal, "contact.restore")
        return await self.contacts.visible(await self.scope(principal), ids, deleted=restores)
