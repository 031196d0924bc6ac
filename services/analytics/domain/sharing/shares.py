"""With whom something is shared: people, teams or everybody, to look at or to change; one model for all that is."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

import msgspec

from shared.errors import Invalid

With = Literal["person", "team", "everybody"]
To = Literal["view", "edit"]
MOST = 200


class Share(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody may `view` or also `edit`; `id`: of the person or the team (with all teams below), None = everybody."""

    kind: With
    id: UUID | None = None
    right: To = "view"


Shares = dict[tuple[With, UUID | None], To]


class ShareNeedsOneTarget(Invalid):
    """A share is with a person or a team by `id`, or with everybody without one."""

    code = "share-needs-one-target"


class SharedWithTooMany(Invalid):
    """Share it with at most 200 people and teams; a team or everybody reaches more."""

    code = "shared-with-too-many"


def granted(shares: Shares, share: Share) -> bool:
    """Whether sharing like this changes anything; raises ShareNeedsOneTarget and SharedWithTooMany."""
    if (share.kind == "everybody") != (share.id is None):
        raise ShareNeedsOneTarget(field="/id")
    place = (share.kind, share.id)
    if place not in shares and len(shares) >= MOST:
        raise SharedWithTooMany(field="/id")
    return shares.get(place) != share.right


def withdrawn(shares: Shares, kind: With, id: UUID | None) -> Share | None:
    """The share that ends, None where there is none."""
    right = shares.get((kind, id))
    return None if right is None else Share(kind=kind, id=id, right=right)


def with_share(shares: Shares, share: Share) -> Shares:
    """After sharing; a second share with the same people replaces the first."""
    return {**shares, (share.kind, share.id): share.right}


def without_share(shares: Shares, share: Share) -> Shares:
    """After the share has ended."""
    return {place: right for place, right in shares.items() if place != (share.kind, share.id)}
