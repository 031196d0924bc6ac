"""Why a wish about a sales process is refused, named after the rule."""

from __future__ import annotations

from shared.errors import Conflict, Invalid, NotFound, Rejected


class ProcessExists(Conflict):
    """There is a sales process with this id already."""

    code = "process-exists"


class ProcessMissing(NotFound):
    """There is no such sales process."""

    code = "process-not-found"


class VersionMissing(NotFound):
    """The sales process has no version with this number."""

    code = "process-version-not-found"


class VersionIsDraft(Rejected):
    """The version is a draft; submit it for review first."""

    code = "process-version-is-draft"


class VersionInReview(Rejected):
    """The version is in review; return it to its author first."""

    code = "process-version-in-review"


class VersionIsPublished(Rejected):
    """The version is published already; a published version never changes."""

    code = "process-version-is-published"


class VersionIsRetired(Rejected):
    """The version is retired; draft a new one based on it."""

    code = "process-version-is-retired"


class ApproverIsAuthor(Rejected):
    """Whoever drew or submitted a version does not approve it; somebody else has to."""

    code = "approver-is-author"


class CommentsUnresolved(Rejected):
    """The version has comments that are not resolved."""

    code = "comments-unresolved"


class ProcessNotSound(Rejected):
    """The drawing has faults that would strand deals."""

    code = "process-not-sound"


class LastPublishedVersion(Rejected):
    """This is the last published version: no deal could be opened on the process; say `no_new_deals` to accept that."""

    code = "last-published-version"


class CommentMissing(NotFound):
    """The version has no comment with this id."""

    code = "process-comment-not-found"


class CommentExists(Conflict):
    """There is a comment with this id already."""

    code = "process-comment-exists"


class ElementUnknown(Rejected):
    """The version has no such element; elements are the keys of stages and decisions, and moves as `from->to`."""

    code = "process-element-unknown"


class WordsMissing(Invalid):
    """A reason or comment has 1 to 2,000 characters that are not all blank."""

    code = "words-missing"


class StagesMissing(Invalid):
    """A version has stages, or is based on another version whose stages it copies."""

    code = "stages-missing"
