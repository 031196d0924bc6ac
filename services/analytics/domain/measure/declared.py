"""The measures of the reports; a number that a report shows and that is not here makes a test fail."""

from __future__ import annotations

from services.analytics.domain.measure.dimensions import DIMENSIONS
from services.analytics.domain.measure.measure import Measure, Vocabulary
from services.analytics.domain.measure.pipeline import OF_PIPELINE

DEALS = ("DealOpened", "DealDeleted", "DealRestored")
CLOSED = ("DealWon", "DealLost", "DealReopened")
AMOUNTS = ("DealOpened", "DealLinesChanged", "DealAmountChanged", "DealWon")
STAYS = ("DealOpened", "DealStageChanged", "DealWon", "DealLost", "DealReopened")
STEPS = "funnel:processes.steps"

OF_DEALS = (
    Measure(
        key="deals",
        en="Deals",
        zh="商机数",
        kind="count",
        unit="deals",
        formula="count of distinct deals that are not deleted",
        source=(*DEALS, *STAYS),
        fields=(
            "overview:deals_total",
            "overview:by_stage.count",
            f"{STEPS}.deals",
            "funnel:stages.count",
            "won:*.deals",
            "sales-cycle:deals",
            "sales-cycle:groups.deals",
            "time-in-stage:stages.*.deals",
        ),
        per_deal="one",
    ),
    Measure(
        key="deal_amount",
        en="Amount",
        zh="金额",
        kind="money",
        unit="currency",
        formula="sum of the deals' amounts, within one currency",
        source=AMOUNTS,
        fields=(
            "overview:by_stage.amount.amount",
            "overview:by_stage.amounts.amount",
            "funnel:stages.amount.amount",
            "funnel:stages.amounts.amount",
            "deals:items.amount.amount",
        ),
        per_deal="amount",
    ),
    Measure(
        key="won_value",
        en="Won value",
        zh="赢单金额",
        kind="money",
        unit="currency",
        formula="sum of the amounts of won deals, within one currency",
        source=AMOUNTS,
        fields=(
            "overview:won_value.amount",
            "overview:won_value_by_quarter.amount",
            "overview:top_owners.amount",
            "won:total.amount",
            "won:by_quarter.amount",
            "won:by_owner.amount",
            "won:groups.amount",
            "win-rate:by_value.won",
        ),
        per_deal="amount",
    ),
    Measure(
        key="won_value_by_product",
        en="Won value by product",
        zh="产品赢单金额",
        kind="money",
        unit="currency",
        formula="sum of the won amounts, shared out by quantity x unit price of the lines, within one currency",
        source=AMOUNTS,
        fields=("won:by_product.amount",),
        per_deal="product_share",
    ),
    Measure(
        key="lost_value",
        en="Lost value",
        zh="输单金额",
        kind="money",
        unit="currency",
        formula="sum of the amounts of deals when they were lost, within one currency",
        source=(*AMOUNTS, "DealLost"),
        fields=("win-rate:by_value.lost",),
        per_deal="amount",
    ),
    Measure(
        key="won_deals",
        en="Won deals",
        zh="赢单数",
        kind="count",
        unit="deals",
        formula="count of deals won in the period and not reopened",
        source=CLOSED,
        fields=("win-rate:by_count.won", "win-rate:by_quarter.won", "win-rate:by_owner.won", "win-rate:groups.won"),
        per_deal="one",
    ),
    Measure(
        key="lost_deals",
        en="Lost deals",
        zh="输单数",
        kind="count",
        unit="deals",
        formula="count of deals lost in the period and not reopened",
        source=CLOSED,
        fields=("win-rate:by_count.lost", "win-rate:by_quarter.lost", "win-rate:by_owner.lost", "win-rate:groups.lost"),
        per_deal="one",
    ),
    Measure(
        key="win_rate",
        en="Win rate",
        zh="赢单率",
        kind="ratio",
        unit="1",
        formula="won / (won + lost), closed in the period",
        source=CLOSED,
        fields=(
            "overview:win_rate",
            "win-rate:by_count.win_rate",
            "win-rate:by_quarter.win_rate",
            "win-rate:by_owner.win_rate",
            "win-rate:groups.win_rate",
        ),
        per_deal="won_among",
    ),
    Measure(
        key="win_rate_by_value",
        en="Win rate by value",
        zh="金额赢单率",
        kind="ratio",
        unit="1",
        formula="won value / (won value + lost value), within one currency",
        source=(*AMOUNTS, *CLOSED),
        fields=("win-rate:by_value.win_rate",),
        per_deal="won_value_among",
    ),
)

