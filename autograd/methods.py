"""The methods of an array, on a Tensor: NumPy's parameters, in NumPy's order; each calls the declared operation.

Methods that change an array in place move the handle on to the new value, as ``x += y`` does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .errors import check_order, describe
from .reduction_methods import Axis, ReductionMethods, not_taken
from .reduction_methods import numpy_of_tensors as _numpy
from .registry import operations as op

if TYPE_CHECKING:
    from typing import Never, Self

    from .tensor import Tensor


class ArrayMethods(ReductionMethods):
    """What arrays can do, and Tensors as well."""

    __slots__ = ()

    if TYPE_CHECKING:
        _array: Any
        dtype: Any

        def _become(self, result: Tensor, operation: str) -> Self: ...

    def trace(self, offset: int = 0, axis1: int = 0, axis2: int = 1, dtype: Any = None, out: Any = None) -> Tensor:
        """Sum over a diagonal; see ``autograd.trace``."""
        return _numpy.trace(self, offset, axis1, axis2, dtype, out)

    # Each element

    def clip(self, min: Any = None, max: Any = None, out: Any = None) -> Tensor:
        """Limit the values to ``[min, max]``; see ``autograd.clip``."""
        return _numpy.clip(self, min, max, out)

    def round(self, decimals: int = 0, out: Any = None) -> Tensor:
        """Round to so many decimals; its gradient is zero."""
        return _numpy.round(self, decimals, out)

    def conj(self) -> Tensor:
        """Complex conjugate."""
        return op.conj(self) if self.dtype.kind != "b" else self.copy()

    conjugate = conj

    @property
    def real(self) -> Tensor:
        """Real part."""
        return op.real(self)

    @property
    def imag(self) -> Tensor:
        """Imaginary part."""
        return op.imag(self)

    # Order and places

    def argsort(
        self, axis: int | None = -1, kind: Any = None, order: Any = None, *, stable: Any = None, **foreign: Never
    ) -> Tensor:
        """Indices that sort along ``axis``; not differentiable."""
        if foreign:
            raise not_taken(self.argsort, foreign)
        return _numpy.argsort(self, axis, kind, order, stable=stable)

    def argpartition(self, kth: Any, axis: int | None = -1, kind: str = "introselect", order: Any = None) -> Tensor:
        """Indices that bring the elements of some ranks to their places; not differentiable."""
        return _numpy.argpartition(self, kth, axis, kind, order)

    def searchsorted(self, v: Any, side: str = "left", sorter: Any = None) -> Tensor:
        """Places in this sorted vector before which values would keep it sorted; not differentiable."""
        return _numpy.searchsorted(self, v, side, sorter)

    def nonzero(self) -> tuple[Tensor, ...]:
        """Indices of what is not zero, for each axis; not differentiable."""
        return _numpy.nonzero(self)

    def take(self, indices: Any, axis: int | None = None, out: Any = None, mode: str = "raise") -> Tensor:
        """Pick by numbers along ``axis``; see ``autograd.take``."""
        return _numpy.take(self, indices, axis, out, mode)

    def compress(self, condition: Any, axis: int | None = None, out: Any = None) -> Tensor:
        """Pick where a condition holds along ``axis``; see ``autograd.compress``."""
        return _numpy.compress(condition, self, axis, out)

    def choose(self, choices: Any, out: Any = None, mode: str = "raise") -> Tensor:
        """Take each element from the choice whose number stands here; see ``autograd.choose``."""
        return _numpy.choose(self, choices, out, mode)

    def diagonal(self, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Tensor:
        """A diagonal; see ``autograd.diagonal``."""
        return op.diagonal(self, offset=offset, axis1=axis1, axis2=axis2)

    def repeat(self, repeats: Any, axis: int | None = None) -> Tensor:
        """Each element several times; see ``autograd.repeat``."""
        return op.repeat(self, repeats, axis=axis)

    # In place: the handle moves on to the result

    def sort(
        self, axis: int = -1, kind: Any = None, order: Any = None, *, stable: Any = None, **foreign: Never
    ) -> None:
        """Sort in place, as an array's method does; ``autograd.sort`` gives a sorted copy."""
        if foreign:
            raise not_taken(self.sort, foreign)
        self._become(_numpy.sort(self, axis, kind, order, stable=stable), "sort()")

    def partition(self, kth: Any, axis: int = -1, kind: str = "introselect", order: Any = None) -> None:
        """Partition in place, as an array's method does; ``autograd.partition`` gives a copy."""
        self._become(_numpy.partition(self, kth, axis, kind, order), "partition()")

    def put(self, indices: Any, values: Any, mode: str = "raise") -> None:
        """Put values at places of the flattened Tensor, in place; see ``numpy.put``."""
        _numpy.put(self, indices, values, mode)

    def fill(self, value: Any) -> None:
        """Put one value everywhere, in place."""
        if np.ndim(value):
            raise ValueError(f"fill: takes one number, got {describe(value)}; write t[...] = values for an array")
        self._become(op.assign(self, ..., value), "fill()")

    # Shape and dtype

    def reshape(self, *shape: Any, order: str = "C", copy: bool | None = None) -> Tensor:
        """Give the same values in another shape, as ``t.reshape(2, 3)`` or ``t.reshape((2, 3))``."""
        wanted = shape[0] if len(shape) == 1 else shape
        if order == "C" and copy is None:
            return op.reshape(self, wanted)
        return _numpy.reshape(self, wanted, order, copy=copy)

    def ravel(self, order: str = "C") -> Tensor:
        """Give the values in one axis."""
        return self.reshape(-1, order=order)

    def flatten(self, order: Any = "C") -> Tensor:
        """Give the values in one axis; ``nn.Flatten()`` leaves the first one, as PyTorch's ``start_dim=1`` does."""
        if isinstance(order, int):
            raise TypeError(
                f"flatten: takes an order in memory, as NumPy's does, and no start_dim; got {order}. To keep the first "
                "axis, t.reshape(len(t), -1) or nn.Flatten(); for others, nn.Flatten(start_dim, end_dim)"
            )
        return self.reshape(-1, order=order)

    def transpose(self, *axes: Any) -> Tensor:
        """Permute the axes; with no argument, reverse them."""
        order = axes[0] if len(axes) == 1 else axes
        return op.permute_dims(self, order if axes else None)

    def dot(self, b: Any, out: Any = None) -> Tensor:
        """Product over the last axis of this and the second to last, or the only one, of the other."""
        return _numpy.dot(self, b, out=out)  # by name: an older NumPy does not say what stands third

    def swapaxes(self, axis1: int, axis2: int) -> Tensor:
        """Exchange two axes."""
        return op.swapaxes(self, axis1, axis2)

    def squeeze(self, axis: Axis = None, **foreign: Never) -> Tensor:
        """Drop axes of size 1."""
        if foreign:
            raise not_taken(self.squeeze, foreign)
        return op.squeeze(self, axis)

    def astype(
        self,
        dtype: Any,
        order: str = "K",
        casting: str = "unsafe",
        subok: bool = True,  # noqa: ARG002 - no Tensor is a subclass
        copy: bool = True,
    ) -> Tensor:
        """Convert to another dtype; gradients pass between floating and complex ones, and to no others.

        ``order`` and ``subok`` say nothing of values, and are taken for NumPy's sake.
        """
        check_order("astype", order)
        if not np.can_cast(self.dtype, dtype, casting):  # type: ignore[arg-type]
            raise TypeError(f"astype: {self.dtype} cannot become {np.dtype(dtype)} by the rule casting={casting!r}")
        return op.astype(self, dtype, copy=copy)

    def copy(self, order: str = "C") -> Tensor:
        """Give a copy that is recorded, as ``clone()`` does; a Tensor shows no ``order`` in memory."""
        return _numpy.copy(self, order)

    @property
    def T(self) -> Tensor:  # noqa: N802 - NumPy's name
        """The Tensor with its axes reversed."""
        return op.permute_dims(self, None)

    @property
    def mT(self) -> Tensor:  # noqa: N802 - NumPy's name
        """The Tensor with its last two axes exchanged."""
        return op.matrix_transpose(self)

    # Checks

    def _is_anywhere(self) -> bool:
        """Whether one of these booleans is true; in ``vmap``, of any example: for checks that raise errors alone."""
        return bool(self._array.any())

    # Memory

    @property
    def itemsize(self) -> int:
        """The memory that one element takes, in bytes."""
        return int(self._array.itemsize)

    def tobytes(self, order: str = "C") -> bytes:
        """The values as bytes, which no gradient passes."""
        values: bytes = self._array.tobytes(order)
        return values
