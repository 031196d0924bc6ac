"""The events of customer and pipeline that rules may be about: the fields conditions and inbox texts use."""

# ruff: noqa: D101 -- the producers say what their events mean; here only the fields matter

from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar

import msgspec

Sealed = dict[str, Any] | str | None
Changes = dict[str, Any]


class Upstream(msgspec.Struct, frozen=True, kw_only=True):
    """An event of another service; `about` is the kind of thing its stream is."""

    about: ClassVar[str]


class Money(msgspec.Struct, frozen=True):
    """A decimal amount and its ISO 4217 currency."""

    amount: Decimal
    currency: str


class StageRef(msgspec.Struct, frozen=True):
    """A stage as the deal knew it."""

    key: str
    name: str
    category: str
    probability: int
    forecast_category: str | None = None


class Converted(msgspec.Struct, frozen=True):
    """An amount in the company's own currency at the rate of that day."""

    amount: Decimal
    currency: str
    rate: Decimal


class Override(msgspec.Struct, frozen=True):
    """Why somebody sent a deal on against rules, and which refusals that set aside."""

    reason: str
    rules: tuple[str, ...]


class Line(msgspec.Struct, frozen=True):
    """One product in a deal."""

    product_id: str
    product_name: str
    quantity: Decimal
    unit_price: Money


class _Team(Upstream, frozen=True, kw_only=True):
    about: ClassVar[str] = "team"


class TeamCreated(_Team, frozen=True, kw_only=True):
    name: str
    parent_id: str | None = None


class TeamRenamed(_Team, frozen=True, kw_only=True):
    before: str
    after: str


class _Person(Upstream, frozen=True, kw_only=True):
    about: ClassVar[str] = "person"


class PersonAdded(_Person, frozen=True, kw_only=True):
    name: str
    email: str | None = None
    subject: str | None = None
    team_id: str | None = None


class PersonCorrected(_Person, frozen=True, kw_only=True):
    changes: Changes


class PersonMovedToTeam(_Person, frozen=True, kw_only=True):
    team_id: str | None = None
    previous_team_id: str | None = None


class PersonDeactivated(_Person, frozen=True, kw_only=True):
    pass


class PersonReactivated(_Person, frozen=True, kw_only=True):
    pass


class _Customer(Upstream, frozen=True, kw_only=True):
    about: ClassVar[str] = "customer"


class CustomerCreated(_Customer, frozen=True, kw_only=True):
    name: str
    kind: str
    owner_id: str | None = None
    industry: str | None = None
    region: str | None = None
    website: str | None = None
    phone: str | None = None
    source: str | None = None
    employees: int | None = None
    annual_revenue: Money | None = None
    founded: int | None = None
    parent_id: str | None = None
    address: str | None = None


class CustomerCorrected(_Customer, frozen=True, kw_only=True):
    changes: Changes


class CustomerAssigned(_Customer, frozen=True, kw_only=True):
    owner_id: str | None = None
    previous_owner_id: str | None = None


class CustomerArchived(_Customer, frozen=True, kw_only=True):
    pass


class CustomerUnarchived(_Customer, frozen=True, kw_only=True):
    pass


class CustomerDeleted(_Customer, frozen=True, kw_only=True):
    pass


class CustomerRestored(_Customer, frozen=True, kw_only=True):
    pass


class _Contact(Upstream, frozen=True, kw_only=True):
    about: ClassVar[str] = "contact"


class ContactAdded(_Contact, frozen=True, kw_only=True):
    name: Sealed
    title: str | None = None


class ContactCorrected(_Contact, frozen=True, kw_only=True):
    changes: Sealed = None


class ContactLinkedToCustomer(_Contact, frozen=True, kw_only=True):
    customer_id: str
    role: str | None = None


class ContactUnlinkedFromCustomer(_Contact, frozen=True, kw_only=True):
    customer_id: str


class ContactDeleted(_Contact, frozen=True, kw_only=True):
    pass


class ContactRestored(_Contact, frozen=True, kw_only=True):
    pass


class ContactErased(_Contact, frozen=True, kw_only=True):
    pass


class _Activity(Upstream, frozen=True, kw_only=True):
    about: ClassVar[str] = "activity"


class ActivityRecorded(_Activity, frozen=True, kw_only=True):
    kind: str
    customer_id: str | None = None
    contact_ids: tuple[str, ...] = ()
    owner_id: str | None = None
    subject: str
    notes: str | None = None


class ActivityPlanned(ActivityRecorded, frozen=True, kw_only=True):
    due_at: datetime


class ActivityCompleted(_Activity, frozen=True, kw_only=True):
    outcome: str | None = None


class ActivityCancelled(_Activity, frozen=True, kw_only=True):
    pass


class _Product(Upstream, frozen=True, kw_only=True):
    about: ClassVar[str] = "product"


class ProductAdded(_Product, frozen=True, kw_only=True):
    name: str
    sku: str | None = None
    list_price: Money
    series: str | None = None


class ProductPriceChanged(_Product, frozen=True, kw_only=True):
    before: Money
    after: Money


class ProductRenamed(_Product, frozen=True, kw_only=True):
    before: str
    after: str


class ProductRetired(_Product, frozen=True, kw_only=True):
    pass


class _Process(Upstream, frozen=True, kw_only=True):
    about: ClassVar[str] = "process"


class SalesProcessCreated(_Process, frozen=True, kw_only=True):
    name: str


class SalesProcessVersionDrafted(_Process, frozen=True, kw_only=True):
    number: int


class SalesProcessVersionRedrawn(_Process, frozen=True, kw_only=True):
    number: int
    author: str
    reason: str | None = None


