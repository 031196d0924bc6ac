"""The waterfall once more, deal by deal: two pictures of each deal, and in words why they differ."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from copy import deepcopy
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

from services.analytics.tests.naive import Deal, remember
from shared.eventstore.recorded import Recorded

Bars = dict[tuple[str, str], Decimal]


@dataclass(frozen=True)
class Picture:
    """A deal at an instant, and whose money counts: (amount, currency), None without an amount."""

    deal: Deal
    close: date | None
    value: tuple[Decimal, str] | None
    own: tuple[Decimal, str] | None


@dataclass(frozen=True)
class Wanted:
    """Which pictures are asked for: `owned` by whom, what else is in the `filters`, and the close window."""

    owned: Callable[[Deal], bool]
    fits: Callable[[Deal], bool]
    window: tuple[date | None, date | None]

    def due(self, picture: Picture) -> bool:
        """Whether it is expected inside the window."""
        first, last = self.window
        if first is None and last is None:
            return True
        return picture.close is not None and (first or date.min) <= picture.close <= (last or date.max)

    def counts(self, picture: Picture | None) -> bool:
        """Whether it is wanted, open or not."""
        return picture is not None and not picture.deal.deleted and self.fits(picture.deal) and self.owned(picture.deal)

    def stands(self, picture: Picture | None) -> bool:
        """Whether it is in the pipeline asked for."""
        return picture is not None and self.counts(picture) and picture.deal.closed is None and self.due(picture)


def pictures(events: Sequence[Recorded], processes: dict[str, str], *, base: bool) -> list[tuple[Recorded, Picture]]:
    """Every event of one deal with the picture after it."""
    found = []
    for upto in range(1, len(events) + 1):
        [deal] = remember(events[:upto], processes)
        close, worth = _terms(events[:upto])
        found.append((events[upto - 1], Picture(deepcopy(deal), close, worth if base else deal.money, deal.money)))
    return found


def _terms(events: Iterable[Recorded]) -> tuple[date | None, tuple[Decimal, str] | None]:
    close, worth = None, None
    for event in events:
        data = json.loads(event.data)
        if event.type == "DealOpened":
            close = data.get("expected_close")
        if event.type == "DealExpectedCloseChanged":
            close = data["after"]
        if event.type in ("DealOpened", "DealAmountChanged", "DealLinesChanged", "DealWon"):
            converted = data.get("converted")
            worth = (Decimal(converted["amount"]), converted["currency"]) if converted else None
    return close and date.fromisoformat(close), worth


def net(
    deals: Iterable[list[tuple[Recorded, Picture]]], wanted: Wanted, start: datetime, end: datetime | None
) -> tuple[dict[str, Decimal], Bars, dict[str, Decimal]]:
    """Start, contributions per (bar, currency), and end."""
    first, bars, last = defaultdict[str, Decimal](Decimal), defaultdict[tuple[str, str], Decimal](Decimal), None
    last = defaultdict[str, Decimal](Decimal)
    for history in deals:
        before, after = _at(history, start), _at(history, end)
        for sums, picture in ((first, before), (last, after)):
            if wanted.stands(picture) and picture and picture.value:
                sums[picture.value[1]] += picture.value[0]
        for place, amount in told(before, after, wanted):
            bars[place] += amount
    return dict(first), dict(bars), dict(last)


def gross(
    deals: Iterable[list[tuple[Recorded, Picture]]], wanted: Wanted, start: datetime, end: datetime | None
) -> Bars:
    """Contributions of every event per (bar, currency)."""
    bars = defaultdict[tuple[str, str], Decimal](Decimal)
    for history in deals:
        before: Picture | None = None
        for event, after in history:
            if event.occurred_at > start and (end is None or event.occurred_at <= end):
                for place, amount in told(before, after, wanted):
                    bars[place] += amount
            before = after
    return dict(bars)


def _at(history: list[tuple[Recorded, Picture]], instant: datetime | None) -> Picture | None:
    seen = [picture for event, picture in history if instant is None or event.occurred_at <= instant]
    return seen[-1] if seen else None


def told(before: Picture | None, after: Picture | None, wanted: Wanted) -> list[tuple[tuple[str, str], Decimal]]:
    """The bars of one deal between two pictures of it."""
    if after is None:
        return []
    stood, stands = wanted.stands(before), wanted.stands(after)
    old = before.value if before else None
    closed = wanted.counts(after) and after.deal.closed is not None
    ends = closed and (before is None or before.deal.closed != after.deal.closed)
    found: list[tuple[str, tuple[Decimal, str] | None, int]] = []
    if stood and (stands or ends):
        found += _differences(before, after)
    if not stood and (stands or (ends and wanted.due(after))):
        found.append((_came(before, wanted), after.value, 1))
    if stood and not stands and not ends:
        found.append((_went(after, wanted), old, -1))
    if ends and (stood or wanted.due(after)):
        found.append((after.deal.stage["category"], after.value, -1))
    return [((bar, value[1]), sign * value[0]) for bar, value, sign in found if value]


def _came(before: Picture | None, wanted: Wanted) -> str:
    if before is None:
        return "new"
    if before.deal.deleted:
        return "restored"
    if not wanted.fits(before.deal):
        return "corrected_in"
    if not wanted.owned(before.deal):
        return "owner_in"
    return "reopened" if before.deal.closed else "pulled_in"


def _went(after: Picture, wanted: Wanted) -> str:
    if after.deal.deleted:
        return "removed"
    if not wanted.fits(after.deal):
        return "corrected_out"
    if not wanted.owned(after.deal):
        return "owner_out"
    first = wanted.window[0]
    return "pulled_out_early" if after.close and first and after.close < first else "pushed_out"


def _differences(before: Picture | None, after: Picture) -> list[tuple[str, tuple[Decimal, str] | None, int]]:
    assert before is not None
    old, new = before.value, after.value
    if old and new and old[1] != new[1]:
        return [("currency_out", old, -1), ("currency_in", new, 1)]
    if not old and not new:
        return []
    currency = (new or old or (Decimal(0), ""))[1]
    was, becomes = (value[0] if value else Decimal(0) for value in (old, new))
    change = becomes - was if before.value == before.own and after.value == after.own else _unrated(before, after)
    rest = becomes - was - change
    bars = [("increased" if change > 0 else "decreased", change), ("exchange", rest)]
    return [(bar, (amount, currency), 1) for bar, amount in bars if amount]


def _unrated(before: Picture, after: Picture) -> Decimal:
    """The difference in the deal's own money at the old rate, else at the new one; in the company's cents."""
    was, becomes = (one.value[0] if one.value else Decimal(0) for one in (before, after))
    if before.own and after.own and before.own[1] == after.own[1]:
        for amount, worth in ((before.own[0], was), (after.own[0], becomes)):
            if amount and (worth or worth is becomes):
                rated = (after.own[0] - before.own[0]) * worth / amount
                return rated.quantize(Decimal("0.01"), ROUND_HALF_UP)
    return becomes - was
