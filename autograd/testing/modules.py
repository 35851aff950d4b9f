"""Hypothesis strategies for what a module is called with, read from what the module says of itself.

A module is anything with PyTorch's attributes: ``in_features``, ``in_channels`` and ``kernel_size``,
``num_embeddings``, ``normalized_shape``, ``num_features``, ``num_channels``. A module that holds others takes what the
first of them does.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import describe
from ..primitives.domains import REAL, Interval
from .numeric import Array
from .operands import Numbers, arrays, interval_of
from .strategies import Draw, Shape, drawing

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy


_BY_POSITION = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)


def module_inputs(module: Any, shape: int | Shape | None = None, interval: Numbers = REAL) -> SearchStrategy[Array]:
    """Draw inputs that a module takes, of the dtype of its parameters: batches of no more than three.

    Parameters
    ----------
    module
        What is tested. Its first part that has no parts itself says what shapes are right.
    shape
        The shape of the input, if the module does not say it, as activations, pooling and ``Flatten`` do not.
    interval
        Where the numbers lie.

    Raises
    ------
    TypeError
        If it is no module.
    ValueError
        If the module does not say what shapes it takes, or takes several inputs.

    >>> import nn
    >>> from autograd.testing import check_gradients
    >>> model = nn.Sequential(nn.Linear(3, 2), nn.Tanh())
    >>> check_gradients(model, module_inputs(model))  # by the input and by all parameters
    """
    if isinstance(module, type) or not (hasattr(module, "parameters") and hasattr(module, "children")):
        raise TypeError(
            f"module_inputs: expected a module, such as nn.Linear(3, 2), got {describe(module)}; what a function "
            "takes is drawn by autograd.testing.arrays"
        )
    dtype = next((parameter.dtype for parameter in module.parameters()), np.dtype(np.float64))
    needed = _required(getattr(module, "forward", None))
    if len(needed) > 1:
        raise ValueError(
            f"module_inputs: {type(module).__name__} takes {', '.join(needed)}; give a strategy for each, as "
            "autograd.testing.arrays draws them"
        )
    if shape is not None:
        return arrays(interval, shape, dtype=dtype)
    first, *others = _parts(module)
    source = next((source for attribute, source in _SOURCES.items() if hasattr(first, attribute)), None)
    if source is _features and any(hasattr(other, "num_features") for other in others):
        source = _rows  # whose statistics are those of a batch
    if source is None:
        raise ValueError(
            f"module_inputs: {type(first).__name__} does not say what shapes it takes; say one: "
            "module_inputs(module, shape=(2, 3))"
        )
    return _drawn(source, first, interval_of(interval, "module_inputs"), dtype)


def _required(forward: Callable[..., Any] | None) -> list[str]:
    """The arguments that a module must be called with."""
    parameters = inspect.signature(forward).parameters.values() if forward else ()
    return [p.name for p in parameters if p.default is p.empty and p.kind in _BY_POSITION]


def _parts(module: Any) -> Iterator[Any]:
    """The modules that have no parts themselves, in the order in which they were added."""
    children = list(module.children())
    if not children:
        yield module
    for child in children:
        yield from _parts(child)


@drawing
def _drawn(draw: Draw, source: Source, module: Any, interval: Interval, dtype: np.dtype[Any]) -> Array:
    drawn = source(draw, module, interval)
    return drawn if drawn.dtype.kind == "i" else drawn.astype(dtype, copy=False)


Source = Callable[[Draw, Any, Interval], Array]


def _features(draw: Draw, module: Any, interval: Interval) -> Array:
    return draw.array(interval, (*draw.shape()[:2], module.in_features))


def _rows(draw: Draw, module: Any, interval: Interval) -> Array:
    return draw.array(interval, (draw.integer(2, 4), module.in_features), distinct=True)


def _images(draw: Draw, module: Any, interval: Interval) -> Array:
    """Batches of images, or of signals, that the dilated kernel fits into."""
    fits = [1 + (size - 1) * apart for size, apart in zip(module.kernel_size, module.dilation, strict=True)]
    sides = (least + more for least, more in zip(fits, draw.integers(0, 2, len(fits)), strict=True))
    return draw.array(interval, (draw.integer(1, 2), module.in_channels, *sides))


def _places(draw: Draw, module: Any, interval: Interval) -> Array:  # noqa: ARG001 - whole numbers
    shape = draw.shape()
    places = draw.integers(0, module.num_embeddings - 1, int(np.prod(shape)))
    return np.array(places, dtype=np.intp).reshape(shape)


def _normalized(draw: Draw, module: Any, interval: Interval) -> Array:
    """Numbers of which none are equal, as the deviation of equal ones has a kink."""
    return draw.array(interval, (*draw.shape()[:2], *module.normalized_shape), distinct=True)


def _batches(draw: Draw, module: Any, interval: Interval) -> Array:
    return draw.array(interval, (draw.integer(2, 4), module.num_features), distinct=True)


def _groups(draw: Draw, module: Any, interval: Interval) -> Array:
    return draw.array(interval, (draw.integer(1, 2), module.num_channels, draw.integer(2, 3)), distinct=True)


#: What a module says of itself, and what it is then called with.
_SOURCES: dict[str, Source] = {
    "in_features": _features,
    "in_channels": _images,
    "num_embeddings": _places,
    "normalized_shape": _normalized,
    "num_features": _batches,
    "num_channels": _groups,
}
