"""What moved the value of open deals between two instants: per deal, or per event, which bars it adds to.

A deal is in the pipeline that is asked about while it is open, not deleted, inside the filters and expected to close
inside the close window. Its state before and its state after say which bar it belongs to; so the bars of a deal always
add up to what it is worth after less what it was worth before, whatever happened in between.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any, Literal
from uuid import UUID

from services.analytics.projections.coins import OWN, RATES, Coins
from services.analytics.projections.figures import NO_DECIMALS, THREE_DECIMALS
from services.analytics.projections.grouping import Grouping
from services.analytics.projections.report import Question
from services.analytics.projections.selection import END_OF_TIME
from services.analytics.projections.sides import SIDES, grouped
from services.analytics.projections.without import Without

Basis = Literal["net", "gross"]
BEGINNING_OF_TIME = datetime(1900, 1, 1, tzinfo=UTC)  # no sums are kept of earlier days
IN = ("new", "reopened", "pulled_in", "increased", "owner_in", "restored", "corrected_in", "currency_in")
OUT = (
    "decreased", "won", "lost", "pushed_out", "pulled_out_early", "owner_out", "removed", "corrected_out",
    "currency_out",
)  # fmt: skip
BARS = (*IN, *OUT, "exchange")

# $1 sees everything, $2 owners seen, $3 to $10 the filters by which a deal counts, $11 currencies, $12 after this
# instant, $13 up to that one, $14 known when, $15 $16 the close window.
# Most changes are moves between stages, which no bar tells of.
MATTERS = """(lines IS NOT NULL
  OR (deleted, closed_at, expected_close, currency, amount, base_currency, base_amount, process_version, owner_id,
      credited_owner_id, customer_id, source, region)
    IS DISTINCT FROM (then_deleted, then_closed_at, then_expected_close, then_currency, then_amount,
      then_base_currency, then_base_amount, then_process_version, then_owner_id, then_credited_owner_id,
      then_customer_id, then_source, then_region))
"""
CHANGES = f"""
WITH change AS (
  SELECT deal_id, version, event_id, event_type, at, since, deleted, process_id, process_version, owner_id,
    credited_owner_id, customer_id, source, region, closed_at, expected_close, currency, amount, base_currency,
    base_amount, then_deleted, then_process_version, then_owner_id, then_credited_owner_id, then_customer_id,
    then_source, then_region, then_closed_at, then_category, then_expected_close, then_currency, then_amount,
    then_base_currency, then_base_amount
  FROM {{changes}} WHERE at > $12 AND at <= $13 AND recorded_at <= $14 AND {MATTERS}
)
"""  # noqa: S608
ALL = "read.deal_change"
# Each deal by itself (OFFSET 0): joined as a list, Postgres reads all that anybody did in the stretch.
OF_SOME = (
    "unnest($17::uuid[]) AS touched_deal(id) CROSS JOIN LATERAL "
    "(SELECT * FROM read.deal_change c WHERE c.deal_id = touched_deal.id AND c.at > $12 AND c.at <= $13 OFFSET 0) one"
)
CHANGED = f"SELECT DISTINCT deal_id FROM read.deal_change WHERE at > $1 AND at <= $2 AND {MATTERS}"  # noqa: S608
OF_DEALS = "SELECT deal_id, min(version) AS first, max(version) AS last FROM change GROUP BY deal_id"
OF_EVENTS = "SELECT deal_id, version AS first, version AS last FROM change"
FITS = """
    ($5::uuid[] IS NULL OR b.process_id = ANY($5)) AND ($6::int IS NULL OR {version} = $6)
    AND ($7::uuid[] IS NULL OR EXISTS (
      SELECT FROM jsonb_array_elements({lines}) line WHERE (line->>'product_id')::uuid = ANY($7)))
    AND ($8::text[] IS NULL OR {source} = ANY($8))
    AND ($9::text[] IS NULL OR coalesce(
      {region}, (SELECT c.region FROM read.customer c WHERE c.id = {customer})) = ANY($9))
    AND ($10::uuid[] IS NULL OR {customer} = ANY($10)) {and_currency}
