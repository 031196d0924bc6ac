"""Fixtures that every test may ask for, and how property tests search."""

import os

from hypothesis import settings

pytest_plugins = ["shared.testing.fixtures"]

# A red build must be due to the change: the examples depend on the test alone. `make search` looks for new ones.
settings.register_profile("repeatable", derandomize=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "repeatable"))
