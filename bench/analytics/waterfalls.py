"""Why the pipeline changed its worth: the waterfall of a week to a year and of odd days, per deal and per event."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from bench.analytics.asking import Asked, Scope, report
from bench.analytics.past import AT, WAS
from services.analytics.projections.pipeline_moves import Basis, Stretch
from services.analytics.projections.waterfall import Waterfall, waterfall

BUDGET = 200.0
STRETCHES: tuple[tuple[str, datetime, datetime, Basis], ...] = (
    ("a week, net", datetime(2026, 3, 2, 1, tzinfo=UTC), datetime(2026, 3, 9, 1, tzinfo=UTC), "net"),
    ("a month, net", datetime(2026, 3, 1, 1, tzinfo=UTC), datetime(2026, 4, 1, 1, tzinfo=UTC), "net"),
    ("a quarter, net", datetime(2026, 1, 1, 1, tzinfo=UTC), datetime(2026, 4, 1, 1, tzinfo=UTC), "net"),
    ("90 odd days, net", datetime(2025, 12, 17, 4, 30, tzinfo=UTC), datetime(2026, 3, 18, 4, 30, tzinfo=UTC), "net"),
    ("a year, net", datetime(2025, 4, 1, 1, tzinfo=UTC), datetime(2026, 4, 1, 1, tzinfo=UTC), "net"),
    ("a quarter, gross", datetime(2026, 1, 1, 1, tzinfo=UTC), datetime(2026, 4, 1, 1, tzinfo=UTC), "gross"),
)
FIELDS = (("amount", "numeric"), ("currency", "text"), ("deleted", "boolean"))
# A deal as it was at `{at}`: the stay it was in (none: it was not yet), and its fields.
STATE = """
SELECT d.id, h.deal_id IS NOT NULL AS known, h.category IN ('won', 'lost') AS closed, h.category, h.entered_at,
  {amount} AS amount, {currency} AS currency, {deleted} AS deleted
