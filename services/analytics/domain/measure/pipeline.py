"""The measures of the pipeline: what moved it, what it is expected to become, and what was meant to be won."""

from __future__ import annotations

from services.analytics.domain.measure.measure import Measure, PerDeal

MOVES = (
    "DealOpened", "DealWon", "DealLost", "DealReopened", "DealAmountChanged", "DealLinesChanged",
    "DealExpectedCloseChanged", "DealAssigned", "DealDeleted", "DealRestored", "DealCorrected", "DealMigrated",
)  # fmt: skip

OF_WATERFALLS = (
    Measure(
        "pipeline_start", "Start", "期初", "money", "currency", "sum of what stood at the first instant", MOVES,
        ("waterfall:currencies.start",), made_of="bar",
    ),
    Measure(
        "pipeline_end", "End", "期末", "money", "currency", "start + all contributions", MOVES,
        ("waterfall:currencies.end",), None, ("pipeline_start", "contribution"), "bar",
    ),
    Measure(
        "contribution", "Contribution", "影响额", "money", "currency", "what a bar adds to the end", MOVES,
        ("waterfall:currencies.bars.contribution",), made_of="bar",
    ),
    Measure(
        "bar_amount", "Size", "变动额", "money", "currency", "the contribution without its sign", MOVES,
        ("waterfall:currencies.bars.amount",), made_of="bar",
    ),
    Measure(
        "bar_count", "Made of", "笔数", "count", "deals or events", "deals (net) or events (gross) in a bar", MOVES,
        ("waterfall:currencies.bars.count",), made_of="bar",
    ),
)  # fmt: skip

CLOSED = ("DealWon", "DealLost", "DealReopened")
AMOUNTS = ("DealOpened", "DealLinesChanged", "DealAmountChanged", "DealWon")
OUTLOOK = (*AMOUNTS, "DealExpectedCloseChanged", "DealForecastChanged", "DealStageChanged")
QUOTAS = ("QuotaSet", "QuotaWithdrawn", *CLOSED)
PERIODS = "forecast:periods"
Events = tuple[str, ...]


def _money(
    key: str, en: str, zh: str, formula: str, source: Events, *fields: str, per_deal: PerDeal | None = "amount"
) -> Measure:
    return Measure(key, en, zh, "money", "currency", formula, source, fields, per_deal)


def _count(key: str, en: str, zh: str, formula: str, source: Events, *fields: str) -> Measure:
    return Measure(key, en, zh, "count", "deals", formula, source, fields, "one")


def _ratio(key: str, en: str, zh: str, formula: str, source: Events, *fields: str, per_deal: PerDeal) -> Measure:
    return Measure(key, en, zh, "ratio", "1", formula, source, fields, per_deal)


def _quotient(
    key: str, en: str, zh: str, formula: str, source: Events, *fields: str, parts: tuple[str, ...]
) -> Measure:
    """A ratio of other measures."""
    return Measure(key, en, zh, "ratio", "1", formula, source, fields, None, parts)


def _total(key: str, en: str, zh: str, formula: str, source: Events, *fields: str, parts: tuple[str, ...]) -> Measure:
    """Money that is made of other measures."""
    return Measure(key, en, zh, "money", "currency", formula, source, fields, None, parts)


OF_FORECASTS = (
    _count("forecast_deals", "Deals in category", "预测商机数", "deals of a forecast category", OUTLOOK,
           f"{PERIODS}.categories.deals"),
    _money("forecast_amount", "Amount in category", "预测金额", "sum of amounts of a forecast category", OUTLOOK,
           f"{PERIODS}.categories.amount"),
    _money("forecast_weighted", "Weighted amount", "加权金额", "sum of amount x probability", OUTLOOK,
           f"{PERIODS}.categories.weighted", per_deal="weighted"),
    _total("commit_total", "Commit, cumulative", "承诺累计", "closed + commit", OUTLOOK,
           f"{PERIODS}.commit_total", parts=("forecast_amount",)),
    _total("most_likely_total", "Most likely, cumulative", "最可能累计", "commit_total + most_likely", OUTLOOK,
           f"{PERIODS}.most_likely_total", parts=("forecast_amount",)),
    _total("best_case_total", "Best case, cumulative", "最佳情况累计", "most_likely_total + best_case", OUTLOOK,
           f"{PERIODS}.best_case_total", parts=("forecast_amount",)),
    _money("open_pipeline", "Open pipeline", "未结管道", "pipeline + best_case + most_likely + commit", OUTLOOK,
           f"{PERIODS}.open_pipeline", "quota:quotas.open_pipeline", "quota:quotas.groups.open_pipeline"),
    _total("weighted_total", "Weighted forecast", "加权预测", "closed + weighted open pipeline", OUTLOOK,
           f"{PERIODS}.weighted_total", parts=("forecast_weighted",)),
    _total("forecast_said", "Forecast then", "当时预测", "commit_total as of accuracy_at", OUTLOOK,
           "forecast:accuracy.forecast", parts=("commit_total",)),
    _total("forecast_came", "Actually won", "实际赢单", "won in the period", OUTLOOK,
           "forecast:accuracy.actual", parts=("won_value",)),
    _quotient("forecast_accuracy", "Forecast accuracy", "预测准确率", "1 - |forecast - actual| / actual", OUTLOOK,
           "forecast:accuracy.accuracy", parts=("forecast_said", "forecast_came")),
)  # fmt: skip

