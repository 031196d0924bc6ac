"""The life of one deal: the dice wish, the deal's own decider answers, so that every history is lawful."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import NamedTuple
from uuid import UUID

from flowline.generation import market
from flowline.generation.offers import Offers
from flowline.generation.parameters import Parameters, timed_id
from flowline.generation.process import PROPOSE, VERSIONS, forks
from flowline.generation.seasons import Seasons, working_time
from services.pipeline.domain.deal import commands
from services.pipeline.domain.deal.decider import DEAL
from services.pipeline.domain.deal.events import DealEvent
from services.pipeline.domain.deal.state import Deal, DeletedDeal, LostDeal, OpenedDeal, WonDeal
from services.pipeline.domain.money import Money
from services.pipeline.domain.sales_process.definition import Definition

_LONGEST = 24  # wishes: who goes round and round is left in peace
_STAY_MU, _STAY_SIGMA = 2.2, 0.9  # of log-normal days in a stage: median 9, mean 13.5
_CHANGES, _REOPENED, _DELETED, _RESTORED, _FINAL_AMOUNT = 0.36, 0.04, 0.02, 0.5, 0.35
_FORGOTTEN = 0.08  # of the deals lie where they are from some step on, open to the end
_TAKEN_OVER, _WHY = 0.8, "试用成为标准 A trial before every offer"
_NEW_VERSION = 0.55  # the share of the time after which deals are opened on the second version
_SETTLING = timedelta(days=21)  # after which most open deals of the first version are taken over
_HASH = 36


class Fact(NamedTuple):
    """One event, when it happened and who did it (the number of an owner)."""

    event: DealEvent
    at: datetime
    owner: int


@dataclass(slots=True)
class Life:
    """A deal, all that happened to it, and what it is in the end."""

    deal_id: UUID
    facts: list[Fact]
    end: Deal


class Teller:
    """Tells the deals of one history by their numbers; each depends on nothing but the parameters and its number."""

    def __init__(self, parameters: Parameters) -> None:
        self._parameters = parameters
        self._key = parameters.run.encode()
        self._seasons = Seasons(parameters)
        self._offers = Offers(parameters)
        self._forks = {definition.version: forks(definition) for definition in VERSIONS}
        self._renewed = parameters.begins + (parameters.ends - parameters.begins) * _NEW_VERSION
        self.migrated_at = self._renewed + _SETTLING

    def tell(self, number: int) -> Life:
        """The life of deal `number`, from 0; raises no refusal: what the dice wish is always allowed."""
        digest = hashlib.blake2b(self._key + number.to_bytes(8, "big"), digest_size=_HASH).digest()
        dice = Random(int.from_bytes(digest[10:]))  # noqa: S311 - a story, not a secret
        at = self._seasons.opened_at(number, dice)
        telling = _Telling(self, dice, at, Life(timed_id(at, digest), [], DEAL.initial))
        telling.live(number)
        return telling.life

    @property
    def offers(self) -> Offers:
        """Who sells what to whom for how much."""
        return self._offers

    @property
    def ends(self) -> datetime:
        """Nothing happens from here on."""
        return self._parameters.ends

    def version_at(self, at: datetime) -> Definition:
        """The version that deals are opened on."""
        return VERSIONS[at >= self._renewed]

    def onward(self, version: int, stage: str, dice: Random) -> str:
        """Where a deal goes next."""
        fork = self._forks[version][stage]
        return dice.choices(fork.keys, cum_weights=fork.weights)[0]


class _Telling:
    def __init__(self, teller: Teller, dice: Random, at: datetime, life: Life) -> None:
        self._teller, self._dice, self._at, self.life = teller, dice, at, life
        self._before = at
        self._definition = teller.version_at(at)
        self._owner = 0
        self._hides_after = dice.randrange(1, 8) if dice.random() < _DELETED else _LONGEST
        self._forgotten_after = dice.randrange(1, 6) if dice.random() < _FORGOTTEN else _LONGEST

    def live(self, number: int) -> None:
        offer = self._teller.offers.opening(number, self._dice, self._at, self._definition)
        self._owner = offer.owner
        self._wish(offer.command)
        for wishes in range(1, self._forgotten_after):
            if wishes == self._hides_after:
                self._hide()
            elif not self._go_on():
                return

    def _go_on(self) -> bool:
        """Whether something more happened before the end of the time."""
        deal = self.life.end
        if isinstance(deal, WonDeal | LostDeal):
            return self._dice.random() < _REOPENED and self._later() and self._reopen(deal)
        if not isinstance(deal, OpenedDeal) or not self._later():
            return False
        deal = self._renewed(deal)
        if self._dice.random() < _CHANGES:
            self._change(deal)
        else:
            self._step(deal)
        return True

    def _later(self) -> bool:
        days = self._dice.lognormvariate(_STAY_MU, _STAY_SIGMA)
        self._before = self._at
        self._at = working_time(self._at + timedelta(days=days), self._at, self._dice)
        return self._at < self._teller.ends

    def _renewed(self, deal: OpenedDeal) -> OpenedDeal:
        """The deal on the new version, if it is among those that the company took over to it meanwhile."""
        day, version = self._teller.migrated_at, VERSIONS[-1]
        if not self._before < day <= self._at or self._definition is version or self._dice.random() > _TAKEN_OVER:
            return deal
        now, self._at = self._at, day
        stages = {stage.key: stage.key for stage in self._definition.stages if stage.category in {"open", "on_hold"}}
        here, self._definition = self._definition.version, version
        self._wish(commands.MigrateDeal(from_version=here, definition=version, stages=stages, reason=_WHY))
        self._at = now
        assert isinstance(self.life.end, OpenedDeal)
        return self.life.end

    def _step(self, deal: OpenedDeal) -> None:
        there = self._teller.onward(deal.content.process_version, deal.stage.key, self._dice)
        match next(stage for stage in self._definition.stages if stage.key == there).category:
            case "won":
                self._wish(commands.WinDeal(definition=self._definition, at=self._at, amount=self._final(deal)))
            case "lost":
                self._lose()
            case "open" | "on_hold":
                self._wish(commands.MoveDealToStage(definition=self._definition, at=self._at, to_stage=there))

    def _final(self, deal: OpenedDeal) -> Money | None:
        amount = deal.content.amount
        if amount is None or self._dice.random() > _FINAL_AMOUNT:
            return None
        return self._teller.offers.bargained(amount, self._dice)

    def _lose(self) -> None:
        reason = self._dice.choices(market.REASONS, market.REASON_SHARES)[0]
        competitor = None
        if reason == market.BOUGHT_ELSEWHERE:
            competitor = self._dice.choices(market.COMPETITORS, market.COMPETITOR_SHARES)[0]
        self._wish(commands.LoseDeal(definition=self._definition, at=self._at, reason=reason, competitor=competitor))

    def _reopen(self, deal: WonDeal | LostDeal) -> bool:
        stage = PROPOSE.key if isinstance(deal, WonDeal) else None
        self._wish(commands.ReopenDeal(definition=self._definition, stage=stage))
        return True

    def _change(self, deal: OpenedDeal) -> None:
        command, owner = self._teller.offers.change(deal.content, self._owner, self._dice, self._at)
        self._wish(command)
        self._owner = owner

    def _hide(self) -> None:
        """A deal is deleted, and half of them come back."""
        if isinstance(self.life.end, DeletedDeal) or not self._later():
            return
        self._wish(commands.DeleteDeal())
        if self._dice.random() < _RESTORED and self._later():
            self._wish(commands.RestoreDeal())

    def _wish(self, command: commands.DealCommand) -> None:
        facts: Sequence[DealEvent] = DEAL.decide(self.life.end, command)
        for fact in facts:
            self.life.end = DEAL.fold(self.life.end, fact, self._at)
            self.life.facts.append(Fact(fact, self._at, self._owner))
