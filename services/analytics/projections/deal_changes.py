"""Every change of a deal with the state that it ended and the one that it began: journal and intervals in one table.

A row is written once, when an event changes a deal: `since` to `at` is how long the state before it held, so the state
of any deal at any instant is either one of these rows or the deal's row of today. It is known in two times: `since` and
`at` are when things happened, `since_recorded` and `recorded_at` when we knew. Within a deal both never go back.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from operator import attrgetter
from typing import Any

from services.analytics.projections.deal_row import Step
from shared.eventstore.read_model import Connection

# The state before, NULL where the deal was opened; then the state after, as far as waterfalls and slips need it.
TABLES = """
CREATE TABLE deal_change (
  deal_id uuid NOT NULL,
  version int NOT NULL,
  event_id uuid NOT NULL,
  event_type text NOT NULL,
  at timestamptz NOT NULL,
  recorded_at timestamptz NOT NULL,
  since timestamptz,
  since_recorded timestamptz,
  process_id uuid NOT NULL,
  process_version int,
  stage_key text,
  stage_name text,
  category text,
  stay int,
  again boolean,
  entered_at timestamptz,
  owner_id uuid,
  credited_owner_id uuid,
  customer_id uuid,
  amount numeric,
  currency text,
  base_amount numeric,
  base_currency text,
  expected_close date,
  probability int,
  forecast_category text,
  source text,
  region text,
  lost_reason text,
  competitor text,
  lines jsonb,
  opened_at timestamptz NOT NULL,
  closed_at timestamptz,
  closed_from text,
  pushes int,
  changed_at timestamptz,
  deleted boolean,
  then_process_version int NOT NULL,
  then_stage_key text NOT NULL,
  then_category text NOT NULL,
  then_forecast_category text NOT NULL,
  then_probability int NOT NULL,
  then_credited_owner_id uuid,
  then_amount numeric,
  then_currency text,
  then_base_amount numeric,
  then_base_currency text,
  then_expected_close date,
  then_deleted boolean NOT NULL,
  then_owner_id uuid,
  then_customer_id uuid,
  then_source text,
  then_region text,
  then_closed_at timestamptz,
  PRIMARY KEY (deal_id, version)
);
CREATE INDEX deal_change_at ON deal_change (at);
CREATE INDEX ON deal_change (credited_owner_id, at);
CREATE INDEX ON deal_change (then_credited_owner_id, at);
"""

# The columns of the state before, copied from the deal's row as it was.
BEFORE = """
since, since_recorded, process_version, stage_key, stage_name, category, stay, again, entered_at, owner_id,
credited_owner_id, customer_id, amount, currency, base_amount, base_currency, expected_close, probability,
forecast_category, source, region, lost_reason, competitor, closed_at, closed_from, pushes, changed_at, deleted
""".strip()
HEAD = """
deal_id, version, event_id, event_type, at, recorded_at, process_id, opened_at, then_process_version, then_stage_key,
then_category, then_forecast_category, then_probability, then_credited_owner_id, then_amount, then_currency,
then_base_amount, then_base_currency, then_expected_close, then_deleted, then_owner_id, then_customer_id, then_source,
then_region, then_closed_at
""".strip()


COLUMNS = [column.strip() for columns in (HEAD, BEFORE) for column in columns.split(",")] + ["lines"]
_state = attrgetter(*(column.strip() for column in BEFORE.split(",")))
_CLOSE = [column.strip() for column in BEFORE.split(",")].index("expected_close")
_NOTHING = (None,) * len(BEFORE.split(","))


async def save(connection: Connection, steps: Sequence[Step]) -> None:
    """Write the changes of a batch."""
    rows = [(*_head(step), *_before(step)) for step in steps if step.after.since is step.recorded.occurred_at]
    if rows:
        await connection.copy_records_to_table("deal_change", records=rows, columns=COLUMNS)


def _head(step: Step) -> tuple[Any, ...]:
    """The event of a change and the state that it began."""
    event, then = step.recorded, step.after
    return (
        then.id,
        event.version,
        event.event_id,
        event.type,
        event.occurred_at,
        event.recorded_at,
        then.process_id,
        then.opened_at,
        then.process_version,
        then.stage_key,
        then.category,
        then.forecast_category,
        then.probability,
        then.credited_owner_id,
        then.amount,
        then.currency,
        then.base_amount,
        then.base_currency,
        _day(then.expected_close),
        then.deleted,
        then.owner_id,
        then.customer_id,
        then.source,
        then.region,
        then.closed_at,
    )


def _before(step: Step) -> tuple[Any, ...]:
    """The state that it ended; lines only where they changed, else the next row that has some has them."""
    if step.before is None:
        return (*_NOTHING, None)
    state = list(_state(step.before))
    state[_CLOSE] = _day(state[_CLOSE])
    changed = step.recorded.type == "DealLinesChanged"
    return (*state, bytes(step.before.lines).decode() if changed else None)


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _of(alias: str, columns: str) -> str:
    return ", ".join(f"{alias}.{column.strip()}" for column in columns.split(","))


# The deals as they were at $15 as far as it was known at $16: with the columns of `deal` that a question may ask for.
AS_OF = f"""
SELECT d.id, d.version, d.name, d.process_id, d.opened_at, d.lines, {_of("d", BEFORE)}
FROM read.deal d WHERE d.since <= $15 AND d.since_recorded <= $16
UNION ALL
SELECT c.deal_id, c.version - 1, d.name, c.process_id, c.opened_at, coalesce((
    SELECT l.lines FROM read.deal_change l
    WHERE l.deal_id = c.deal_id AND l.version >= c.version AND l.lines IS NOT NULL ORDER BY l.version LIMIT 1
  ), d.lines), {_of("c", BEFORE)}
FROM read.deal_change c JOIN read.deal d ON d.id = c.deal_id
WHERE c.since <= $15 AND c.since_recorded <= $16 AND (c.at > $15 OR c.recorded_at > $16)
"""  # noqa: S608
