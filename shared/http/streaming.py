"""What a server-sent stream says when it ends because its process does."""

import random

SOONEST_MILLISECONDS, LATEST_MILLISECONDS = 500, 3000


def come_back() -> bytes:
    """Have the client open its stream again after a moment: each after another, so that not all come at once."""
    return b"retry: %d\n\n" % random.randint(SOONEST_MILLISECONDS, LATEST_MILLISECONDS)  # noqa: S311 - no secret
