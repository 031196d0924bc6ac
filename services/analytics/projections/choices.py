"""What reports can be narrowed to: the sources, regions and currencies that occur among the deals somebody sees."""

from __future__ import annotations

from services.analytics.projections.report import Question
from services.analytics.projections.selection import over_deals

# A deal without a region has its customer's.
WORDS = over_deals("""
SELECT source, region, currency FROM selected GROUP BY GROUPING SETS ((source), (region), (currency))
UNION ALL
SELECT NULL, c.region, NULL FROM read.customer c WHERE c.id IN (SELECT s.customer_id FROM selected s)
""")


async def choices(question: Question) -> dict[str, list[str]]:
    """The values of `source`, `region` and `currency`, each in its order."""
    rows = await question.rows(WORDS)
    return {name: sorted({row[name] for row in rows} - {None}) for name in ("source", "region", "currency")}
