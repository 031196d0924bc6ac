"""One example of every event of this service, and the process and products that tests speak about."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

from msgspec.structs import replace

from services.pipeline.domain.deal.events import (
    Change,
    DealAmountChanged,
    DealAssigned,
    DealAutomationRan,
    DealChecklistItemTicked,
    DealCorrected,
    DealDeleted,
    DealExpectedCloseChanged,
    DealForecastChanged,
    DealLinesChanged,
    DealLost,
    DealMigrated,
    DealNotificationRequested,
    DealOpened,
    DealReopened,
    DealRestored,
    DealStageChanged,
    DealWon,
    Line,
    StageRef,
)
from services.pipeline.domain.exchange_rate.events import ExchangeRateSet
from services.pipeline.domain.money import Money
from services.pipeline.domain.product.events import ProductAdded, ProductPriceChanged, ProductRenamed, ProductRetired
from services.pipeline.domain.quota.events import QuotaSet, QuotaWithdrawn
from services.pipeline.domain.sales_process.definition import Definition
from services.pipeline.domain.sales_process.drawing import (
    AssignOwner,
    Automation,
    ChecklistItem,
    CreateTask,
    Decision,
    Guard,
    GuardRow,
    Move,
    Note,
    Notify,
    SetField,
    Stage,
)
from services.pipeline.domain.sales_process.events import (
    SalesProcessCommentReopened,
    SalesProcessCommentResolved,
    SalesProcessCreated,
    SalesProcessVersionCommented,
    SalesProcessVersionDrafted,
    SalesProcessVersionPublished,
    SalesProcessVersionRedrawn,
    SalesProcessVersionRetired,
    SalesProcessVersionReturned,
    SalesProcessVersionSubmitted,
)
from services.pipeline.domain.task.events import (
    Origin,
    TaskAssigned,
    TaskCancelled,
    TaskCompleted,
    TaskCorrected,
    TaskCreated,
    TaskRecurrenceChanged,
    TaskReopened,
    TaskRescheduled,
)
from shared.domain import Event

NOW = datetime(2017, 3, 1, 9, tzinfo=UTC)
PROCESS_ID = UUID("0197a000-0000-7000-8000-000000000001")
GTX_PRO_ID = UUID("0197a000-0000-7000-8000-000000000002")
MG_SPECIAL_ID = UUID("0197a000-0000-7000-8000-000000000003")
ANNA_ID = UUID("0197a000-0000-7000-8000-000000000004")
DARCEL_ID = UUID("0197a000-0000-7000-8000-000000000005")
ISDOM_ID = UUID("0197a000-0000-7000-8000-000000000006")
DEAL_ID = UUID("0197a000-0000-7000-8000-000000000008")
CANCITY_ID = UUID("0197a000-0000-7000-8000-000000000007")

PROSPECTING = Stage(key="prospecting", name="Prospecting", category="open", probability=10)
ENGAGING = Stage(key="engaging", name="Engaging", category="open", probability=40)
PAUSED = Stage(key="paused", name="Paused 暂停", category="on_hold", probability=20)
WON = Stage(key="won", name="Won", category="won", probability=100)
LOST = Stage(key="lost", name="Lost", category="lost", probability=0)
DISQUALIFIED = Stage(key="disqualified", name="Disqualified", category="lost", probability=0)

STAGES = (PROSPECTING, ENGAGING, PAUSED, WON, LOST, DISQUALIFIED)
MOVES = tuple(
    Move(from_stage=one.key, to_stage=other.key)
    for one, other in (
        (PROSPECTING, ENGAGING),
        (PROSPECTING, DISQUALIFIED),
        (ENGAGING, PROSPECTING),
        (ENGAGING, PAUSED),
        (PAUSED, ENGAGING),
        (ENGAGING, WON),
        (ENGAGING, LOST),
    )
)


def definition(*, version: int = 1, published: bool = True) -> Definition:
    """The example process as a deal sees it."""
    return Definition(PROCESS_ID, version, published, STAGES, MOVES)


def seen(stage: Stage) -> StageRef:
    """The stage as a deal's event keeps it."""
    return StageRef(key=stage.key, name=stage.name, category=stage.category, probability=stage.probability)


