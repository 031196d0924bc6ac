"""What a notification says, in Chinese and English: one sentence per event type, from the event's own fields."""

# ruff: noqa: RUF001 -- Chinese punctuation is meant as it stands

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

import msgspec

from services.notify.upstream.deal import StageRef
from services.notify.upstream.event import Money, Upstream

Language = Literal["en", "zh"]

TEXTS: Mapping[str, tuple[str, str]] = {
    "TeamCreated": ("Team {thing} was set up", "新建团队「{thing}」"),
    "TeamRenamed": ("Team {before} is now called {after}", "团队「{before}」更名为「{after}」"),
    "PersonAdded": ("{thing} joined the sales organisation", "「{thing}」加入销售组织"),
    "PersonCorrected": ("The entry of {thing} was corrected", "「{thing}」的资料已更正"),
    "PersonMovedToTeam": ("{thing} works in team {team_id} now", "「{thing}」调入团队「{team_id}」"),
    "PersonDeactivated": ("{thing} has left", "「{thing}」已停用"),
    "PersonReactivated": ("{thing} is back", "「{thing}」已恢复"),
    "CustomerCreated": ("New customer {thing}", "新客户「{thing}」"),
    "CustomerCorrected": ("Customer {thing} was corrected", "客户「{thing}」的资料已更正"),
    "CustomerAssigned": ("Customer {thing} belongs to {owner_id} now", "客户「{thing}」的负责人改为 {owner_id}"),
    "CustomerArchived": ("Customer {thing} was archived", "客户「{thing}」已归档"),
    "CustomerUnarchived": ("Customer {thing} is worked on again", "客户「{thing}」已取消归档"),
    "CustomerDeleted": ("Customer {thing} was deleted", "客户「{thing}」已删除"),
    "CustomerRestored": ("Customer {thing} was restored", "客户「{thing}」已恢复"),
    "ContactAdded": ("New contact {thing}", "新联系人「{thing}」"),
    "ContactCorrected": ("Contact {thing} was corrected", "联系人「{thing}」的资料已更正"),
    "ContactLinkedToCustomer": (
        "{thing} is a contact at {customer_id} now",
        "「{thing}」成为「{customer_id}」的联系人",
    ),
    "ContactUnlinkedFromCustomer": ("{thing} left {customer_id}", "「{thing}」不再是「{customer_id}」的联系人"),
    "ContactDeleted": ("Contact {thing} was deleted", "联系人「{thing}」已删除"),
    "ContactRestored": ("Contact {thing} was restored", "联系人「{thing}」已恢复"),
    "ContactErased": ("A contact's personal data was erased", "一位联系人的个人信息已清除"),
    "ActivityRecorded": ("{kind}: {thing}", "{kind}：{thing}"),
    "ActivityPlanned": ("{kind} planned for {due_at}: {thing}", "计划于 {due_at} {kind}：{thing}"),
    "ActivityCompleted": ("Done: {thing} ({outcome})", "已完成：{thing}（{outcome}）"),
    "ActivityCancelled": ("Cancelled: {thing}", "已取消：{thing}"),
    "ProductAdded": ("New product {thing} at {list_price}", "新产品「{thing}」，定价 {list_price}"),
    "ProductPriceChanged": ("{thing} costs {after} now, was {before}", "「{thing}」定价由 {before} 改为 {after}"),
    "ProductRenamed": ("Product {before} is now called {after}", "产品「{before}」更名为「{after}」"),
    "ProductRetired": ("Product {thing} is no longer sold", "产品「{thing}」已停售"),
    "SalesProcessCreated": ("New sales process {thing}", "新销售流程「{thing}」"),
    "SalesProcessVersionDrafted": ("Draft {number} of {thing}", "「{thing}」第 {number} 版草稿"),
    "SalesProcessVersionRedrawn": (
        "Draft {number} of sales process {thing} was redrawn",
        "销售流程「{thing}」第 {number} 版草稿已修改",
    ),
    "SalesProcessVersionSubmitted": (
        "Version {number} of sales process {thing} is to be reviewed: {reason}",
        "销售流程「{thing}」第 {number} 版提交评审：{reason}",
    ),
    "SalesProcessVersionCommented": (
        "Comment on version {number} of sales process {thing}: {text}",
        "销售流程「{thing}」第 {number} 版有新评论：{text}",
    ),
    "SalesProcessCommentResolved": (
        "A comment on version {number} of sales process {thing} is resolved",
        "销售流程「{thing}」第 {number} 版的一条评论已解决",
    ),
    "SalesProcessCommentReopened": (
        "A comment on version {number} of sales process {thing} is open again",
        "销售流程「{thing}」第 {number} 版的一条评论已重新打开",
    ),
    "SalesProcessVersionReturned": (
        "Version {number} of sales process {thing} is a draft again: {reason}",
        "销售流程「{thing}」第 {number} 版退回草稿：{reason}",
    ),
    "SalesProcessVersionRetired": (
        "Version {number} of sales process {thing} was retired: {reason}",
        "销售流程「{thing}」第 {number} 版已停用：{reason}",
    ),
    "SalesProcessVersionPublished": ("Version {number} of {thing} is published", "「{thing}」第 {number} 版已发布"),
    "DealOpened": ("New deal {thing}: {amount}", "新商机「{thing}」：{amount}"),
    "DealStageChanged": (
        "Deal {thing} moved from {from_stage} to {to_stage}",
        "商机「{thing}」由「{from_stage}」进入「{to_stage}」",
    ),
    "DealLinesChanged": (
        "Products of deal {thing} changed: {amount_before} → {amount_after}",
        "商机「{thing}」的产品已变更：{amount_before} → {amount_after}",
    ),
    "DealAmountChanged": ("Deal {thing}: {before} → {after}", "商机「{thing}」金额：{before} → {after}"),
    "DealExpectedCloseChanged": (
        "Deal {thing} is expected to close on {after}, was {before}",
        "商机「{thing}」预计成交日由 {before} 改为 {after}",
    ),
    "DealAssigned": ("Deal {thing} belongs to {owner_id} now", "商机「{thing}」的负责人改为 {owner_id}"),
    "DealWon": ("Deal {thing} was won: {amount}", "商机「{thing}」赢单：{amount}"),
    "DealLost": ("Deal {thing} was lost: {reason}", "商机「{thing}」输单：{reason}"),
    "DealReopened": ("Deal {thing} was reopened", "商机「{thing}」已重新打开"),
    "DealForecastChanged": (
        "Deal {thing} is forecast as {category_after} with {probability_after} %",
        "商机「{thing}」预测改为 {category_after}，概率 {probability_after} %",
    ),
    "DealChecklistItemTicked": (
        "Checklist of deal {thing} in {stage}: {item}",
        "商机「{thing}」在 {stage} 的检查项：{item}",
    ),
    "DealMigrated": (
        "Deal {thing} runs on version {to_version} of its process now, in {to_stage}",
        "商机「{thing}」已迁移到流程第 {to_version} 版，阶段为 {to_stage}",
    ),
    "DealAutomationRan": (
        "Automation {automation} on deal {thing}: {detail}",
        "商机「{thing}」的自动化 {automation}：{detail}",
    ),
    "DealNotificationRequested": ("Deal {deal_name}: {text}", "商机「{deal_name}」：{text}"),
    "TaskCreated": (
        "New task {thing}, due on {due}, for {assignee_id}",
        "新任务「{thing}」，截止 {due}，负责人 {assignee_id}",
    ),
    "TaskRescheduled": (
        "Task {thing} is due on {after}, was {before}",
        "任务「{thing}」截止日由 {before} 改为 {after}",
    ),
    "TaskAssigned": ("Task {thing} is for {assignee_id} now", "任务「{thing}」的负责人改为 {assignee_id}"),
    "TaskCorrected": ("Task {thing} was corrected", "任务「{thing}」已更正"),
    "TaskRecurrenceChanged": ("Task {thing} comes again: {after}", "任务「{thing}」的重复规则改为 {after}"),
    "TaskCompleted": ("Task {thing} was done: {outcome}", "任务「{thing}」已完成：{outcome}"),
    "TaskReopened": ("Task {thing} is open again, due on {due}", "任务「{thing}」已重新打开，截止 {due}"),
    "TaskCancelled": ("Task {thing} was cancelled: {reason}", "任务「{thing}」已取消：{reason}"),
    "QuotaSet": (
        "The quota of {of_id} for {period} is {amount}, was {previous}",
        "「{of_id}」{period} 的销售指标定为 {amount}，原为 {previous}",
    ),
    "QuotaWithdrawn": (
        "The quota of {of_id} for {period} was withdrawn, was {previous}",
        "「{of_id}」{period} 的销售指标已撤销，原为 {previous}",
    ),
    "ExchangeRateSet": (
        "From {day} on, 1 {currency} is {rate} {base}",
        "自 {day} 起，1 {currency} 折合 {rate} {base}",
    ),
    "DealCorrected": ("Deal {thing} was corrected", "商机「{thing}」的资料已更正"),
    "DealDeleted": ("Deal {thing} was deleted", "商机「{thing}」已删除"),
    "DealRestored": ("Deal {thing} was restored", "商机「{thing}」已恢复"),
}
KINDS: Mapping[str, tuple[str, str]] = {
    "call": ("Call", "电话"),
    "visit": ("Visit", "拜访"),
    "meeting": ("Meeting", "会议"),
    "note": ("Note", "备注"),
}
NOTHING = "–"
# Fields that hold the id of a thing: their sentences show its name.
REFERENCES = ("owner_id", "assignee_id", "customer_id", "team_id", "of_id")


