"""What may be asked of a rule."""

from services.notify.domain.rule.events import Reach, Recipient
from shared.domain import Command


class CreateRule(Command, frozen=True, kw_only=True):
    """Tell these recipients of these events; `reach` is decided by the author's role."""

    name: str
    event_type: str
    condition: str = ""
    recipients: tuple[Recipient, ...]
    reach: Reach


class ChangeRule(Command, frozen=True, kw_only=True):
    """Say something else; None leaves a part as it is."""

    name: str | None = None
    event_type: str | None = None
    condition: str | None = None
    recipients: tuple[Recipient, ...] | None = None


class EnableRule(Command, frozen=True, kw_only=True):
    """Let the rule hold again."""


class DisableRule(Command, frozen=True, kw_only=True):
    """Let the rule rest."""


class DeleteRule(Command, frozen=True, kw_only=True):
    """Remove the rule."""


RuleCommand = CreateRule | ChangeRule | EnableRule | DisableRule | DeleteRule
