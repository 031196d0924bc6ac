"""All questions of the benchmark, about everybody and about some, ever and in some days."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from functools import partial

from bench.analytics.asking import Asked, Scope
from bench.analytics.dashboard import dashboard
from bench.analytics.outlook import outlook
from bench.analytics.past import maps, stages_at
from bench.analytics.performance import performance
from bench.analytics.waterfalls import waterfalls
from bench.analytics.ways import ways
from bench.analytics.work import work
from flowline.generation.directory import owner_id
from flowline.generation.parameters import Parameters
from flowline.imports.ids import id_for

INSTANTS = (
    ("noon in a month past", datetime(2026, 8, 19, 4, 0, tzinfo=UTC)),
    ("last winter", datetime(2026, 1, 14, 9, 30, tzinfo=UTC)),
    ("years ago", datetime(2024, 5, 17, 11, 0, tzinfo=UTC)),
)
QUARTER, YEAR = (date(2025, 1, 1), date(2025, 3, 31)), (date(2025, 1, 1), date(2025, 12, 31))


def questions(parameters: Parameters, zone: str) -> Iterator[Asked]:
    """All of them; `zone`: by which the days of both sides begin."""
    scope = partial(Scope, zone=zone)
    owner, team, whole = 17 % parameters.owners, 3 % parameters.teams, scope("everybody, ever")
    members = tuple(owner_id(number) for number in range(team, parameters.owners, parameters.teams))
    one = (owner_id(owner),)
    quarter, ones = scope("everybody, a quarter", (), None, *QUARTER), scope("an owner, a quarter", one, None, *QUARTER)
    yield from dashboard(whole)
    yield from dashboard(quarter)
    yield from dashboard(scope("everybody, a year", (), None, *YEAR))
    yield from dashboard(ones)
    yield from dashboard(scope("a team, a quarter", members, id_for("generated", "team", str(team)), *QUARTER))
    for each in (whole, quarter, ones):
        yield from outlook(each)
        yield from performance(each)
        yield from ways(each)
        yield work(each)
    yield from stages_at(whole, INSTANTS)
    yield from stages_at(scope("an owner", one), INSTANTS)
    yield from waterfalls(whole)
    yield maps(whole)
    yield maps(scope("an owner", one))
    yield maps(scope("a source", source="referral"))
    yield maps(quarter)
    yield maps(scope("an owner, a source, a quarter", one, None, *QUARTER, "referral"))
