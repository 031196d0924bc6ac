"""One example of every event of this service, as other services will meet it."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID

from services.customer.domain.activity.events import (
    ActivityCancelled,
    ActivityCompleted,
    ActivityPlanned,
    ActivityRecorded,
)
from services.customer.domain.contact.events import (
    ContactAdded,
    ContactChanges,
    ContactCorrected,
    ContactDeleted,
    ContactErased,
    ContactLinkedToCustomer,
    ContactRestored,
    ContactUnlinkedFromCustomer,
)
from services.customer.domain.correction import Change
from services.customer.domain.customer.events import (
    CustomerArchived,
    CustomerAssigned,
    CustomerChanges,
    CustomerCorrected,
    CustomerCreated,
    CustomerDeleted,
    CustomerRestored,
    CustomerUnarchived,
)
from services.customer.domain.money import Money
from services.customer.domain.person.events import (
    PersonAdded,
    PersonChanges,
    PersonCorrected,
    PersonDeactivated,
    PersonMovedToTeam,
    PersonReactivated,
)
from services.customer.domain.team.events import TeamCreated, TeamRenamed
from shared.domain import Event

SALES = UUID("01890000-0000-7000-8000-000000000001")
EAST = UUID("01890000-0000-7000-8000-000000000002")
ANNA = UUID("01890000-0000-7000-8000-000000000011")
DARCEL = UUID("01890000-0000-7000-8000-000000000012")
ACME = UUID("01890000-0000-7000-8000-000000000021")
ACME_GROUP = UUID("01890000-0000-7000-8000-000000000022")
WANG_FANG = UUID("01890000-0000-7000-8000-000000000031")
FIRST_CALL = UUID("01890000-0000-7000-8000-000000000041")

TEAM_CREATED = TeamCreated(name="East", parent_id=SALES)
TEAM_RENAMED = TeamRenamed(before="East", after="East and North")
PERSON_ADDED = PersonAdded(name="Anna Snelling", email="anna@flowline.test", subject="anna", team_id=EAST)
PERSON_CORRECTED = PersonCorrected(changes=PersonChanges(name=Change("Anna Snelling", "Anna Snelling-Wu")))
PERSON_MOVED_TO_TEAM = PersonMovedToTeam(team_id=SALES, previous_team_id=EAST)
PERSON_DEACTIVATED = PersonDeactivated()
PERSON_REACTIVATED = PersonReactivated()
CUSTOMER_CREATED = CustomerCreated(
    name="Acme 贸易有限公司",
    kind="company",
    owner_id=ANNA,
    industry="technology",
    region="Shanghai",
    website="https://acme.test",
    phone="+86 21 5555 0100",
    source="fair",
    employees=2822,
    annual_revenue=Money(Decimal("1100040000.00"), "USD"),
    founded=1996,
    parent_id=ACME_GROUP,
    address="上海市浦东新区世纪大道 1 号",
)
CUSTOMER_CORRECTED = CustomerCorrected(
    changes=CustomerChanges(
        industry=Change("technology", "retail"),
        annual_revenue=Change(Money(Decimal("1100040000.00"), "USD"), None),
    )
)
CUSTOMER_ASSIGNED = CustomerAssigned(owner_id=DARCEL, previous_owner_id=ANNA)
CUSTOMER_ARCHIVED = CustomerArchived()
CUSTOMER_UNARCHIVED = CustomerUnarchived()
CUSTOMER_DELETED = CustomerDeleted()
CUSTOMER_RESTORED = CustomerRestored()
CONTACT_ADDED = ContactAdded(name="王芳", email="wang.fang@acme.test", phone="+86 138 0000 0000", title="CTO")
CONTACT_CORRECTED = ContactCorrected(changes=ContactChanges(name=Change("王芳", "王芳芳"), title=Change("CTO", "CEO")))
CONTACT_LINKED_TO_CUSTOMER = ContactLinkedToCustomer(customer_id=ACME, role="decides")
CONTACT_UNLINKED_FROM_CUSTOMER = ContactUnlinkedFromCustomer(customer_id=ACME)
CONTACT_DELETED = ContactDeleted()
CONTACT_RESTORED = ContactRestored()
CONTACT_ERASED = ContactErased()
ACTIVITY_RECORDED = ActivityRecorded(
    kind="call", customer_id=ACME, contact_ids=(WANG_FANG,), owner_id=ANNA, subject="First call", notes="Wants a demo."
)
ACTIVITY_PLANNED = ActivityPlanned(
    kind="visit",
    customer_id=ACME,
    contact_ids=(WANG_FANG,),
    owner_id=ANNA,
    subject="Show the demo",
    notes=None,
    due_at=datetime(2026, 3, 2, 9, 0, tzinfo=UTC),
)
ACTIVITY_COMPLETED = ActivityCompleted(outcome="They want an offer.")
ACTIVITY_CANCELLED = ActivityCancelled()

EXAMPLES: tuple[Event, ...] = (
    TEAM_CREATED,
    TEAM_RENAMED,
    PERSON_ADDED,
    PERSON_CORRECTED,
    PERSON_MOVED_TO_TEAM,
    PERSON_DEACTIVATED,
    PERSON_REACTIVATED,
    CUSTOMER_CREATED,
    CUSTOMER_CORRECTED,
    CUSTOMER_ASSIGNED,
    CUSTOMER_ARCHIVED,
    CUSTOMER_UNARCHIVED,
    CUSTOMER_DELETED,
    CUSTOMER_RESTORED,
    CONTACT_ADDED,
    CONTACT_CORRECTED,
    CONTACT_LINKED_TO_CUSTOMER,
    CONTACT_UNLINKED_FROM_CUSTOMER,
    CONTACT_DELETED,
    CONTACT_RESTORED,
    CONTACT_ERASED,
    ACTIVITY_RECORDED,
    ACTIVITY_PLANNED,
    ACTIVITY_COMPLETED,
    ACTIVITY_CANCELLED,
)