OF_QUOTAS = (
    Measure("quota", "Quota", "销售目标", "money", "currency", "what is to be won in the period", QUOTAS,
            ("quota:quotas.quota",), made_of="quotas"),
    _money("quota_won", "Won of quota", "已完成", "won in the quota's period", QUOTAS, "quota:quotas.won",
           "quota:quotas.groups.won"),
    _money("quota_commit", "Committed", "承诺", "open deals in commit closing in the period", QUOTAS,
           "quota:quotas.commit", "quota:quotas.groups.commit"),
    _quotient("attainment", "Attainment", "完成率", "won / quota", QUOTAS, "quota:quotas.attainment",
           "quota:quotas.groups.attainment", "leaderboard:places.attainment", parts=("quota_won", "quota")),
    _quotient("commit_attainment", "Attainment with commit", "承诺完成率", "(won + commit) / quota", QUOTAS,
           "quota:quotas.commit_attainment", "quota:quotas.groups.commit_attainment",
           parts=("quota_won", "quota_commit", "quota")),
    _quotient("coverage", "Coverage", "覆盖率", "open pipeline of the period / quota", QUOTAS,
           "quota:quotas.coverage", "quota:quotas.groups.coverage", parts=("open_pipeline", "quota")),
    _quotient("remaining_coverage", "Coverage of the rest", "剩余覆盖率", "open pipeline / (quota - won)", QUOTAS,
           "quota:quotas.remaining_coverage", parts=("open_pipeline", "quota", "quota_won")),
)  # fmt: skip

OF_SILENCE = (
    _count("idle_deals", "Rotting deals", "停滞商机数", "open deals unchanged for longer than the stage's idle days",
           MOVES, "rotting:idle_deals", "rotting:stages.idle_deals"),
    _count("rotting_among", "Deals in stage", "阶段内商机数", "open deals in a stage with idle days", MOVES,
           "rotting:stages.deals"),
    _money("idle_amount", "Rotting amount", "停滞金额", "sum of amounts of rotting deals", MOVES,
           "rotting:stages.amounts.amount"),
    Measure("idle_days", "Idle days allowed", "允许停滞天数", "number", "days", "drawn with the stage",
            ("SalesProcessVersionDrafted",), ("rotting:stages.idle_days",), "silent_days"),
    Measure("slipped_amount", "Slipped amount", "延期金额", "money", "currency", "sum of amounts at the slips", MOVES,
            ("slipped:slipped_amounts.amount", "slipped:groups.slipped_amounts.amount", "slipped:newest.amount.amount"),
            made_of="slips"),
    _count("overdue_deals", "Overdue deals", "逾期商机数", "open deals expected before today", MOVES,
           "slipped:overdue_deals"),
    _money("overdue_amount", "Overdue amount", "逾期金额", "sum of amounts of overdue deals", MOVES,
           "slipped:overdue_amounts.amount"),
    _count("pushed_deals", "Deals pushed so often", "推迟商机数", "open deals per number of pushes", MOVES,
           "slipped:by_pushes.deals"),
    _money("pushed_amount", "Amount pushed so often", "推迟金额", "sum of amounts per number of pushes", MOVES,
           "slipped:by_pushes.amounts.amount"),
    Measure("pushes", "Pushes", "推迟次数", "number", "times", "moves of expected close to a later day", MOVES,
            ("slipped:by_pushes.pushes", "slipped:newest.pushes"), "pushes"),
    Measure("slip_moves", "Slips", "延期次数", "number", "times", "moves from a day in the window to one after it",
            MOVES, ("slipped:slips", "slipped:groups.slips"), made_of="slips"),
)  # fmt: skip

