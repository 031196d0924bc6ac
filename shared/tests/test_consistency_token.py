from __future__ import annotations

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.errors import Invalid
from shared.eventstore.append import Answer
from shared.projections.consistency import Reached, encode, merge, parse, token_of

positions = st.dictionaries(st.integers(0, 99), st.integers(1, 10**15), min_size=1, max_size=5)
tokens = st.dictionaries(
    st.sampled_from(["customer", "pipeline", "notify"]), st.builds(Reached, st.integers(1, 9), positions)
)


@given(tokens)
def test_a_token_survives_its_header(token: dict[str, Reached]) -> None:
    assert parse(encode(token)) == token


@given(tokens, tokens)
def test_merged_tokens_are_reached_when_both_are(first: dict[str, Reached], second: dict[str, Reached]) -> None:
    both = merge(first, second)
    for token in (first, second):
        for service, reached in token.items():
            assert both[service].epoch >= reached.epoch
            if both[service].epoch == reached.epoch:
                assert all(both[service].positions[p] >= position for p, position in reached.positions.items())


def test_a_command_that_wrote_nothing_has_no_token() -> None:
    assert encode(token_of("customer", [Answer(UUID(int=1), 3, 1, {})])) == ""


def test_commands_of_one_batch_share_a_token() -> None:
    answers = [Answer(UUID(int=1), 1, 1, {0: 5, 2: 6}), Answer(UUID(int=2), 1, 1, {2: 9})]
    assert encode(token_of("customer", answers)) == "customer@1=0:5,2:9"


@pytest.mark.parametrize(
    "broken", ["x", "customer@1", "customer@1=0", "customer@1=0:1;;=", "customer@一=0:1", "a" * 5000]
)
def test_a_token_that_nobody_gave_out_is_refused(broken: str) -> None:
    with pytest.raises(Invalid):
        parse(broken)
