"""What the tests of the checker share: operations that are declared for one test only."""

import pytest

from autograd import registry
from autograd.primitives.declaration import primitive


@pytest.fixture
def declare():
    """Declare primitives, as with ``autograd.primitive``; after the test they are gone from the registry."""
    registry.load_further()
    places = (registry.primitives, vars(registry.operations), registry.by_numpy)
    before = [dict(place) for place in places]
    yield primitive
    for place, entries in zip(places, before, strict=True):
        place.clear()
        place.update(entries)
