"""What a Tensor answers to Python's operators and to an array's methods: each calls the declared operation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .registry import operations as op

if TYPE_CHECKING:
    from typing import Self

    from .tensor import Tensor

_NO_ATTRIBUTES: dict[str, Any] = {}
Axis = int | tuple[int, ...] | None


class Operators:
    """Arithmetic, comparison, indexing and the array methods of a Tensor."""

    __slots__ = ()

    if TYPE_CHECKING:

        def _become(self, result: Tensor, operation: str) -> Self: ...

    # Arithmetic

    def __add__(self, other: Any) -> Tensor:
        return op.add.apply((self, other), _NO_ATTRIBUTES)

    def __radd__(self, other: Any) -> Tensor:
        return op.add.apply((other, self), _NO_ATTRIBUTES)

    def __sub__(self, other: Any) -> Tensor:
        return op.subtract.apply((self, other), _NO_ATTRIBUTES)

    def __rsub__(self, other: Any) -> Tensor:
        return op.subtract.apply((other, self), _NO_ATTRIBUTES)

    def __mul__(self, other: Any) -> Tensor:
        return op.multiply.apply((self, other), _NO_ATTRIBUTES)

    def __rmul__(self, other: Any) -> Tensor:
        return op.multiply.apply((other, self), _NO_ATTRIBUTES)

    def __truediv__(self, other: Any) -> Tensor:
        return op.divide.apply((self, other), _NO_ATTRIBUTES)

    def __rtruediv__(self, other: Any) -> Tensor:
        return op.divide.apply((other, self), _NO_ATTRIBUTES)

    def __floordiv__(self, other: Any) -> Tensor:
        return op.floor_divide(self, other)

    def __rfloordiv__(self, other: Any) -> Tensor:
        return op.floor_divide(other, self)

    def __mod__(self, other: Any) -> Tensor:
        return op.remainder(self, other)

    def __rmod__(self, other: Any) -> Tensor:
        return op.remainder(other, self)

    def __pow__(self, other: Any) -> Tensor:
        return op.power.apply((self, other), _NO_ATTRIBUTES)

    def __rpow__(self, other: Any) -> Tensor:
        return op.power.apply((other, self), _NO_ATTRIBUTES)

    def __matmul__(self, other: Any) -> Tensor:
        return op.matmul.apply((self, other), _NO_ATTRIBUTES)

    def __rmatmul__(self, other: Any) -> Tensor:
        return op.matmul.apply((other, self), _NO_ATTRIBUTES)

    def __neg__(self) -> Tensor:
        return op.negative(self)

    def __pos__(self) -> Tensor:
        return op.positive(self)

    def __abs__(self) -> Tensor:
        return op.abs(self)

    def __invert__(self) -> Tensor:
        return op.bitwise_invert(self)

    def __and__(self, other: Any) -> Tensor:
        return op.bitwise_and(self, other)

    def __rand__(self, other: Any) -> Tensor:
        return op.bitwise_and(other, self)

    def __or__(self, other: Any) -> Tensor:
        return op.bitwise_or(self, other)

    def __ror__(self, other: Any) -> Tensor:
        return op.bitwise_or(other, self)

    def __xor__(self, other: Any) -> Tensor:
        return op.bitwise_xor(self, other)

    def __rxor__(self, other: Any) -> Tensor:
        return op.bitwise_xor(other, self)

    def __lshift__(self, other: Any) -> Tensor:
        return op.bitwise_left_shift(self, other)

    def __rlshift__(self, other: Any) -> Tensor:
        return op.bitwise_left_shift(other, self)

    def __rshift__(self, other: Any) -> Tensor:
        return op.bitwise_right_shift(self, other)

    def __rrshift__(self, other: Any) -> Tensor:
        return op.bitwise_right_shift(other, self)

    # In place: the handle moves on to the result, earlier readers keep what they read

    def __iadd__(self, other: Any) -> Self:
        return self._become(op.add.apply((self, other), _NO_ATTRIBUTES), "+=")

    def __isub__(self, other: Any) -> Self:
        return self._become(op.subtract.apply((self, other), _NO_ATTRIBUTES), "-=")

    def __imul__(self, other: Any) -> Self:
        return self._become(op.multiply.apply((self, other), _NO_ATTRIBUTES), "*=")

    def __itruediv__(self, other: Any) -> Self:
        return self._become(op.divide.apply((self, other), _NO_ATTRIBUTES), "/=")

    def __ifloordiv__(self, other: Any) -> Self:
        return self._become(op.floor_divide(self, other), "//=")

    def __imod__(self, other: Any) -> Self:
        return self._become(op.remainder(self, other), "%=")

    def __ipow__(self, other: Any) -> Self:
        return self._become(op.power.apply((self, other), _NO_ATTRIBUTES), "**=")

    def __imatmul__(self, other: Any) -> Self:
        return self._become(op.matmul.apply((self, other), _NO_ATTRIBUTES), "@=")

    def __iand__(self, other: Any) -> Self:
        return self._become(op.bitwise_and(self, other), "&=")

    def __ior__(self, other: Any) -> Self:
        return self._become(op.bitwise_or(self, other), "|=")

    def __ixor__(self, other: Any) -> Self:
        return self._become(op.bitwise_xor(self, other), "^=")

    def __ilshift__(self, other: Any) -> Self:
        return self._become(op.bitwise_left_shift(self, other), "<<=")

    def __irshift__(self, other: Any) -> Self:
        return self._become(op.bitwise_right_shift(self, other), ">>=")

    def __setitem__(self, index: Any, value: Any) -> None:
        self._become(op.assign(self, index, value), "x[index] = value")

    def __getitem__(self, index: Any) -> Tensor:
        return op.take_index(self, index)

    # Comparison, elementwise; a Tensor is hashed by identity

    def __eq__(self, other: object) -> Tensor:  # type: ignore[override]  # elementwise, as NumPy's
        return op.equal(self, other)

    def __ne__(self, other: object) -> Tensor:  # type: ignore[override]  # elementwise, as NumPy's
        return op.not_equal(self, other)

    def __lt__(self, other: Any) -> Tensor:
        return op.less(self, other)

    def __le__(self, other: Any) -> Tensor:
        return op.less_equal(self, other)

    def __gt__(self, other: Any) -> Tensor:
        return op.greater(self, other)

    def __ge__(self, other: Any) -> Tensor:
        return op.greater_equal(self, other)

    __hash__ = object.__hash__

    # Reductions

    def sum(self, axis: Axis = None, dtype: Any = None, keepdims: bool = False) -> Tensor:
        """Sum over ``axis``; see ``autograd.sum``."""
        return op.sum.apply((self,), {"axis": axis, "dtype": dtype, "keepdims": keepdims})

    def mean(self, axis: Axis = None, dtype: Any = None, keepdims: bool = False) -> Tensor:
        """Mean over ``axis``; see ``autograd.mean``."""
        return op.mean.apply((self,), {"axis": axis, "dtype": dtype, "keepdims": keepdims})

    def var(self, axis: Axis = None, ddof: float = 0, keepdims: bool = False) -> Tensor:
        """Variance over ``axis``; see ``autograd.var``."""
        return op.var(self, axis=axis, ddof=ddof, keepdims=keepdims)

    def std(self, axis: Axis = None, ddof: float = 0, keepdims: bool = False) -> Tensor:
        """Standard deviation over ``axis``; see ``autograd.std``."""
        return op.std(self, axis=axis, ddof=ddof, keepdims=keepdims)

    def max(self, axis: Axis = None, keepdims: bool = False) -> Tensor:
        """Maximum over ``axis``; see ``autograd.max``."""
        return op.max(self, axis=axis, keepdims=keepdims)

    def min(self, axis: Axis = None, keepdims: bool = False) -> Tensor:
        """Minimum over ``axis``; see ``autograd.min``."""
        return op.min(self, axis=axis, keepdims=keepdims)

    def any(self, axis: Axis = None, keepdims: bool = False) -> Tensor:
        """Whether any element is true; not differentiable."""
        return op.any(self, axis=axis, keepdims=keepdims)

    def all(self, axis: Axis = None, keepdims: bool = False) -> Tensor:
        """Whether all elements are true; not differentiable."""
        return op.all(self, axis=axis, keepdims=keepdims)

    def argmax(self, axis: int | None = None, keepdims: bool = False) -> Tensor:
        """Index of the maximum; not differentiable."""
        return op.argmax(self, axis=axis, keepdims=keepdims)

    def argmin(self, axis: int | None = None, keepdims: bool = False) -> Tensor:
        """Index of the minimum; not differentiable."""
        return op.argmin(self, axis=axis, keepdims=keepdims)

    def argsort(self, axis: int = -1) -> Tensor:
        """Indices that sort along ``axis``; not differentiable."""
        return op.argsort(self, axis=axis)

    def cumsum(self, axis: int | None = None) -> Tensor:
        """Cumulative sum along ``axis``; see ``autograd.cumsum``."""
        return op.cumsum(self, axis=axis)

    def clip(self, min: Any = None, max: Any = None) -> Tensor:
        """Limit the values to ``[min, max]``; see ``autograd.clip``."""
        return op.clip(self, min, max)

    def round(self) -> Tensor:
        """Round to whole numbers; its gradient is zero."""
        return op.round(self)

    def conj(self) -> Tensor:
        """Complex conjugate."""
        return op.conj(self)

    # Shape and dtype

    def reshape(self, *shape: Any) -> Tensor:
        """Give the same values in another shape, as ``t.reshape(2, 3)`` or ``t.reshape((2, 3))``."""
        return op.reshape(self, shape[0] if len(shape) == 1 else shape)

    def ravel(self) -> Tensor:
        """Give the values in one axis."""
        return op.reshape(self, (-1,))

    def flatten(self) -> Tensor:
        """Give the values in one axis."""
        return op.reshape(self, (-1,))

    def transpose(self, *axes: Any) -> Tensor:
        """Permute the axes; with no argument, reverse them."""
        order = axes[0] if len(axes) == 1 and not isinstance(axes[0], int) else axes
        return op.permute_dims(self, order or None)

    def dot(self, other: Any) -> Tensor:
        """Product over the last axis of this and the second to last, or the only one, of the other."""
        return op.dot(self, other)

    def swapaxes(self, axis1: int, axis2: int) -> Tensor:
        """Exchange two axes."""
        return op.swapaxes(self, axis1, axis2)

    def squeeze(self, axis: Axis = None) -> Tensor:
        """Drop axes of size 1."""
        return op.squeeze(self, axis)

    def astype(self, dtype: Any) -> Tensor:
        """Convert to another dtype; a gradient passes between real and complex floating dtypes."""
        return op.astype(self, dtype)

    @property
    def T(self) -> Tensor:  # noqa: N802 - NumPy's name
        """The Tensor with its axes reversed."""
        return op.permute_dims(self, None)

    @property
    def mT(self) -> Tensor:  # noqa: N802 - NumPy's name
        """The Tensor with its last two axes exchanged."""
        return op.matrix_transpose(self)

    @property
    def real(self) -> Tensor:
        """Real part."""
        return op.real(self)

    @property
    def imag(self) -> Tensor:
        """Imaginary part."""
        return op.imag(self)