OF_PERFORMANCE = (
    _count("open_deals", "Open deals", "未结商机数", "deals that are open or on hold", MOVES,
           "velocity:speeds.open_deals"),
    _money("mean_won", "Mean won amount", "平均赢单金额", "won amounts / won deals", CLOSED,
           "velocity:speeds.mean_won", per_deal="mean_amount"),
    _ratio("trailing_win_rate", "Trailing win rate", "滚动赢单率", "won / (won + lost)", CLOSED,
           "velocity:speeds.win_rate", per_deal="won_among"),
    Measure("trailing_days", "Mean sales cycle, trailing", "滚动平均周期", "duration", "days",
            "days from opening to winning / won", CLOSED, ("velocity:speeds.mean_days",), "cycle_days"),
    _total("velocity", "Velocity per day", "销售速度", "open deals x mean won x win rate / mean days", MOVES,
           "velocity:speeds.per_day", parts=("open_deals", "mean_won", "trailing_win_rate", "trailing_days")),
    _count("cohort_opened", "Opened", "创建商机数", "deals opened in the period", MOVES, "win-rate:whole.opened",
           "win-rate:cohorts.opened"),
    _count("cohort_won", "Won so far", "已赢单数", "deals opened in the period that are won now", MOVES,
           "win-rate:whole.won", "win-rate:cohorts.won"),
    _count("cohort_lost", "Lost so far", "已输单数", "deals opened in the period that are lost now", MOVES,
           "win-rate:whole.lost", "win-rate:cohorts.lost"),
    _count("cohort_open", "Still open", "仍未结", "opened - won - lost", MOVES, "win-rate:whole.open",
           "win-rate:cohorts.open"),
    _ratio("cohort_win_rate", "Win rate so far", "目前赢单率", "won so far / opened", MOVES,
           "win-rate:whole.win_rate", "win-rate:cohorts.win_rate", per_deal="won_among"),
    _ratio("cohort_win_rate_by_value", "Win rate so far by value", "目前金额赢单率", "won value so far / opened value",
           MOVES, "win-rate:whole.by_value.win_rate", "win-rate:cohorts.by_value.win_rate", per_deal="won_value_among"),
    _ratio("cohort_open_share", "Open share", "未结比例", "still open / opened", MOVES, "win-rate:whole.open_share",
           "win-rate:cohorts.open_share", per_deal="open_among"),
    _ratio("cohort_open_share_by_value", "Open share by value", "未结金额比例", "still open value / opened value",
           MOVES, "win-rate:whole.by_value.open_share", "win-rate:cohorts.by_value.open_share",
           per_deal="open_value_among"),
    _money("cohort_won_value", "Won so far, value", "已赢单金额", "amounts of deals won so far", MOVES,
           "win-rate:whole.by_value.won", "win-rate:cohorts.by_value.won"),
    _money("cohort_value", "Opened, value", "创建金额", "amounts of deals opened in the period", MOVES,
           "win-rate:whole.by_value.opened", "win-rate:cohorts.by_value.opened"),
    _count("losses", "Lost for this", "此因输单数", "lost deals by reason, stage and competitor", CLOSED,
           "loss-reasons:lost", "loss-reasons:losses.deals"),
    _quotient("loss_share", "Share of losses", "输单占比", "lost for this / all lost", CLOSED,
           "loss-reasons:losses.share", parts=("losses", "lost_deals")),
    _money("loss_value", "Lost for this, value", "此因输单金额", "amounts when they were lost", CLOSED,
           "loss-reasons:losses.amounts.amount"),
    _count("leader_won", "Won by owner", "负责人赢单数", "deals won, by the owner then", CLOSED,
           "leaderboard:places.won"),
    _count("leader_lost", "Lost by owner", "负责人输单数", "deals lost, by the owner then", CLOSED,
           "leaderboard:places.lost"),
    _ratio("leader_win_rate", "Win rate of owner", "负责人赢单率", "won / (won + lost)", CLOSED,
           "leaderboard:places.win_rate", per_deal="won_among"),
    _money("leader_value", "Won value of owner", "负责人赢单金额", "amounts won, by the owner then", CLOSED,
           "leaderboard:places.won_value.amount"),
    Measure("leader_opened", "Opened by owner", "负责人创建数", "count", "deals", "deals opened, by the owner then",
            ("DealOpened",), ("leaderboard:places.opened",), made_of="deeds"),
    Measure("moves_forward", "Moves forward", "推进次数", "count", "moves", "moves to a stage of a higher rank",
            ("DealStageChanged",), ("leaderboard:places.moves_forward",), made_of="deeds"),
)  # fmt: skip

WORK = ("ActivityPlanned", "ActivityRecorded", "ActivityCompleted", "TaskCreated", "TaskCompleted", "TaskReopened")
OF_WORK = (
    Measure("planned", "Planned", "计划数", "count", "activities", "due in the period, not cancelled", WORK,
            ("activity:planned", "activity:rows.planned"), made_of="work"),
    Measure("done", "Done", "完成数", "count", "activities", "done in the period", WORK,
            ("activity:done", "activity:rows.done"), made_of="work"),
    Measure("overdue", "Overdue", "逾期数", "count", "activities", "due in the period, not done up to now", WORK,
            ("activity:overdue", "activity:rows.overdue"), made_of="work"),
)  # fmt: skip

OF_PIPELINE = (*OF_WATERFALLS, *OF_FORECASTS, *OF_QUOTAS, *OF_SILENCE, *OF_PERFORMANCE, *OF_WORK)
