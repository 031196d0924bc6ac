"""What numbers are split and narrowed by, and what else stands beside them in a row."""

from __future__ import annotations

from services.analytics.domain.measure.measure import Dimension

DEAL = ("DealOpened", "DealCorrected")

DIMENSIONS = (
    Dimension("owner", "Owner", "负责人", ("DealOpened", "DealAssigned", "PersonAdded"), ("owner", "owner_id")),
    Dimension(
        "credited_owner", "Credited owner", "业绩归属人", ("DealAssigned", "DealWon", "DealLost"),
        ("credited_owner", "credited_owner_id"),
    ),
    Dimension("team", "Team", "团队", ("TeamCreated", "PersonMovedToTeam"), ("team", "team_id")),
    Dimension("process", "Sales process", "销售流程", ("SalesProcessCreated",), ("process", "process_id")),
    Dimension(
        "process_version", "Process version", "流程版本", ("DealOpened", "DealMigrated"), ("process_version",),
    ),
    Dimension("stage", "Stage", "阶段", ("DealOpened", "DealStageChanged"), ("stage", "stage_key", "stage_name")),
    Dimension("category", "Stage category", "阶段类别", ("DealOpened", "DealStageChanged"), ("category",)),
    Dimension("product", "Product", "产品", ("ProductAdded", "DealLinesChanged"), ("product", "product_id")),
    Dimension("customer", "Customer", "客户", ("CustomerCreated", *DEAL), ("customer", "customer_id")),
    Dimension("source", "Source", "来源", DEAL, ("source",)),
    Dimension("region", "Region", "地区", (*DEAL, "CustomerCreated"), ("region",)),
    Dimension("currency", "Currency", "币种", ("DealOpened", "DealAmountChanged"), ("currency",)),
    Dimension("reason", "Reason", "原因", ("DealLost",), ("reason",)),
    Dimension("competitor", "Competitor", "竞争对手", ("DealLost",), ("competitor",)),
    Dimension("deal", "Deal", "商机", ("DealOpened",), ("name", "deal", "deal_id", "id")),
    Dimension("expected_close", "Expected close", "预计成交日", ("DealExpectedCloseChanged",), ("expected_close",)),
    Dimension("opened_at", "Opened at", "创建时间", ("DealOpened",), ("opened_at",)),
    Dimension("closed_at", "Closed at", "关闭时间", ("DealWon", "DealLost"), ("closed_at",)),
    Dimension("quarter", "Quarter", "季度", ("DealWon", "DealLost"), ("quarter",), is_time=True),
    Dimension("month", "Month", "月份", ("DealWon", "DealLost"), ("month",), is_time=True),
    Dimension("week", "Week", "周", ("DealWon", "DealLost"), ("week",), is_time=True),
    Dimension("day", "Day", "日期", ("DealWon", "DealLost"), ("day", "date"), is_time=True),
)  # fmt: skip
