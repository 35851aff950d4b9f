"""What the tests of the engine share: short ways to make weights, to differentiate, and to see what is alive."""

import dataclasses
import gc
import sys
import weakref
from collections import Counter
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import autograd as ag
from autograd import Operation, Tensor


@dataclasses.dataclass
class Pair:
    """A tree of two branches."""

    first: Any
    second: Any = None


def weight(values: Any, dtype: Any = None, name: str | None = None) -> Tensor:
    """Make a Tensor that requires grad."""
    return Tensor(values, dtype, requires_grad=True, name=name)


def gradients(function: Callable[..., Tensor], *values: Any, dtype: Any = None, seed: Any = None) -> Any:
    """Give the gradients of the (weighted) sum of ``function(*values)``: one array, or a tuple of them."""
    weights = [weight(value, dtype) for value in values]
    result = function(*weights)
    result.backward(np.ones(result.shape, result.dtype) if seed is None else seed)
    found = tuple(None if w.grad is None else w.grad.data for w in weights)
    return found[0] if len(found) == 1 else found


def assert_values(tensor: Any, expected: Any, rtol: float = 0.0) -> None:
    """Assert shape and values; exactly, unless a tolerance is given."""
    assert isinstance(tensor, Tensor)
    wanted = np.asarray(expected)
    assert tensor.shape == wanted.shape
    np.testing.assert_allclose(tensor.data, wanted, rtol=rtol, atol=0)


def anomaly_of(function: Callable[[], Any], **options: Any) -> Any:
    """Give the error that a function raises inside ``detect_anomaly``."""
    with pytest.raises(ag.AnomalyError) as caught, ag.detect_anomaly(**options):
        function()
    return caught.value


def passes(function: Callable[[], Any], **options: Any) -> Any:
    """Call a function inside ``detect_anomaly``."""
    with ag.detect_anomaly(**options):
        return function()


def memory_of(tensor: Tensor) -> weakref.ref[Any]:
    """Give a weak reference to the memory that a Tensor shows, to learn later whether anybody still holds it."""
    array = tensor.data
    return weakref.ref(array if array.base is None else array.base)


def live_operations() -> int:
    """Count the recorded operations that exist in this process."""
    return sum(type(thing) is Operation for thing in gc.get_objects())


def garbage_of(function: Callable[[], Any]) -> int:
    """Count the objects that a function leaves to the garbage collector."""
    function()  # fills caches
    gc.collect()
    function()
    return gc.collect()


def python_calls(function: Callable[[], Any]) -> Counter[str]:
    """Count the Python functions that a call of ``function`` runs, by their names, without those of the tests.

    Comprehensions are left out, which newer Pythons do not call.
    """
    calls: Counter[str] = Counter()

    def watch(frame: Any, event: str, argument: Any) -> None:
        code = frame.f_code
        own = frame.f_globals.get("__name__", "").startswith("tests.")
        if event == "call" and not own and code.co_name not in ("<listcomp>", "<dictcomp>", "<setcomp>"):
            calls[code.co_qualname] += 1

    outer, collected = sys.getprofile(), gc.isenabled()
    gc.disable()  # a collection may call back whoever asked to be told of it
    sys.setprofile(watch)
    try:
        function()
    finally:
        sys.setprofile(outer)
        if collected:
            gc.enable()
    return calls
