"""How well selling goes: velocity, reasons of losses and the leaderboard."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from bench.analytics.asking import Asked, Scope, report
from bench.analytics.dashboard import BUDGET, RATE_OF_OWNERS
from bench.analytics.outlook import OWNER, OWNER_THEN, TODAY
from flowline.generation.process import VERSIONS
from services.analytics.projections.coins import OWN
from services.analytics.projections.leaderboard import Leaderboard, leaderboard
from services.analytics.projections.loss_reasons import LossReasons, loss_reasons
from services.analytics.projections.velocity import Velocity, velocity

TRAILING, SINCE = 12, date(2025, 10, 1)
RANKS = ", ".join(
    f"({drawn.version}, '{stage.key}', {rank})" for drawn in VERSIONS for rank, stage in enumerate(drawn.stages)
)
SPEED = """
SELECT d.currency, d.category, count(*) AS deals, sum(d.amount) AS amount,
  sum((d.closed_at AT TIME ZONE '{zone}')::date - (d.opened_at AT TIME ZONE '{zone}')::date) AS days
FROM deals d WHERE d.category IN ('won', 'lost') AND {closed} GROUP BY 1, 2
UNION ALL
SELECT d.currency, 'open', count(*), NULL, NULL FROM deals d WHERE d.closed_at IS NULL AND {where} GROUP BY 1"""
LOSSES = """
SELECT d.lost_reason, d.competitor, h.stage AS closed_from, d.currency, count(*) AS deals, sum(d.amount) AS amount
FROM deals d JOIN LATERAL (SELECT stage FROM stage_history h
  WHERE h.deal_id = d.id AND h.left_at IS NOT NULL ORDER BY h.number DESC LIMIT 1) h ON true
WHERE d.category = 'lost' AND {closed} GROUP BY 1, 2, 3, 4"""
# A migration has no place of its own here: the version of a move is the deal's, whose stages keep their order.
DEEDS = """
SELECT {owner_then} AS owner_id, count(*) FILTER (WHERE e.number = 1) AS opened,
  count(*) FILTER (WHERE e.entered_by = 'moved' AND there.rank > here.rank) AS forward
FROM stage_history e JOIN deals d ON d.id = e.deal_id {owner}
LEFT JOIN stage_history b ON b.deal_id = e.deal_id AND b.number = e.number - 1
LEFT JOIN (VALUES {ranks}) here(number, key, rank) ON here.number = {version} AND here.key = b.stage
LEFT JOIN (VALUES {ranks}) there(number, key, rank) ON there.number = {version} AND there.key = e.stage
WHERE (e.number = 1 OR e.entered_by = 'moved') AND NOT d.deleted AND {days} AND {owned} GROUP BY 1"""
VERSION = len(VERSIONS)


def performance(scope: Scope) -> Iterator[Asked]:
    """For one choice of deals and days."""

    def asked(name: str, answer: Any, peer: str, same: Any) -> Asked:
        return Asked(f"{name} · {scope.name}", BUDGET, report(scope, answer), peer, same)

    closed, trailing = scope.where(day="d.closed_at"), replace(scope, first=scope.first or SINCE)
    speed = SPEED.format(zone=scope.zone, closed=trailing.where(day="d.closed_at"), where=scope.where())
    yield asked("velocity", lambda q: velocity(q, TODAY, TRAILING, OWN, None), speed, _same_speed)
    yield asked("loss reasons", lambda q: loss_reasons(q, OWN, None), LOSSES.format(closed=closed), _same_losses)
    best = f"{RATE_OF_OWNERS.format(where=closed)};\n{_deeds(scope)}"
    yield asked("leaderboard", leaderboard, best, _same_deeds)


def _deeds(scope: Scope) -> str:
    days = [part for part in scope.where(day="e.entered_at").split(" AND ") if part.startswith("e.entered_at")]
    owners = ",".join(map(str, scope.owners))
    owned = f"{OWNER_THEN} = ANY('{{{owners}}}'::uuid[])" if owners else "true"
    told = {"owner": OWNER, "owner_then": OWNER_THEN, "ranks": RANKS, "version": VERSION, "owned": owned}
    return DEEDS.format(days=" AND ".join(days) or "true", **told)


def _same_speed(answer: Velocity, rows: Sequence[Any]) -> tuple[Any, Any]:
    ours = {one.currency: one.open_deals for one in answer.speeds if one.open_deals}
    return ours, {row["currency"]: row["deals"] for row in rows if row["category"] == "open" and row["currency"]}


def _same_losses(answer: LossReasons, rows: Sequence[Any]) -> tuple[Any, Any]:
    ours, theirs = Counter[Any](), Counter[Any]()
    for one in answer.losses:
        ours[one.reason, one.competitor, one.stage_key] += one.deals
    for row in rows:
        theirs[row["lost_reason"], row["competitor"], row["closed_from"]] += row["deals"]
    return ours, theirs


def _same_deeds(answer: Leaderboard, rows: Sequence[Any]) -> tuple[Any, Any]:
    ours = {one.owner_id: (one.opened, one.moves_forward) for one in answer.places}
    theirs = {row["owner_id"]: (row["opened"], row["forward"]) for row in rows}
    return {place: deeds for place, deeds in ours.items() if any(deeds)}, {o: d for o, d in theirs.items() if any(d)}
