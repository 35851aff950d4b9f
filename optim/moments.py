"""Moving averages of gradients, and of their squares, that many methods are made of: their first and second moments."""

from __future__ import annotations

from typing import Any

import numpy as np


def moved(average: Any, gradient: Any, kept: Any, new: Any, scratch: Any) -> Any:
    """Give ``kept * average + new * gradient``, in place; ``scratch`` as in ``Optimizer.formula``.

    >>> moved(np.array([1.0, 2.0]), np.array([3.0, -2.0]), 0.5, 0.5, None)
    array([2., 0.])
    """
    average *= kept
    average += np.multiply(new, gradient, out=scratch)
    return average


def moved_by_squares(average: Any, gradient: Any, kept: Any, new: Any, scratch: Any) -> Any:
    """Give ``kept * average + new * gradient**2``, in place; ``scratch`` as in ``Optimizer.formula``.

    >>> moved_by_squares(np.array([1.0, 2.0]), np.array([3.0, -2.0]), 0.5, 0.5, None)
    array([5., 3.])
    """
    square = np.multiply(gradient, gradient, out=scratch)
    square *= new
    average *= kept
    average += square
    return average
