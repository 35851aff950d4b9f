"""The reductions among the methods of a Tensor: NumPy's parameters, in NumPy's order.

``**foreign`` is what they do not take: PyTorch's ``dim`` and ``keepdim``, most often, for which an error says NumPy's
names. A decorator that catches them would be a further Python call of each operation.
"""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

import numpy as np

from .errors import hint_on_parameter
from .forms import NOT_GIVEN
from .registry import operations as op

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Never

    from .tensor import Tensor

Axis = int | tuple[int, ...] | None

if TYPE_CHECKING:

    class _NumPyOfTensors:
        """NumPy's functions as they are called here: with a Tensor, and so they give one, which NumPy does not say."""

        def __getattr__(self, name: str) -> Callable[..., Tensor]: ...
        def nonzero(self, x: Any) -> tuple[Tensor, ...]: ...

    numpy_of_tensors: _NumPyOfTensors
else:
    numpy_of_tensors = np


def not_taken(method: Callable[..., Any], foreign: Mapping[str, Any]) -> TypeError:
    """Make the error for an argument that a method has no parameter for."""
    parameters = [p.replace(annotation=p.empty) for p in inspect.signature(method).parameters.values()][:-1]
    name = next(iter(foreign))
    hint = hint_on_parameter(name, [p.name for p in parameters])
    signature = inspect.Signature(parameters)
    return TypeError(f"{method.__name__}{signature} does not take the argument {name!r}{hint}")


class ReductionMethods:
    """Sums, extrema, statistics and cumulative sums of a Tensor."""

    __slots__ = ()

    def sum(
        self,
        axis: Axis = None,
        dtype: Any = None,
        out: Any = None,
        keepdims: bool = False,
        initial: Any = NOT_GIVEN,
        where: Any = True,
        **foreign: Never,
    ) -> Tensor:
        """Sum over ``axis``; see ``autograd.sum``."""
        if foreign:
            raise not_taken(self.sum, foreign)
        if out is None and initial is NOT_GIVEN and where is True:
            return op.sum.apply((self,), {"axis": axis, "dtype": dtype, "keepdims": keepdims})
        return numpy_of_tensors.sum(self, axis, dtype, out, keepdims, initial, where)

    def prod(
        self,
        axis: Axis = None,
        dtype: Any = None,
        out: Any = None,
        keepdims: bool = False,
        initial: Any = NOT_GIVEN,
        where: Any = True,
        **foreign: Never,
    ) -> Tensor:
        """Product over ``axis``; see ``autograd.prod``."""
        if foreign:
            raise not_taken(self.prod, foreign)
        return numpy_of_tensors.prod(self, axis, dtype, out, keepdims, initial, where)

    def mean(
        self,
        axis: Axis = None,
        dtype: Any = None,
        out: Any = None,
        keepdims: bool = False,
        *,
        where: Any = True,
        **foreign: Never,
    ) -> Tensor:
        """Mean over ``axis``; see ``autograd.mean``."""
        if foreign:
            raise not_taken(self.mean, foreign)
        if out is None and where is True:
            return op.mean.apply((self,), {"axis": axis, "dtype": dtype, "keepdims": keepdims})
        return numpy_of_tensors.mean(self, axis, dtype, out, keepdims, where=where)

    def var(
        self,
        axis: Axis = None,
        dtype: Any = None,
        out: Any = None,
        ddof: float = 0,
        keepdims: bool = False,
        *,
        where: Any = True,
        **foreign: Never,
    ) -> Tensor:
        """Variance over ``axis``; see ``autograd.var``."""
        if foreign:
            raise not_taken(self.var, foreign)
        if out is None and dtype is None and where is True:
            return op.var(self, axis=axis, ddof=ddof, keepdims=keepdims)
        return numpy_of_tensors.var(self, axis, dtype, out, ddof, keepdims, where=where)

    def std(
        self,
        axis: Axis = None,
        dtype: Any = None,
        out: Any = None,
        ddof: float = 0,
        keepdims: bool = False,
        *,
        where: Any = True,
        **foreign: Never,
    ) -> Tensor:
        """Standard deviation over ``axis``; see ``autograd.std``."""
        if foreign:
            raise not_taken(self.std, foreign)
        if out is None and dtype is None and where is True:
            return op.std(self, axis=axis, ddof=ddof, keepdims=keepdims)
        return numpy_of_tensors.std(self, axis, dtype, out, ddof, keepdims, where=where)

    def max(
        self,
        axis: Axis = None,
        out: Any = None,
        keepdims: bool = False,
        initial: Any = NOT_GIVEN,
        where: Any = True,
        **foreign: Never,
    ) -> Tensor:
        """Maximum over ``axis``; see ``autograd.max``."""
        if foreign:
            raise not_taken(self.max, foreign)
        if out is None and initial is NOT_GIVEN and where is True:
            return op.max(self, axis=axis, keepdims=keepdims)
        return numpy_of_tensors.max(self, axis, out, keepdims, initial, where)

    def min(
        self,
        axis: Axis = None,
        out: Any = None,
        keepdims: bool = False,
        initial: Any = NOT_GIVEN,
        where: Any = True,
        **foreign: Never,
    ) -> Tensor:
        """Minimum over ``axis``; see ``autograd.min``."""
        if foreign:
            raise not_taken(self.min, foreign)
        if out is None and initial is NOT_GIVEN and where is True:
            return op.min(self, axis=axis, keepdims=keepdims)
        return numpy_of_tensors.min(self, axis, out, keepdims, initial, where)

    def any(
        self, axis: Axis = None, out: Any = None, keepdims: bool = False, *, where: Any = True, **foreign: Never
    ) -> Tensor:
        """Whether any element is true; not differentiable."""
        if foreign:
            raise not_taken(self.any, foreign)
        return numpy_of_tensors.any(self, axis, out, keepdims, where=where)

    def all(
        self, axis: Axis = None, out: Any = None, keepdims: bool = False, *, where: Any = True, **foreign: Never
    ) -> Tensor:
        """Whether all elements are true; not differentiable."""
        if foreign:
            raise not_taken(self.all, foreign)
        return numpy_of_tensors.all(self, axis, out, keepdims, where=where)

    def argmax(self, axis: int | None = None, out: Any = None, *, keepdims: bool = False, **foreign: Never) -> Tensor:
        """Index of the maximum; not differentiable."""
        if foreign:
            raise not_taken(self.argmax, foreign)
        return numpy_of_tensors.argmax(self, axis, out, keepdims=keepdims)

    def argmin(self, axis: int | None = None, out: Any = None, *, keepdims: bool = False, **foreign: Never) -> Tensor:
        """Index of the minimum; not differentiable."""
        if foreign:
            raise not_taken(self.argmin, foreign)
        return numpy_of_tensors.argmin(self, axis, out, keepdims=keepdims)

    def cumsum(self, axis: int | None = None, dtype: Any = None, out: Any = None, **foreign: Never) -> Tensor:
        """Cumulative sum along ``axis``; see ``autograd.cumsum``."""
        if foreign:
            raise not_taken(self.cumsum, foreign)
        return numpy_of_tensors.cumsum(self, axis, dtype, out)

    def cumprod(self, axis: int | None = None, dtype: Any = None, out: Any = None, **foreign: Never) -> Tensor:
        """Cumulative product along ``axis``; see ``autograd.cumprod``."""
        if foreign:
            raise not_taken(self.cumprod, foreign)
        return numpy_of_tensors.cumprod(self, axis, dtype, out)
