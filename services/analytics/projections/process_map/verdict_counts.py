"""How many deals have which verdict, by the day on which they were opened and by the day on which they were closed.

There are few verdicts, so days can be told apart, and any days are a sum of years, months and days.
"""

from __future__ import annotations

from datetime import date
from typing import Literal
from uuid import UUID
from zoneinfo import ZoneInfo

from services.analytics.projections.process_map.case import MILLISECOND, Case, Changes
from services.analytics.projections.process_map.counting import EVER, Judge, periods_of
from shared.eventstore.read_model import Connection

TABLES = """
CREATE TABLE process_verdict (
  process_id uuid NOT NULL,
  day_of text NOT NULL,
  level text NOT NULL,
  period date NOT NULL,
  process_version int NOT NULL,
  verdict_id uuid NOT NULL,
  deals bigint NOT NULL,
  closed bigint NOT NULL,
  won bigint NOT NULL,
  ms bigint NOT NULL,
  PRIMARY KEY (process_id, day_of, level, period, process_version, verdict_id)
) WITH (fillfactor = 85);
"""
ADD = """
INSERT INTO process_verdict AS v
SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::date[], $5::int[], $6::uuid[], $7::bigint[], $8::bigint[],
  $9::bigint[], $10::bigint[])
ON CONFLICT (process_id, day_of, level, period, process_version, verdict_id) DO UPDATE SET
  deals = v.deals + excluded.deals, closed = v.closed + excluded.closed, won = v.won + excluded.won,
  ms = v.ms + excluded.ms
"""
FORGET = """
DELETE FROM process_verdict v
USING unnest($1::uuid[], $2::text[], $3::text[], $4::date[], $5::int[], $6::uuid[])
  AS less(process_id, day_of, level, period, process_version, verdict_id)
WHERE (v.process_id, v.day_of, v.level, v.period, v.process_version, v.verdict_id)
  = (less.process_id, less.day_of, less.level, less.period, less.process_version, less.verdict_id) AND v.deals = 0
"""

DayOf = Literal["opened", "closed"]
About = tuple[UUID, int, UUID]  # process, version, verdict
Numbers = tuple[int, int, int, int]  # deals, how many are closed, how many won, milliseconds that the closed ones took


class VerdictCounts:
    """The differences that a batch makes, by verdict and stretch of time."""

    def __init__(self, zone: ZoneInfo) -> None:
        self._zone = zone
        self._sums: dict[tuple[UUID, str, str, date, int, UUID], Numbers] = {}

    def add(self, case: Case, verdict: UUID, times: int) -> None:
        """Count the verdict on a deal, or take it back with `times` = -1."""
        about = (case.process_id, case.process_version, verdict)
        opened = case.opened_at.astimezone(self._zone).date()
        if case.closed_at is None:
            self.put(about, "opened", opened, (times, 0, 0, 0))
            return
        wait = (case.closed_at - case.opened_at) // MILLISECOND
        numbers = (times, times, times * (case.outcome == "won"), times * wait)
        self.put(about, "opened", opened, numbers)
        self.put(about, "closed", case.closed_at.astimezone(self._zone).date(), numbers)

    def put(self, about: About, day_of: DayOf, day: date, numbers: Numbers) -> None:
        """Add to all stretches that the day is in."""
        process, version, verdict = about
        for level, period in (("ever", EVER), *periods_of(day)):
            key = (process, day_of, level, period, version, verdict)
            deals, closed, won, ms = self._sums.get(key, (0, 0, 0, 0))
            self._sums[key] = (deals + numbers[0], closed + numbers[1], won + numbers[2], ms + numbers[3])

    async def save(self, connection: Connection) -> None:
        """Add what does not come to nothing, in the order of keys: two writers never wait for each other crosswise."""
        rows = sorted((*key, *numbers) for key, numbers in self._sums.items() if any(numbers))
        if rows:
            await connection.execute(ADD, *zip(*rows, strict=True))
        if fewer := [row[:6] for row in rows if row[6] < 0]:
            await connection.execute(FORGET, *zip(*fewer, strict=True))


def verdicts_given(changes: Changes, zone: ZoneInfo, judge: Judge) -> VerdictCounts:
    """What has to be added so that every verdict counts what a batch made of the deals."""
    counts = VerdictCounts(zone)
    for case, times in changes.standing():
        counts.add(case, judge(case.process_id, case.path), times)
    return counts