"""
OWNED = (
    "read.visible({owner}, $1::boolean, $2::uuid[]) AND ($3::uuid[] IS NULL OR {credited} = ANY($3)) "
    "AND ($4::uuid[] IS NULL OR {credited} = ANY($4))"
)
EXPECTED = "($15::date IS NULL AND $16::date IS NULL OR {close} BETWEEN coalesce($15, '-infinity') AND coalesce($16, 'infinity'))"  # noqa: E501
# OFFSET 0 keeps each step apart: folded into one another their expressions are worked out again for every bar, which
# took four times as long.
# `was` and `will`: whether there is a deal to count at all; `moved`: the part of a difference that is no exchange rate.
PAIRS = f"""
, touched AS ({{touched}}), pair AS (
  SELECT b.deal_id, e.version, e.event_id, e.event_type, e.at, b.since IS NOT NULL AS known,
    coalesce(NOT b.deleted, false) AS was, NOT e.then_deleted AS will,
    coalesce({{fitted}}, false) AND {{belonged}} AS fitted, coalesce({{fits}}, false) AND {{belongs}} AS fits,
    coalesce({OWNED.format(owner="b.owner_id", credited="b.credited_owner_id")}, false) AND {{had}} AS owned,
    coalesce({OWNED.format(owner="e.then_owner_id", credited="e.then_credited_owner_id")}, false) AND {{has}} AS owns,
    b.since IS NOT NULL AND b.closed_at IS NULL AS was_open, e.then_closed_at IS NULL AS is_open,
    e.then_closed_at IS NOT NULL AND b.closed_at IS DISTINCT FROM e.then_closed_at AS was_closed,
    coalesce({EXPECTED.format(close="b.expected_close")}, false) AS due,
    coalesce({EXPECTED.format(close="e.then_expected_close")}, false) AS is_due,
    e.then_category AS category, b.expected_close AS close_before, e.then_expected_close AS close_after,
    coalesce(e.then_expected_close < $15, false) AS early,
    b.currency AS own_before, e.then_currency AS own_after, coalesce(b.amount, 0) AS amount_before,
    coalesce(e.then_amount, 0) AS amount_after, {{values}}{{group}}
  FROM touched t
  JOIN change b ON b.deal_id = t.deal_id AND b.version = t.first
  JOIN change e ON e.deal_id = t.deal_id AND e.version = t.last {{sides}}
  OFFSET 0
), placed AS (
  SELECT p.*, was AND fitted AND owned AND was_open AND due AS stood, will AND fits AND owns AND is_open AND is_due
      AS stands, will AND fits AND owns AND was_closed AS closes,
    currency_before <> currency_after AS exchanged, coalesce(currency_after, currency_before) AS currency,
    {{moved}} AS moved
  FROM pair p OFFSET 0
), judged AS (
  SELECT p.*, stood AND (stands OR closes) AS stays, NOT stood AND (stands OR closes AND is_due) AS comes,
    stood AND NOT stands AND NOT closes AS goes, closes AND (stood OR is_due) AS ends,
    CASE WHEN NOT known THEN 'new' WHEN NOT was THEN 'restored' WHEN NOT fitted THEN 'corrected_in'
      WHEN NOT owned THEN 'owner_in' WHEN NOT was_open THEN 'reopened' ELSE 'pulled_in' END AS how_in,
    CASE WHEN NOT will THEN 'removed' WHEN NOT fits THEN 'corrected_out' WHEN NOT owns THEN 'owner_out'
      WHEN early THEN 'pulled_out_early' ELSE 'pushed_out' END AS how_out
  FROM placed p WHERE stood OR stands OR closes OFFSET 0
), {{bars}} AS (
  SELECT j.*, v.bar, v.money, v.contribution FROM judged j CROSS JOIN LATERAL (VALUES
    (CASE WHEN comes THEN how_in END, currency, value_after),
    (CASE WHEN goes THEN how_out END, currency_before, -value_before),
    (CASE WHEN ends THEN category END, currency, -value_after),
    (CASE WHEN stays AND exchanged IS NOT TRUE AND moved > 0 THEN 'increased'
      WHEN stays AND exchanged IS NOT TRUE AND moved < 0 THEN 'decreased' END, currency, moved),
    (CASE WHEN stays AND exchanged IS NOT TRUE AND value_after - value_before <> moved THEN 'exchange' END, currency,
      value_after - value_before - moved),
    (CASE WHEN stays AND exchanged THEN 'currency_out' END, currency_before, -value_before),
    (CASE WHEN stays AND exchanged THEN 'currency_in' END, currency_after, value_after)
  ) v(bar, money, contribution)
  WHERE v.bar IS NOT NULL AND v.money IS NOT NULL {{of_currency}}
)
"""  # noqa: S608
# Each bar in the deals' own money at the rate of one day; what has no rate stays in its own.
RESTATED = f"""
, rate AS ({RATES}), bar AS (
  SELECT o.deal_id, o.version, o.event_id, o.event_type, o.at, o.owned, o.owns, o.close_before, o.close_after, o.bar,
    coalesce(m.base, o.money) AS money, o.contribution * coalesce(m.rate, 1) AS contribution,
    coalesce(b.base, o.currency_before) AS currency_before, o.value_before * coalesce(b.rate, 1) AS value_before,
    coalesce(a.base, o.currency_after) AS currency_after, o.value_after * coalesce(a.rate, 1) AS value_after
  FROM own_bar o
  LEFT JOIN rate m ON m.currency = o.money
  LEFT JOIN rate b ON b.currency = o.currency_before
  LEFT JOIN rate a ON a.currency = o.currency_after
)
"""  # noqa: S608
OWN_MONEY = """
b.currency AS currency_before, coalesce(b.amount, 0) AS value_before, e.then_currency AS currency_after,
coalesce(e.then_amount, 0) AS value_after
"""
BASE_MONEY = """
b.base_currency AS currency_before, coalesce(b.base_amount, 0) AS value_before, e.then_base_currency AS currency_after,
coalesce(e.then_base_amount, 0) AS value_after
"""
DIGITS = (
    f"CASE WHEN coalesce(currency_after, currency_before) = ANY('{{{','.join(NO_DECIMALS)}}}') THEN 0 "
    f"WHEN coalesce(currency_after, currency_before) = ANY('{{{','.join(THREE_DECIMALS)}}}') THEN 3 ELSE 2 END"
)
# The difference in the deal's own money, at the rate of before; where there was none at the rate of after.
AT_OLD_RATE = f"""
CASE WHEN own_before = own_after AND amount_before <> 0 AND value_before <> 0
    THEN round((amount_after - amount_before) * value_before / amount_before, {DIGITS})
  WHEN own_before = own_after AND amount_after <> 0
    THEN round((amount_after - amount_before) * value_after / amount_after, {DIGITS})
  ELSE value_after - value_before END
