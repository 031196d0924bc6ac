"""Sharing over HTTP, alike for all that is shared: who may do what, and the bodies of share and unshare."""

from __future__ import annotations

from typing import assert_never
from uuid import UUID

from pydantic import Field

from services.analytics.domain.sharing.shares import Share, To, With
from services.analytics.projections.sharing import Access, Viewer, Viewers
from shared.errors import Forbidden, Invalid, Rejected
from shared.http.auth import Principal
from shared.http.payload import Payload


class OnlySharedForViewing(Forbidden):
    """This is shared with you to look at; whose it is can let you change it."""

    code = "only-shared-for-viewing"


class NotYourOwn(Forbidden):
    """Only whose own it is may do this."""

    code = "not-your-own"


class ShareTargetUnknown(Invalid):
    """The directory has no such person or team."""

    code = "share-target-unknown"


class NotInTheDirectory(Rejected):
    """Only people of the directory can have something of their own; make it for everybody with `shared`."""

    code = "not-in-the-directory"


class Grant(Payload):
    """With whom, and what they may do; `id`: of the person or team, none for everybody."""

    kind: With
    id: UUID | None = None
    right: To = Field(default="view", description="view: look at it; edit: also change it")

    def share(self) -> Share:
        """In the domain's words."""
        return Share(kind=self.kind, id=self.id, right=self.right)


class Withdrawal(Payload):
    """With whom not any more."""

    kind: With
    id: UUID | None = None


def require(access: Access, needed: Access) -> None:
    """Raise OnlySharedForViewing or NotYourOwn unless `access` goes as far as what is needed."""
    match needed:
        case "own":
            if access != "own":
                raise NotYourOwn
        case "edit":
            if access == "view":
                raise OnlySharedForViewing
        case "view":
            return
        case _:
            assert_never(needed)


async def known(viewers: Viewers, grant: Grant) -> Share:
    """The share, if there is somebody to share with; raises ShareTargetUnknown."""
    share = grant.share()
    if share.id is not None and not await viewers.knows(share):
        raise ShareTargetUnknown(field="/id")
    return share


async def viewer_of(viewers: Viewers, principal: Principal) -> Viewer:
    """Who looks."""
    return await viewers.of(principal.subject, principal.roles)


async def owner_for(viewers: Viewers, principal: Principal, *, everybodys: bool) -> UUID | None:
    """Whose own a new thing is: its maker's, or nobody's where it is everybody's; raises NotInTheDirectory."""
    if everybodys:
        return None
    maker = await viewer_of(viewers, principal)
    if maker.person is None:
        raise NotInTheDirectory(field="/shared")
    return maker.person