OF_TIME = (
    Measure(
        key="sales_cycle_mean",
        en="Sales cycle, mean",
        zh="平均销售周期",
        kind="duration",
        unit="days",
        formula="sum of (day won - day opened) / won deals",
        source=("DealOpened", "DealWon"),
        fields=("overview:sales_cycle_days.mean", "sales-cycle:mean_days", "sales-cycle:groups.mean_days"),
        per_deal="cycle_days",
    ),
    Measure(
        key="sales_cycle_median",
        en="Sales cycle, median",
        zh="销售周期中位数",
        kind="duration",
        unit="days",
        formula="median of (day won - day opened) over won deals",
        source=("DealOpened", "DealWon"),
        fields=("overview:sales_cycle_days.median", "sales-cycle:median_days"),
        per_deal="cycle_days",
    ),
    Measure(
        key="sales_cycle_p90",
        en="Sales cycle, 90th percentile",
        zh="销售周期 P90",
        kind="duration",
        unit="days",
        formula="90th percentile of (day won - day opened) over won deals",
        source=("DealOpened", "DealWon"),
        fields=("sales-cycle:p90_days",),
        per_deal="cycle_days",
    ),
    Measure(
        key="time_in_stage_mean",
        en="Time in stage, mean",
        zh="阶段停留平均时长",
        kind="duration",
        unit="days",
        formula="sum of days in the stage / deals",
        source=STAYS,
        fields=("time-in-stage:stages.*.mean_days",),
        per_deal="days_in_stage",
    ),
    Measure(
        key="time_in_stage_median",
        en="Time in stage, median",
        zh="阶段停留中位时长",
        kind="duration",
        unit="days",
        formula="median of the days in the stage over deals",
        source=STAYS,
        fields=("time-in-stage:stages.*.median_days",),
        per_deal="days_in_stage",
    ),
    Measure(
        key="time_in_stage_p90",
        en="Time in stage, 90th percentile",
        zh="阶段停留 P90",
        kind="duration",
        unit="days",
        formula="90th percentile of the days in the stage over deals",
        source=STAYS,
        fields=("time-in-stage:stages.*.p90_days",),
        per_deal="days_in_stage",
    ),
)

OF_STAYS = (
    Measure("entered", "Entered", "进入", "count", "stays", "stays that began", STAYS, (f"{STEPS}.entered",), "stays"),
    Measure(
        "re_entries", "Re-entries", "再次进入", "count", "stays", "entered - deals", STAYS,
        (f"{STEPS}.re_entries",), "re_entries",
    ),
    Measure(
        "advanced", "Advanced", "前进", "count", "stays", "stays that ended in a later stage or in won", STAYS,
        (f"{STEPS}.advanced",), "stays",
    ),
    Measure(
        "lost_here", "Lost here", "在此输单", "count", "stays", "stays that ended in lost", STAYS,
        (f"{STEPS}.lost",), "stays",
    ),
    Measure(
        "moved_back", "Moved back", "后退", "count", "stays", "stays that ended in an earlier stage or by reopening",
        STAYS, (f"{STEPS}.moved_back",), "stays",
    ),
    Measure(
        "migrated", "Migrated", "迁移到新版本", "count", "stays", "stays that ended by going to another version", STAYS,
        (f"{STEPS}.migrated",), "stays",
    ),
    Measure(
        "still_there", "Still there", "仍停留", "count", "stays", "entered - all that ended", STAYS,
        (f"{STEPS}.still_there",), "stays",
    ),
    Measure(
        "reached", "Reached", "到达", "count", "deals", "deals that got to this stage or a later one", STAYS,
        (f"{STEPS}.reached",), "one",
    ),
    Measure(
        "from_first", "Share of first stage", "占首阶段比例", "ratio", "1", "reached / reached of the first stage",
        STAYS, (f"{STEPS}.from_first",), None, ("reached",),
    ),
    Measure(
        "from_previous", "Share of previous stage", "占上一阶段比例", "ratio", "1",
        "reached / reached of the previous stage", STAYS, (f"{STEPS}.from_previous",), None, ("reached",),
    ),
)  # fmt: skip

VOCABULARY = Vocabulary(measures=(*OF_DEALS, *OF_TIME, *OF_STAYS, *OF_PIPELINE), dimensions=DIMENSIONS)
