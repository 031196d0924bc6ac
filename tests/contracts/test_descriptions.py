"""The committed OpenAPI descriptions are what the services answer."""

import json

import pytest

from shared.testing.databases import Databases
from tests.contracts.descriptions import description_of, path_of
from tests.contracts.promises import SERVICES


@pytest.mark.parametrize("service", SERVICES)
async def test_the_committed_description_is_what_the_service_answers(service: str, fresh_database: Databases) -> None:
    committed = json.loads(path_of(service).read_text())
    assert committed == await description_of(service, fresh_database), "run `make contracts`"
