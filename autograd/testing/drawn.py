"""Properties of functions, checked for inputs that Hypothesis draws."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from zlib import crc32

import numpy as np

from ..errors import describe
from ..tensor import Tensor
from .checking import gradcheck, gradgradcheck
from .subject import Parameters, leaves_of, name_of

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy


def given_tensors(
    *strategies: SearchStrategy[Any], **named: SearchStrategy[Any]
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Run a test on drawn arguments, as ``hypothesis.given`` does; floating arrays become leaves that require grad.

    What is drawn besides, such as an index, a number or a Tensor, is handed on as it is.

    >>> from autograd.testing import arrays, indexed
    >>> @given_tensors(*indexed())
    ... def test_each_pick_gives_its_share(x, index):
    ...     assert x.requires_grad
    ...     picked = x[index]
    ...     picked.sum().backward()
    ...     assert x.grad.data.sum() == picked.size
    >>> test_each_pick_gives_its_share()
    """
    from hypothesis import given
    from hypothesis.strategies import SearchStrategy

    for strategy in (*strategies, *named.values()):
        if not isinstance(strategy, SearchStrategy):
            raise TypeError(
                f"given_tensors: expected Hypothesis strategies, got {describe(strategy)}; a group is handed on with a "
                "star: @given_tensors(*broadcastable((-1, 1), (-1, 1)))"
            )
    made = [strategy.map(_as_leaf) for strategy in strategies]
    return given(*made, **{name: strategy.map(_as_leaf) for name, strategy in named.items()})


def check_gradients(
    f: Callable[..., Any],
    *strategies: Any,
    order: int = 1,
    parameters: Parameters | None = None,
    max_examples: int | None = None,
    **options: Any,
) -> None:
    """Check the gradients of a function for all that strategies draw, by ``gradcheck``, up to an order.

    Parameters
    ----------
    f
        A function of Tensors, or a module.
    strategies
        One for each argument; what is no strategy is handed on as it is.
    order
        2 checks the second derivatives, too.
    parameters
        Leaves that ``f`` finds by itself; by default those of a module, and none of a function.
    max_examples
        How many examples to draw; by default what the Hypothesis profile says.
    options
        Those of ``gradcheck``: ``tolerance``, ``method``, ``fast``, ...

    Raises
    ------
    GradientMismatch
        For the smallest example that Hypothesis finds at which a derivative is wrong.
    TypeError, ValueError
        As ``gradcheck``; if there are inputs at which ``f`` is not finite, choose a smaller interval.

    >>> from autograd.testing import arrays, check_gradients
    >>> check_gradients(np.sqrt, arrays((0.1, 4)), order=2)
    """
    from hypothesis import HealthCheck, Phase, given, settings
    from hypothesis import strategies as st

    __tracebackhide__ = True
    if order not in (1, 2):
        raise ValueError(f"check_gradients: the order is 1 or 2, got {order!r}")
    if not callable(f):
        raise TypeError(f"check_gradients: what is checked must be a function of Tensors, got {describe(f)}")
    if parameters is not None:
        parameters = leaves_of(parameters, "check_gradients")
    else:
        parameters = dict(f.named_parameters()) if hasattr(f, "named_parameters") else {}
    drawn = [each if isinstance(each, st.SearchStrategy) else st.just(each) for each in strategies]
    twice = {name: value for name, value in options.items() if name != "single"}

    def gradients(inputs: tuple[Any, ...]) -> None:
        __tracebackhide__ = True
        gradcheck(f, *inputs, parameters=parameters, **options)
        if order == 2:
            gradgradcheck(f, *inputs, parameters=parameters, **twice)

    gradients.__name__ = f"gradients_of_{name_of(f)}".replace(".", "_")
    # Hypothesis remembers what failed by the source of a test, which is here for all functions one, and its signature.
    gradients.__signature__ = inspect.signature(gradients).replace(return_annotation=_place_of(f))  # type: ignore[attr-defined]
    changed: dict[str, Any] = {} if max_examples is None else {"max_examples": max_examples}
    tries = settings(
        **changed,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
        report_multiple_bugs=False,
        phases=[phase for phase in Phase if phase is not Phase.explain],  # it would explain what is in here
    )
    tries(given(st.tuples(*drawn))(gradients))()


def _place_of(function: Callable[..., Any]) -> str:
    """Say where the code of a function stands, to tell it from others of its name."""
    inner = inspect.unwrap(function)
    code = getattr(inner, "__code__", None)
    named = inner if hasattr(inner, "__name__") else type(inner)
    name = f"{getattr(named, '__module__', '')}.{getattr(named, '__qualname__', named.__name__)}"
    return name if code is None else f"{name}:{code.co_firstlineno}:{crc32(code.co_linetable)}"


def _as_leaf(drawn: Any) -> Any:
    is_floating = isinstance(drawn, np.ndarray) and drawn.dtype.kind in "fc"
    return Tensor(drawn, requires_grad=True) if is_floating else drawn
