"""Deals that have no owner, team, product, source or region: the group without a name, wherever a report is cut."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal

Without = Literal["owner", "team", "product", "source", "region"]
REGION_OF = "coalesce({region}, (SELECT c.region FROM read.customer c WHERE c.id = {customer}))"
# Over the columns that a question calls so; owners and teams are whose a deal is, the others what it is about.
LACKS: Mapping[Without, str] = {
    "owner": "{owner} IS NULL",
    "team": "NOT EXISTS (SELECT FROM read.person p WHERE p.id = {owner} AND p.team_id IS NOT NULL)",
    "product": "{lines} = '[]'",
    "source": "{source} IS NULL",
    "region": f"{REGION_OF} IS NULL",
}
OF_SELECTED = {
    "owner": "s.credited_owner_id",
    "lines": "s.lines",
    "source": "s.source",
    "region": "s.region",
    "customer": "s.customer_id",
}


def lacking(without: Iterable[Without], columns: Mapping[str, str] = OF_SELECTED) -> str:
    """SQL: has none of these; `columns`: what owner, lines, source, region and customer are called."""
    return " AND ".join([LACKS[one].format(**columns) for one in without]) or "true"
