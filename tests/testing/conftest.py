"""What the tests of the checker share: operations that are declared for one test only."""

import pytest

from autograd.primitives.declaration import primitive


@pytest.fixture
def declare(throwaway):
    """Declare primitives, as with ``autograd.primitive``; after the test they are gone from the registry."""
    return primitive
