"""Fixtures of the engine's tests."""

import gc

import pytest

from autograd import modes


@pytest.fixture(autouse=True)
def recording():
    """Start every test in the default mode: one that leaves another behind fails alone."""
    modes._current.set(modes.Mode())


@pytest.fixture
def no_collector():
    """Switch the cyclic garbage collector off, so that only reference counts free anything."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()