def usd(amount: str) -> Money:
    """So many US dollars."""
    return Money(amount=Decimal(amount), currency="USD")


GTX_PRO = Line(product_id=GTX_PRO_ID, product_name="GTX Pro", quantity=Decimal(2), unit_price=usd("4821.00"))
MG_SPECIAL = Line(product_id=MG_SPECIAL_ID, product_name="MG Special", quantity=Decimal(1), unit_price=usd("55.00"))

PRODUCT_ADDED = ProductAdded(name="GTX Pro", sku="GTX-P", list_price=usd("4821.00"), series="GTX")
PROCESS_CREATED = SalesProcessCreated(name="B2B sales 企业销售")
DRAFTED = SalesProcessVersionDrafted(number=1, stages=STAGES, moves=MOVES, author="ada")
SUBMITTED = SalesProcessVersionSubmitted(number=1, author="ada", reason="it is right")
PUBLISHED = SalesProcessVersionPublished(number=1, approver="grace", reason="it is")
COMMENT_ID = UUID("0197a000-0000-7000-8000-000000000008")
COMMENTED = SalesProcessVersionCommented(
    number=1, comment_id=COMMENT_ID, author="grace", text="Why not to Lost? 为什么?", element="prospecting->engaging"
)
RESOLVED = SalesProcessCommentResolved(number=1, comment_id=COMMENT_ID, resolved_by="ada")
RETURNED = SalesProcessVersionReturned(number=1, returned_by="grace", reason="see my comment", how="changes_requested")
RETIRED = SalesProcessVersionRetired(number=1, retired_by="ada", reason="version 2 is better")

REVIEW = Decision(key="review", name="Review 评审")
BIG = Guard(rows=(GuardRow(field="amount", operator=">=", value="1000"), GuardRow(field="source", operator="is_set")))
REDRAWN = SalesProcessVersionRedrawn(
    number=1,
    stages=(
        replace(
            PROSPECTING,
            forecast_category="pipeline",
            required=("customer_id",),
            sla_days=14,
            idle_days=7,
            checklist=(ChecklistItem(key="budget", text="Budget known", required=True),),
            automations=(
                Automation(
                    key="call",
                    when="enter",
                    action=CreateTask(title="Call them", due_in_days=2),
                    reason="early calls win",
                ),
                Automation(
                    key="region", when="leave", action=SetField(field="region", value="West"), reason="West sells here"
                ),
                Automation(
                    key="turn",
                    when="enter",
                    action=AssignOwner(how="round_robin", people=(ANNA_ID, DARCEL_ID)),
                    reason="fair shares",
                ),
                Automation(key="rot", when="idle", action=Notify(text="It rots", team=True), reason="do not forget it"),
            ),
        ),
        *STAGES[1:],
    ),
    moves=(
        *MOVES,
        Move(from_stage="paused", to_stage="review"),
        Move(from_stage="review", to_stage="won", label="big", guard=BIG),
        Move(from_stage="review", to_stage="lost", label="else", default=True),
    ),
    decisions=(REVIEW,),
    notes=(Note(key="why", text="Only big ones", element="review"),),
    author="ada",
    reason="as said in the review",
)
OPENED = DealOpened(
    name="Isdom: GTX Pro",
    process_id=PROCESS_ID,
    process_version=1,
    stage=seen(ENGAGING),
    owner_id=DARCEL_ID,
    customer_id=ISDOM_ID,
    amount=usd("9642.00"),
    lines=(GTX_PRO,),
    expected_close=date(2017, 3, 11),
    source="fair",
    region="West",
)
MOVED_BACK = DealStageChanged(from_stage=seen(ENGAGING), to_stage=seen(PROSPECTING))
DEAL_WON = DealWon(from_stage=seen(ENGAGING), stage=seen(WON), amount=usd("4514.00"))
DEAL_LOST = DealLost(from_stage=seen(ENGAGING), stage=seen(LOST), reason="price", competitor="Initech")
MIGRATED = DealMigrated(
    from_version=1, to_version=2, from_stage=seen(ENGAGING), to_stage=seen(PROSPECTING), reason="Engaging is no more"
)
AUTOMATION_RAN = DealAutomationRan(
    automation="call",
    stage="engaging",
    when="enter",
    action="create_task",
    trigger_version=2,
    done=True,
    reason="Nobody waits longer than a day for our call",
    detail="Task 'Call the customer' until 2017-03-12",
    task_id=UUID("0197a000-0000-7000-8000-000000000008"),
)
TASK_CREATED = TaskCreated(
    title="Send the quote",
    due=date(2017, 3, 1),
    assignee_id=DARCEL_ID,
    deal_id=DEAL_ID,
    customer_id=ISDOM_ID,
    note="With the new prices",
    recurrence="FREQ=WEEKLY;BYDAY=WE",
    origin=Origin(deal_id=DEAL_ID, automation="send-quote", trigger_version=1, reason="Quotes are sent within a day"),
)

