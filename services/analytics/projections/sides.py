"""The two sides of a change of a deal: what it was before and is after, and to which groups it belongs on each."""

from __future__ import annotations

from collections.abc import Mapping

from services.analytics.projections.grouping import DecidedGrouping

SIDES = {
    "before": {
        "owner": "b.credited_owner_id",
        "version": "b.process_version",
        "later": ">= b.version",
        "source": "b.source",
        "region": "b.region",
        "customer": "b.customer_id",
    },
    "after": {
        "owner": "e.then_credited_owner_id",
        "version": "e.then_process_version",
        "later": "> e.version",
        "source": "e.then_source",
        "region": "e.then_region",
        "customer": "e.then_customer_id",
    },
}
# What a deal belongs to before or after a change, as text: over the columns of that side.
SIDED: Mapping[DecidedGrouping, str] = {
    "owner": "{owner}::text",
    "team": "(SELECT p.team_id::text FROM read.person p WHERE p.id = {owner})",
    "source": "{source}",
    "region": "coalesce({region}, (SELECT c.region FROM read.customer c WHERE c.id = {customer}))",
    "process": "b.process_id::text",
    "process_version": "b.process_id || ' ' || {version}",
}
# A deal that goes from one group to another is looked at once for each, as one that is not in it on the other side.
OF_GROUPS = """
  CROSS JOIN LATERAL (SELECT DISTINCT v.key FROM (VALUES ({before}), ({after})) v(key)) side
"""
IS_IN = "({} IS NOT DISTINCT FROM side.key)"


def grouped(by: DecidedGrouping | None) -> dict[str, str]:
    """The parts of `pipeline_moves.PAIRS` that tell groups apart: owners and teams by whose a deal is."""
    whole = dict.fromkeys(("belonged", "belongs", "had", "has"), "true")
    if by is None:
        return {**whole, "group": "", "sides": ""}
    before, after = (SIDED[by].format(**SIDES[side]) for side in ("before", "after"))
    is_whose = by in ("owner", "team")
    told = zip(("had", "has") if is_whose else ("belonged", "belongs"), (before, after), strict=True)
    sides = OF_GROUPS.format(before=before, after=after)
    return {**whole, **{name: IS_IN.format(key) for name, key in told}, "group": ", side.key", "sides": sides}
