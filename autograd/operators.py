"""What a Tensor answers to Python's operators: each calls the declared operation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .methods import ArrayMethods
from .registry import operations as op

if TYPE_CHECKING:
    from typing import Self

    from .tensor import Tensor

_NO_ATTRIBUTES: dict[str, Any] = {}

#: What equals no number, as None does.
_NOTHING = float("nan")


class Operators(ArrayMethods):
    """Arithmetic, comparison and indexing of a Tensor, beside its methods."""

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

    def __divmod__(self, other: Any) -> tuple[Tensor, Tensor]:
        quotient, rest = op.divmod(self, other)
        return quotient, rest

    def __rdivmod__(self, other: Any) -> tuple[Tensor, Tensor]:
        quotient, rest = op.divmod(other, self)
        return quotient, rest

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

    def __round__(self, ndigits: int | None = None) -> Tensor:
        return op.round(self, ndigits or 0)

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
        return op.equal(self, _NOTHING if other is None else other)

    def __ne__(self, other: object) -> Tensor:  # type: ignore[override]  # elementwise, as NumPy's
        return op.not_equal(self, _NOTHING if other is None else other)

    def __lt__(self, other: Any) -> Tensor:
        return op.less(self, other)

    def __le__(self, other: Any) -> Tensor:
        return op.less_equal(self, other)

    def __gt__(self, other: Any) -> Tensor:
        return op.greater(self, other)

    def __ge__(self, other: Any) -> Tensor:
        return op.greater_equal(self, other)

    __hash__ = object.__hash__
