"""Where deals stood at a past instant, and how long the closed ones had taken: from the states that the reports keep.

Owners, sources, lines and deletions are those of then. The way up to then is the beginning of the way of today, because
nothing that happened in it is ever taken back; so it is counted as it is for today (tally.py).
"""

from __future__ import annotations

from typing import Any

from services.analytics.projections.process_map.asking import Asked
from services.analytics.projections.selection import over_deals
from shared.mining.histogram import bucket_sql

WAITED = "trunc(extract(epoch FROM s.closed_at - s.opened_at) * 1000)::bigint"
# $17 activity, opened or closed: what the days are about; $18 the version.
ENDS = over_deals(f"""
, standing AS (
  SELECT s.stage_key AS stage, s.closed_at IS NOT NULL AS closed,
    CASE WHEN s.closed_at IS NOT NULL THEN {bucket_sql(WAITED)} END AS bucket, count(*) AS n, sum({WAITED}) AS ms
  FROM selected s
  WHERE ($18::int IS NULL OR s.process_version = $18) AND CASE $17::text WHEN 'opened' THEN s.opened_in_period
    WHEN 'closed' THEN s.closed_in_period ELSE s.closed_at IS NULL OR s.closed_in_period END
  GROUP BY 1, 2, 3
)
SELECT CASE WHEN closed THEN 'end' ELSE 'open' END AS kind, stage AS source, '' AS target, sum(n)::bigint AS n,
  sum(n)::bigint AS n_case, 0 AS n_reach, 0 AS ms, NULL::int[] AS buckets, NULL::bigint[] AS ns
FROM standing GROUP BY closed, stage
UNION ALL
SELECT 'cycle', '', '', sum(n)::bigint, sum(n)::bigint, 0, sum(ms)::bigint, array_agg(bucket), array_agg(n::bigint)
FROM standing WHERE closed HAVING count(*) > 0
""")  # noqa: S608 - made of declared names only


async def ends_then(asked: Asked) -> list[Any]:
    """Rows as `Tally.take` wants them: ends, open deals and cycles as of the instant asked for."""
    filters = asked.filters
    return await asked.rows(ENDS.then, [*asked.then().arguments(), filters.by, filters.version])
