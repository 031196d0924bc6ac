"""The measures of the pipeline: what moved it, what it is expected to become, and what was meant to be won."""

from __future__ import annotations

from services.analytics.domain.measure.measure import Measure

MOVES = (
    "DealOpened", "DealWon", "DealLost", "DealReopened", "DealAmountChanged", "DealLinesChanged",
    "DealExpectedCloseChanged", "DealAssigned", "DealDeleted", "DealRestored", "DealCorrected", "DealMigrated",
)  # fmt: skip

OF_WATERFALLS = (
    Measure(
        "pipeline_start", "Start", "期初", "money", "currency", "sum of what stood at the first instant", MOVES,
        ("waterfall:currencies.start",),
    ),
    Measure(
        "pipeline_end", "End", "期末", "money", "currency", "start + all contributions", MOVES,
        ("waterfall:currencies.end",),
    ),
    Measure(
        "contribution", "Contribution", "影响额", "money", "currency", "what a bar adds to the end", MOVES,
        ("waterfall:currencies.bars.contribution",),
    ),
    Measure(
        "bar_amount", "Size", "变动额", "money", "currency", "the contribution without its sign", MOVES,
        ("waterfall:currencies.bars.amount",),
    ),
    Measure(
        "bar_count", "Made of", "笔数", "count", "deals or events", "deals (net) or events (gross) in a bar", MOVES,
        ("waterfall:currencies.bars.count",),
    ),
)  # fmt: skip

OF_PIPELINE = (*OF_WATERFALLS,)