FROM {deals} d {joined} JOIN stage_history h
  ON h.deal_id = d.id AND h.entered_at <= '{at}' AND (h.left_at IS NULL OR h.left_at > '{at}') {was}"""
OPEN = "SELECT '{name}' AS bar, currency, sum(amount) AS amount FROM ({state}) s WHERE {open} GROUP BY 2"
IS_OPEN = "NOT closed AND NOT deleted AND currency IS NOT NULL"
NET = """
WITH touched AS (
  SELECT deal_id FROM stage_history WHERE entered_at > '{start}' AND entered_at <= '{end}'
  UNION SELECT deal_id FROM field_history WHERE at > '{start}' AND at <= '{end}'
), moved AS (SELECT d.* FROM deals d JOIN touched t ON t.deal_id = d.id), pair AS (
  SELECT coalesce(a.currency, b.currency) AS currency, coalesce(b.amount, 0) AS was, coalesce(a.amount, 0) AS is_now,
    a.category, b.known, b.deleted IS FALSE AS counted,
    b.known AND NOT b.deleted AND NOT b.closed AS stood, NOT a.deleted AND NOT a.closed AS stands,
    NOT a.deleted AND a.closed AND NOT (b.known AND b.closed AND b.entered_at = a.entered_at) AS closes
  FROM ({after}) a JOIN ({before}) b ON b.id = a.id
), bar AS (
  SELECT p.currency, v.* FROM pair p CROSS JOIN LATERAL (VALUES
    (CASE WHEN NOT stood AND (stands OR closes)
      THEN CASE WHEN NOT known THEN 'new' WHEN NOT counted THEN 'restored' ELSE 'reopened' END END, is_now),
    (CASE WHEN stood AND NOT stands AND NOT closes THEN 'removed' END, -was),
    (CASE WHEN closes THEN category END, -is_now),
    (CASE WHEN stood AND (stands OR closes) AND is_now > was THEN 'increased'
      WHEN stood AND (stands OR closes) AND is_now < was THEN 'decreased' END, is_now - was)
  ) v(bar, amount) WHERE v.bar IS NOT NULL AND p.currency IS NOT NULL
)
SELECT bar, currency, sum(amount) AS amount FROM bar GROUP BY 1, 2 UNION ALL {opening} UNION ALL {closing}"""
# What happened, with the amount as it was once that had happened.
GROSS = """
WITH happened AS (
  SELECT CASE h.entered_by WHEN 'opened' THEN 'new' ELSE h.entered_by END AS bar, h.deal_id, h.version,
    CASE WHEN h.entered_by IN ('won', 'lost') THEN -1 ELSE 1 END AS sign, NULL::numeric AS amount
  FROM stage_history h WHERE h.entered_by IN ('opened', 'reopened', 'won', 'lost')
    AND h.entered_at > '{start}' AND h.entered_at <= '{end}'
  UNION ALL
  SELECT CASE WHEN f.new::boolean THEN 'removed' ELSE 'restored' END, f.deal_id, f.version,
    CASE WHEN f.new::boolean THEN -1 ELSE 1 END, NULL
  FROM field_history f JOIN stage_history h ON h.deal_id = f.deal_id AND h.entered_at <= f.at
    AND (h.left_at IS NULL OR h.left_at > f.at) AND h.category NOT IN ('won', 'lost')
  WHERE f.field = 'deleted' AND f.at > '{start}' AND f.at <= '{end}'
  UNION ALL
  SELECT CASE WHEN coalesce(f.new::numeric, 0) > coalesce(f.old::numeric, 0) THEN 'increased' ELSE 'decreased' END,
    f.deal_id, f.version, 1, coalesce(f.new::numeric, 0) - coalesce(f.old::numeric, 0)
  FROM field_history f WHERE f.field = 'amount' AND f.at > '{start}' AND f.at <= '{end}'
)
SELECT e.bar, {currency} AS currency, sum(sign * coalesce(e.amount, {amount})) AS amount
FROM happened e JOIN deals d ON d.id = e.deal_id {was} GROUP BY 1, 2 UNION ALL {opening} UNION ALL {closing}"""


def waterfalls(scope: Scope) -> Iterator[Asked]:
    """Of all open deals, expected on any day."""
    for name, start, end, basis in STRETCHES:
        stretch = Stretch(start=start, end=end)
        ask = report(scope, lambda q, s=stretch, b=basis: waterfall(q, s, b))  # type: ignore[misc]
        peer = _net(start, end) if basis == "net" else _gross(start, end)
        yield Asked(f"waterfall of {name} · {scope.name}", BUDGET, ask, peer, _same_bars)


def _net(start: datetime, end: datetime) -> str:
    after, before = _state("moved", end), _state("moved", start, known=False)
    return NET.format(start=start, end=end, after=after, before=before, **_ends(start, end))


def _gross(start: datetime, end: datetime) -> str:
    was = "".join(
        WAS.format(field=field, at="").replace("f.at > ''", "f.version > e.version") for field in ("amount", "currency")
    )
    fields = {field: AT.format(field=field, type=type_) for field, type_ in FIELDS}
    return GROSS.format(start=start, end=end, was=was, **fields, **_ends(start, end))


def _ends(start: datetime, end: datetime) -> dict[str, str]:
    ends = (("opening", "start", start), ("closing", "end", end))
    return {key: OPEN.format(name=name, state=_state("deals", at), open=IS_OPEN) for key, name, at in ends}


def _state(deals: str, at: datetime, *, known: bool = True) -> str:
    """SQL of the deals as they were; `known` False: also of those that were not yet."""
    was = "".join(WAS.format(field=field, at=at) for field, _ in FIELDS)
    fields = {field: AT.format(field=field, type=type_) for field, type_ in FIELDS}
    return STATE.format(deals=deals, at=at, was=was, joined="" if known else "LEFT", **fields)


def _same_bars(answer: Waterfall, rows: Sequence[Any]) -> tuple[Any, Any]:
    ours = {}
    for one in answer.currencies:
        bars = {bar.bar: Decimal(bar.contribution) for bar in one.bars if bar.bar not in ("start", "end")}
        for bar, amount in {**bars, "start": Decimal(one.start), "end": Decimal(one.end)}.items():
            ours[bar, one.currency] = amount
    theirs = {(row["bar"], row["currency"]): row["amount"] for row in rows if row["currency"]}
    return _nonzero(ours), _nonzero(theirs)


def _nonzero(sums: dict[Any, Decimal]) -> dict[Any, Decimal]:
    return {place: amount for place, amount in sums.items() if amount}
