"""Functions that SciPy computes, as forwards of primitives; SciPy is imported when the first of them is called."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

__all__: list[str] = []


def from_scipy(name: str, caller: str | None = None) -> Callable[..., Any]:
    """Give a function of arrays that is the one of ``scipy.special`` of this name.

    Where there is no SciPy, it raises ``ImportError``, which names what was called: the caller, if it has another name.

    >>> from_scipy("gamma")(5.0)
    np.float64(24.0)
    """

    def forward(*operands: Any) -> Any:
        return found(name, caller or name)(*operands)

    return forward


@functools.cache
def found(name: str, caller: str) -> Callable[..., Any]:
    """Give the function of ``scipy.special`` of this name; where there is no SciPy, name the caller who needs it.

    >>> found("gammaln", "multigammaln")(1.0)
    np.float64(0.0)
    """
    try:
        import scipy.special
    except ImportError as error:
        raise ImportError(
            f"autograd.special.{caller} is computed by SciPy, which is not installed: pip install scipy, or "
            "pip install glassgrad[special]"
        ) from error
    function: Callable[..., Any] = getattr(scipy.special, name)
    return function