def language_of(accept_language: str | None) -> Language:
    """The better of our two languages for an Accept-Language header (RFC 9110); English where it says nothing."""
    wanted: dict[str, float] = {}
    for part in (accept_language or "").split(","):
        tag, _, weight = part.strip().partition(";")
        primary = tag.strip().lower().split("-")[0]
        quality = _quality(weight)
        if primary in {"en", "zh"} and quality > wanted.get(primary, 0.0):
            wanted[primary] = quality
    return "zh" if wanted.get("zh", 0.0) > wanted.get("en", 0.0) else "en"


def sentence(event_type: str, event: Upstream, thing: str, names: Mapping[str, str], to: Language) -> str:
    """What happened, in one sentence; `names` are those of the things that the event refers to by id."""
    template = TEXTS[event_type][to == "zh"]
    fields = {name: _field(name, getattr(event, name), names, to) for name in event.__struct_fields__}
    return template.format_map(fields | {"thing": thing})


def referred(event: Upstream) -> list[str]:
    """The ids of things whose names the sentence of this event shows."""
    ids = (getattr(event, field, None) for field in REFERENCES)
    return [one for one in ids if isinstance(one, str)]


def _field(name: str, value: Any, names: Mapping[str, str], to: Language) -> str:
    if value is None:
        return NOTHING
    if name in REFERENCES:
        return names.get(value, NOTHING)
    if name == "kind" and value in KINDS:
        return KINDS[value][to == "zh"]
    return _shown(value)


def _shown(value: Any) -> str:
    match value:
        case Money():
            return f"{_grouped(value.amount)} {value.currency}"
        case StageRef():
            return value.name
        case Decimal():
            return _grouped(value)
        case datetime():
            return f"{value:%Y-%m-%d %H:%M} UTC"
        case date() | str() | int():
            return str(value)
        case _:
            return msgspec.json.encode(value).decode()


def _grouped(amount: Decimal) -> str:
    return f"{amount:,f}"


def _quality(weight: str) -> float:
    name, _, value = weight.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0
