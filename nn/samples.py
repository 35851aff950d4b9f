"""Inputs to send through a model, made from their shapes, and the shapes of what comes out."""

from __future__ import annotations

import operator
from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd import Tensor

from .containers import Sequential
from .embedding import Embedding, EmbeddingBag
from .linear import Linear
from .module import Module
from .passes import Shapes


def samples(caller: str, model: Module, input_shape: Any, dtype: Any) -> list[list[Tensor]]:
    """Make inputs of zeros: of one sample, and of two, by which is seen which sizes are the batch's.

    None are made if ``input_shape`` is ``None`` and the layers themselves do not say it.
    """
    shape = known_input_shape(model) if input_shape is None else input_shape
    if shape is None:
        return []
    shapes = _shapes(caller, shape)
    dtypes = list(dtype) if isinstance(dtype, (list, tuple)) else [dtype or _input_dtype(model)] * len(shapes)
    if len(dtypes) != len(shapes):
        raise ValueError(f"{caller}: {len(dtypes)} dtypes were given for {len(shapes)} inputs")
    return [
        [Tensor(np.zeros((batch, *each), kind)) for each, kind in zip(shapes, dtypes, strict=True)] for batch in (1, 2)
    ]


def known_input_shape(module: Module) -> tuple[int, ...] | None:
    """The shape of a sample, where the layers themselves say it."""
    if isinstance(module, Linear):
        return (module.in_features,)
    if isinstance(module, Sequential):
        for inner in module:
            shape = known_input_shape(inner)
            if shape is not None or next(inner.parameters(), None) is not None:
                return shape
    return None


def _shapes(caller: str, given: Any) -> list[tuple[int, ...]]:
    """The shape of each input: of several, or of one."""
    try:
        several = len(given) > 0 and all(isinstance(each, Sequence) for each in given)
        return [tuple(map(operator.index, each)) for each in (given if several else [given])]
    except TypeError:
        raise TypeError(
            f"{caller}: input_shape is that of a sample, whole numbers without the batch's axis, as in (3,), or a list "
            f"of shapes; got {given!r}"
        ) from None


def _input_dtype(model: Module) -> Any:
    """The dtype of what a model takes: that of its first parameter, or whole numbers if that is a table to look up."""
    for module in model.modules():
        for parameter in module.parameters(recurse=False):
            return np.int64 if isinstance(module, (Embedding, EmbeddingBag)) else parameter.dtype
    return np.float32


def shape_text(of_one: Shapes, of_two: Shapes) -> str:
    """Write a shape, with ``None`` for the sizes that differ between one sample and two."""
    if isinstance(of_one, list) and isinstance(of_two, list):
        return ", ".join(map(shape_text, of_one, of_two))
    if not isinstance(of_one, tuple) or not isinstance(of_two, tuple):
        return "?"
    if len(of_one) != len(of_two):  # the axis of a single sample was dropped
        return str((None, *of_two[1:]))
    return str(tuple(size if size == other else None for size, other in zip(of_one, of_two, strict=True)))