EXAMPLES: tuple[Event, ...] = (
    PRODUCT_ADDED,
    ProductPriceChanged(before=usd("4821.00"), after=usd("4999.00")),
    ProductRenamed(before="GTX Pro", after="GTX Pro 2"),
    ProductRetired(),
    PROCESS_CREATED,
    DRAFTED,
    REDRAWN,
    SUBMITTED,
    COMMENTED,
    RESOLVED,
    SalesProcessCommentReopened(number=1, comment_id=COMMENT_ID, reopened_by="grace"),
    RETURNED,
    PUBLISHED,
    RETIRED,
    OPENED,
    MOVED_BACK,
    DealLinesChanged(
        before=(GTX_PRO,), after=(GTX_PRO, MG_SPECIAL), amount_before=usd("9642.00"), amount_after=usd("9697.00")
    ),
    DealAmountChanged(before=usd("9642.00"), after=usd("9000.00")),
    DealExpectedCloseChanged(before=date(2017, 3, 11), after=None),
    DealAssigned(owner_id=ANNA_ID, previous_owner_id=DARCEL_ID),
    DEAL_WON,
    DEAL_LOST,
    DealReopened(from_stage=seen(LOST), stage=seen(ENGAGING)),
    DealForecastChanged(category_after="commit", probability_before=80, probability_after=95),
    DealChecklistItemTicked(stage="engaging", item="budget", done=True),
    MIGRATED,
    AUTOMATION_RAN,
    DealNotificationRequested(
        automation="remind",
        text="Nobody has touched this deal for a week 一周没有跟进",
        deal_name="Isdom: GTX Pro",
        owner_id=DARCEL_ID,
        to_team=True,
        people=(ANNA_ID,),
    ),
    DealCorrected(
        changes={
            "name": Change(before="Isdom: GTX Pro", after="Isdom 伊斯顿: GTX Pro"),
            "customer_id": Change(before=str(ISDOM_ID), after=str(CANCITY_ID)),
            "region": Change(before="West", after=None),
        }
    ),
    DealDeleted(),
    DealRestored(),
    TASK_CREATED,
    TaskRescheduled(before=date(2017, 3, 1), after=date(2017, 3, 2)),
    TaskAssigned(assignee_id=ANNA_ID, previous_assignee_id=DARCEL_ID),
    TaskCorrected(title="Send the quote 报价", note=""),
    TaskRecurrenceChanged(before="FREQ=WEEKLY;BYDAY=WE", after=None),
    TaskCompleted(due=date(2017, 3, 1), next_due=date(2017, 3, 8), outcome="Sent"),
    TaskReopened(due=date(2017, 3, 1)),
    TaskCancelled(reason="They have decided"),
    QuotaSet(of="person", of_id=DARCEL_ID, period="2017-Q1", amount=usd("100000.00"), previous=usd("90000.00")),
    QuotaWithdrawn(of="team", of_id=PROCESS_ID, period="2017", previous=usd("500000.00")),
    ExchangeRateSet(
        currency="USD", base="CNY", day=date(2017, 3, 1), rate=Decimal("6.8798"), previous=Decimal("6.8750")
    ),
)
