"""Why a wish about a deal is refused, named after the rule."""

from __future__ import annotations

from shared.errors import Conflict, Invalid, NotFound, Rejected


class DealExists(Conflict):
    """There is a deal with this id already."""

    code = "deal-exists"


class DealMissing(NotFound):
    """There is no such deal."""

    code = "deal-not-found"


class DealIsClosed(Rejected):
    """The deal is won or lost; reopen it first."""

    code = "deal-is-closed"


class DealIsNotClosed(Rejected):
    """Only a won or lost deal can be reopened."""

    code = "deal-is-not-closed"


class DealIsDeleted(Rejected):
    """The deal is deleted; restore it first."""

    code = "deal-is-deleted"


class DealIsNotDeleted(Rejected):
    """Only a deleted deal can be restored."""

    code = "deal-is-not-deleted"


class ProcessNotPublished(Rejected):
    """Deals are opened on published versions of a sales process only."""

    code = "process-not-published"


class ProcessVersionRetired(Rejected):
    """No deal comes to a retired version of a sales process; those on it go on."""

    code = "process-version-retired"


class OtherProcessVersion(Conflict):
    """The deal runs on another version of its sales process than the one looked up; send the command again."""

    code = "other-process-version"


class StageUnknown(Rejected):
    """The process version of the deal has no such stage."""

    code = "stage-unknown"


class StageNotOpen(Rejected):
    """A deal is opened and reopened in a stage that is neither won nor lost."""

    code = "stage-not-open"


class StageNotLost(Rejected):
    """A deal is lost into a lost stage."""

    code = "stage-not-lost"


class MoveNotAllowed(Rejected):
    """The process version of the deal has no such move."""

    code = "move-not-allowed"


class UseWin(Rejected):
    """A deal enters the won stage by `win`, which keeps its final amount."""

    code = "use-win"


class UseLose(Rejected):
    """A deal enters a lost stage by `lose`, which keeps the reason."""

    code = "use-lose"


class FieldsMissing(Rejected):
    """The stage is entered only by deals that have certain fields."""

    code = "fields-missing"


class ChecklistNotDone(Rejected):
    """What the checklist of the present stage requires is not done yet."""

    code = "checklist-not-done"


class GuardNotPassed(Rejected):
    """What the process asks of a deal on this way does not hold."""

    code = "guard-not-passed"


class OverrideReasonMissing(Invalid):
    """Whoever sends a deal on against the rules says why."""

    code = "override-reason-missing"


class ChecklistItemUnknown(Rejected):
    """The stage has no such item on its checklist."""

    code = "checklist-item-unknown"


class ProbabilityOutOfRange(Invalid):
    """A probability is 0 to 100 percent."""

    code = "probability-out-of-range"


class ForecastNotOpen(Rejected):
    """Only a won deal is forecast as closed."""

    code = "forecast-not-open"


class PlanNotSound(Rejected):
    """A migration plan says for every stage with deals which open stage takes its place."""

    code = "plan-not-sound"


class StageNotMapped(Rejected):
    """The migration plan has no stage for the one that the deal is in."""

    code = "stage-not-mapped"


class MigrationToItself(Rejected):
    """Deals are migrated to another version than the one they run on."""

    code = "migration-to-itself"


class MigrationReasonMissing(Invalid):
    """A migration has a reason."""

    code = "migration-reason-missing"


class ReasonMissing(Invalid):
    """A lost deal has a reason."""

    code = "reason-missing"


class QuantityNotPositive(Invalid):
    """A quantity is more than zero, with at most six decimals."""

    code = "quantity-not-positive"


class ProductNotOffered(Rejected):
    """The product is retired; it stays on deals that have it, and cannot be put on others."""

    code = "product-not-offered"


class OwnerUnknown(Rejected):
    """The owner is not somebody who works here, as far as this service has heard."""

    code = "owner-unknown"


class CustomerUnknown(Rejected):
    """There is no such customer, as far as this service has heard."""

    code = "customer-unknown"


class ProductUnknown(Rejected):
    """There is no such product."""

    code = "product-unknown"


class ProcessUnknown(Rejected):
    """There is no such sales process, or it has no such version."""

    code = "process-unknown"


class PeriodEmpty(Invalid):
    """A period ends after it begins."""

    code = "period-empty"