class SalesProcessVersionSubmitted(_Process, frozen=True, kw_only=True):
    number: int
    author: str
    reason: str


class SalesProcessVersionCommented(_Process, frozen=True, kw_only=True):
    number: int
    comment_id: str
    author: str
    text: str
    element: str | None = None


class SalesProcessCommentResolved(_Process, frozen=True, kw_only=True):
    number: int
    comment_id: str
    resolved_by: str


class SalesProcessCommentReopened(_Process, frozen=True, kw_only=True):
    number: int
    comment_id: str
    reopened_by: str


class SalesProcessVersionReturned(_Process, frozen=True, kw_only=True):
    number: int
    returned_by: str
    reason: str
    how: str


class SalesProcessVersionPublished(_Process, frozen=True, kw_only=True):
    number: int
    approver: str | None = None
    reason: str | None = None


class SalesProcessVersionRetired(_Process, frozen=True, kw_only=True):
    number: int
    retired_by: str
    reason: str


class _Deal(Upstream, frozen=True, kw_only=True):
    about: ClassVar[str] = "deal"


class DealOpened(_Deal, frozen=True, kw_only=True):
    name: str
    process_id: str
    process_version: int
    stage: StageRef
    owner_id: str | None = None
    customer_id: str | None = None
    amount: Money | None = None
    lines: tuple[Line, ...] = ()
    expected_close: date | None = None
    source: str | None = None
    region: str | None = None
    converted: Converted | None = None


class DealStageChanged(_Deal, frozen=True, kw_only=True):
    from_stage: StageRef
    to_stage: StageRef
    override: Override | None = None


class DealLinesChanged(_Deal, frozen=True, kw_only=True):
    before: tuple[Line, ...]
    after: tuple[Line, ...]
    amount_before: Money | None = None
    amount_after: Money | None = None
    converted: Converted | None = None


class DealAmountChanged(_Deal, frozen=True, kw_only=True):
    before: Money | None = None
    after: Money | None = None
    converted: Converted | None = None


class DealExpectedCloseChanged(_Deal, frozen=True, kw_only=True):
    before: date | None = None
    after: date | None = None


class DealAssigned(_Deal, frozen=True, kw_only=True):
    owner_id: str | None = None
    previous_owner_id: str | None = None


class DealWon(_Deal, frozen=True, kw_only=True):
    from_stage: StageRef
    stage: StageRef
    amount: Money | None = None
    converted: Converted | None = None
    override: Override | None = None


class DealLost(_Deal, frozen=True, kw_only=True):
    from_stage: StageRef
    stage: StageRef
    reason: str
    competitor: str | None = None
    override: Override | None = None


class DealReopened(_Deal, frozen=True, kw_only=True):
    from_stage: StageRef
    stage: StageRef


class DealForecastChanged(_Deal, frozen=True, kw_only=True):
    category_before: str | None = None
    category_after: str | None = None
    probability_before: int | None = None
    probability_after: int | None = None


class DealChecklistItemTicked(_Deal, frozen=True, kw_only=True):
    stage: str
    item: str
    done: bool


class DealMigrated(_Deal, frozen=True, kw_only=True):
    from_version: int
    to_version: int
    from_stage: StageRef
    to_stage: StageRef
    reason: str


class DealAutomationRan(_Deal, frozen=True, kw_only=True):
    automation: str
    stage: str
    when: str
    action: str
    done: bool
    reason: str
    detail: str
    task_id: str | None = None
    person_id: str | None = None


class DealNotificationRequested(_Deal, frozen=True, kw_only=True):
    automation: str
    text: str
    deal_name: str
    owner_id: str | None = None
    to_owner: bool = True
    to_team: bool = False
    people: tuple[str, ...] = ()


class DealCorrected(_Deal, frozen=True, kw_only=True):
    changes: Changes


class DealDeleted(_Deal, frozen=True, kw_only=True):
    pass


class DealRestored(_Deal, frozen=True, kw_only=True):
    pass


class _Task(Upstream, frozen=True, kw_only=True):
    about: ClassVar[str] = "task"


class TaskCreated(_Task, frozen=True, kw_only=True):
    title: str
    due: date
    assignee_id: str | None = None
    deal_id: str | None = None
    customer_id: str | None = None
    note: str | None = None
    recurrence: str | None = None


class TaskRescheduled(_Task, frozen=True, kw_only=True):
    before: date
    after: date


class TaskAssigned(_Task, frozen=True, kw_only=True):
    assignee_id: str | None = None
    previous_assignee_id: str | None = None


class TaskCorrected(_Task, frozen=True, kw_only=True):
    title: str | None = None
    note: str | None = None


class TaskRecurrenceChanged(_Task, frozen=True, kw_only=True):
    before: str | None = None
    after: str | None = None


class TaskCompleted(_Task, frozen=True, kw_only=True):
    due: date
    next_due: date | None = None
    outcome: str | None = None


class TaskReopened(_Task, frozen=True, kw_only=True):
    due: date


class TaskCancelled(_Task, frozen=True, kw_only=True):
    reason: str | None = None


def _known(kind: type[Upstream]) -> dict[str, type[Upstream]]:
    """Every event class below `kind`, by name (the classes that begin with _ only say what an event is about)."""
    known: dict[str, type[Upstream]] = {}
    for child in kind.__subclasses__():
        known |= {} if child.__name__.startswith("_") else {child.__name__: child}
        known |= _known(child)
    return known


EVENTS = _known(Upstream)


def decoded(type_name: str, data: bytes) -> Upstream | None:
    """The event as far as we read it, or None where its type says nothing to us; raises msgspec.ValidationError."""
    kind = EVENTS.get(type_name)
    return None if kind is None else msgspec.json.decode(data, type=kind)
