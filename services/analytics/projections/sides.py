"""The two sides of a change of a deal: what it was before and is after, and to which groups it belongs on each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from services.analytics.projections.grouping import Grouping
from services.analytics.projections.without import REGION_OF, Without, lacking

LINES = """
coalesce((
  SELECT l.lines FROM read.deal_change l
  WHERE l.deal_id = b.deal_id AND l.version {later} AND l.lines IS NOT NULL ORDER BY l.version LIMIT 1
), (SELECT d.lines FROM read.deal d WHERE d.id = b.deal_id))
"""
SIDES = {
    "before": {
        "owner": "b.credited_owner_id",
        "version": "b.process_version",
        "lines": LINES.format(later=">= b.version"),
        "source": "b.source",
        "region": "b.region",
        "customer": "b.customer_id",
    },
    "after": {
        "owner": "e.then_credited_owner_id",
        "version": "e.then_process_version",
        "lines": LINES.format(later="> e.version"),
        "source": "e.then_source",
        "region": "e.then_region",
        "customer": "e.then_customer_id",
    },
}
# What a deal belongs to before or after a change, as texts: over the columns of that side. $7: products asked for.
SIDED: Mapping[Grouping, str] = {
    "owner": "ARRAY[{owner}::text]",
    "team": "ARRAY[(SELECT p.team_id::text FROM read.person p WHERE p.id = {owner})]",
    "product": (
        "coalesce((SELECT array_agg(line->>'product_id') FROM jsonb_array_elements({lines}) line "
        "WHERE $7::uuid[] IS NULL OR (line->>'product_id')::uuid = ANY($7)), ARRAY[NULL::text])"
    ),
    "source": "ARRAY[{source}]",
    "region": f"ARRAY[{REGION_OF}]",
    "process": "ARRAY[b.process_id::text]",
    "process_version": "ARRAY[b.process_id || ' ' || {version}]",
}
# A deal that goes from one group to another is looked at once for each, as one that is not in it on the other side.
OF_GROUPS = """
  CROSS JOIN LATERAL (SELECT DISTINCT v.key FROM unnest({before} || {after}) v(key)) side
"""
IS_IN = "array_position({}, side.key) IS NOT NULL"
WHOSE = ("owner", "team")


def grouped(by: Grouping | None, without: Sequence[Without] = ()) -> dict[str, str]:
    """The parts of `pipeline_moves.PAIRS` that tell groups apart: owners and teams by whose a deal is.

    `without`: only what belongs to none of these groups.
    """
    parts = {"group": ", side.key" if by else "", "sides": ""}
    for side, belongs, has in (("before", "belonged", "had"), ("after", "belongs", "has")):
        conditions = defaultdict[str, list[str]](list)
        for one in without:
            conditions[has if one in WHOSE else belongs].append(lacking((one,), SIDES[side]))
        if by:
            conditions[has if by in WHOSE else belongs].append(IS_IN.format(SIDED[by].format(**SIDES[side])))
        parts |= {name: " AND ".join(conditions[name]) or "true" for name in (belongs, has)}
    if by:
        before, after = (SIDED[by].format(**SIDES[side]) for side in ("before", "after"))
        parts["sides"] = OF_GROUPS.format(before=before, after=after)
    return parts
