"""Fixtures of the engine's tests."""

import gc

import pytest

from autograd import modes, registry


@pytest.fixture(autouse=True)
def recording():
    """Start every test in the default mode: one that leaves another behind fails alone."""
    modes._current.set(modes.Mode())


@pytest.fixture
def throwaway():
    """Forget the primitives that a test declares, so that the checks generated from the registry never meet them."""
    registry.load_further()
    contents = vars(registry.operations), registry.primitives, registry.by_numpy
    known = [dict(content) for content in contents]
    yield
    for content, before in zip(contents, known, strict=True):
        content.clear()
        content.update(before)


@pytest.fixture
def no_collector():
    """Switch the cyclic garbage collector off, so that only reference counts free anything."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()