"""


@dataclass(frozen=True, slots=True)
class Stretch:
    """From one instant (not included) to another, the days on which deals are expected to close, and whose money.

    `end` None = now; `close_from`, `close_to` both None = any day or none.
    """

    start: datetime
    end: datetime | None = None
    close_from: date | None = None
    close_to: date | None = None
    coins: Coins = OWN

    @property
    def is_own(self) -> bool:
        """Whether bars are told in the deals' own money, whatever they are restated in afterwards."""
        return not self.coins.base or self.coins.day is not None


@dataclass(frozen=True, slots=True)
class Split:
    """By what bars are told group by group, and of which groups deals are to have none."""

    by: Grouping | None = None
    without: tuple[Without, ...] = ()


TOGETHER = Split()


def moves(stretch: Stretch, basis: Basis, question: str, changes: str = ALL, split: Split = TOGETHER) -> str:
    """SQL over `bar`: a row per bar that a deal (net) or an event (gross) adds to; further arguments begin with $17.

    Split by something it has a `key`, and bars are told for each group as if that alone were asked about.
    A currency asked for chooses the bars; where all are told in the company's, it chooses the deals.
    """
    chosen = "AND ($11::text[] IS NULL OR {} = ANY($11))"
    before, after = ("" if stretch.is_own else chosen.format(c) for c in ("b.currency", "e.then_currency"))
    pairs = PAIRS.format(
        touched=OF_DEALS if basis == "net" else OF_EVENTS,
        fitted=FITS.format(**SIDES["before"], and_currency=before),
        fits=FITS.format(**SIDES["after"], and_currency=after),
        values=OWN_MONEY if stretch.is_own else BASE_MONEY,
        moved="value_after - value_before" if stretch.is_own else AT_OLD_RATE,
        of_currency=chosen.format("v.money") if stretch.is_own else "",
        **grouped(split.by, split.without),
        bars="own_bar" if stretch.coins.day else "bar",
    )
    restated = RESTATED.format(day=f"'{stretch.coins.day}'::date") if stretch.coins.day else ""
    return CHANGES.format(changes=changes) + pairs + restated + question


async def moved(
    question: Question,
    stretch: Stretch,
    basis: Basis,
    asked: str,
    *further: Any,
    split: Split = TOGETHER,
) -> list[Any]:
    """Run SQL over `bar`."""
    return await _run(question, stretch, moves(stretch, basis, asked, split=split), *further)


async def moved_of(
    question: Question,
    stretch: Stretch,
    basis: Basis,
    asked: str,
    deals: Sequence[UUID],
    split: Split = TOGETHER,
) -> list[Any]:
    """Run SQL over `bar` of these deals only."""
    return await _run(question, stretch, moves(stretch, basis, asked, OF_SOME, split), deals)


async def changed_in(question: Question, edges: Iterable[tuple[datetime, datetime]]) -> list[UUID]:
    """The deals that changed after one instant and up to another, in any of these."""
    found = [row[0] for edge in edges for row in await question.connection.fetch(CHANGED, *edge)]
    return list(set(found))


async def _run(question: Question, stretch: Stretch, statement: str, *further: Any) -> list[Any]:
    selection = question.selection
    everything, seen, _, *filters = selection.arguments()[:12]
    end, known_at = stretch.end or END_OF_TIME, selection.known_at or END_OF_TIME
    arguments = (everything, seen, *filters, stretch.start, end, known_at, stretch.close_from, stretch.close_to)
    return await question.connection.fetch(statement, *arguments, *further)


def at(question: Question, instant: datetime | None) -> Question:
    """The same question put to another instant, over all days."""
    selection = question.selection
    filters = replace(selection.filters, from_date=None, to_date=None)
    return replace(question, selection=replace(selection, filters=filters, as_of=instant))
