"""What operations cost: floating-point operations (FLOPs) by the shapes of what they work on.

A multiplication and an addition are one each, so a multiply-add is 2 and a product of matrices ``(n, k) @ (k, m)`` is
``2 n k m``; a bias is one addition for each result. A function of single elements is 1 for each result, however hard it
is: ``exp`` as much as ``+``. A reduction is 1 for each element that it reads, and a fused operation what its formula
says. What only moves, picks or compares elements is nothing, and so is all that gives whole numbers or booleans.

Here is what each primitive costs. One that is not named costs 1 for each result if it works elementwise, as the shape
of its result says; otherwise nobody knows, and it is told as not counted.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd import Tensor
from autograd.modes import Interceptor, joining

if TYPE_CHECKING:
    from autograd.primitives.declaration import Primitive

#: Gives the FLOPs of one application for its operands, attributes and result.
Cost = Callable[[Sequence[Any], Mapping[str, Any], Any], int]

_MOVING = """
    broadcast_to chosen concatenate conj convert diagonal fftshift flip gather hermitian ifftshift imag mantissa
    on_diagonal ones_like padded permute_dims positive put ramp real reordered repeat_elements reshape restored roll
    taken_at_window_maxima tile tril triu where windows zeros_like
"""
_READING = """
    count_of_nonzero cumprod cumsum cumulative_max cumulative_min max mean min nanmax nanmin overlap_add prod
    scatter shared_by_window_maxima spread_over_windows sum sum_of_runs sums_of_stretches
"""
#: These may have the shape of an operand, but are not elementwise.
_UNKNOWN = """
    fourier inv inverse_real_fourier joined_eig joined_eigh joined_qr joined_svd least_squares_solution
    lower_cholesky pseudo_inverse real_fourier roots solve
"""


def _shape(operand: Any) -> tuple[int, ...]:
    return tuple(np.shape(operand))


def _read(times: int) -> Cost:
    """So much for each element of the first operand."""
    return lambda operands, _attributes, _out: times * math.prod(_shape(operands[0]))


def _product(operands: Sequence[Any], _attributes: Mapping[str, Any], out: Any) -> int:
    return 2 * int(out.size) * _shape(operands[0])[-1]


def _affine(operands: Sequence[Any], attributes: Mapping[str, Any], out: Any) -> int:
    return _product(operands, attributes, out) + (int(out.size) if operands[2] is not None else 0)


def _convolution(operands: Sequence[Any], _attributes: Mapping[str, Any], out: Any) -> int:
    return 2 * int(out.size) * math.prod(_shape(operands[1])[1:])


def _convolution_transpose(operands: Sequence[Any], _attributes: Mapping[str, Any], _out: Any) -> int:
    return 2 * math.prod(_shape(operands[0])) * math.prod(_shape(operands[1])[1:])


def _convolution_weight(operands: Sequence[Any], _attributes: Mapping[str, Any], out: Any) -> int:
    return 2 * math.prod(_shape(operands[1])) * math.prod(_shape(out)[1:])


def _vector_convolution(operands: Sequence[Any], attributes: Mapping[str, Any], _out: Any) -> int:
    first, second = (np.ones(_shape(operand)) for operand in operands)
    return 2 * int(np.convolve(first, second, attributes["mode"]).sum())


def _contraction(operands: Sequence[Any], attributes: Mapping[str, Any], _out: Any) -> int:
    """For each product of elements its multiplications, and the addition if some are added up."""
    inputs, _, output = attributes["subscripts"].partition("->")
    sizes: dict[str, int] = {}
    for term, operand in zip(inputs.split(","), operands, strict=True):
        for letter, size in zip(term, _shape(operand), strict=True):
            sizes[letter] = max(size, sizes.get(letter, 1))
    return math.prod(sizes.values()) * (len(operands) - 1 + (set(sizes) > set(output)))


def _pooling(operands: Sequence[Any], attributes: Mapping[str, Any], _out: Any) -> int:
    """1 for each element of each window."""
    shape, windows = _shape(operands[0]), attributes["windows"]
    elements = [int(along_axis.sizes(True).sum()) for along_axis in windows]
    return math.prod(shape[: len(shape) - len(windows)]) * math.prod(elements)


def _division_by_deviation(operands: Sequence[Any], _attributes: Mapping[str, Any], out: Any) -> int:
    weight, bias = (*operands, None, None)[2:4]
    return int(out.size) * (1 + (weight is not None) + (bias is not None))


def _resampling(operands: Sequence[Any], _attributes: Mapping[str, Any], out: Any) -> int:
    return 2 * int(out.size) * _shape(operands[2])[1]


def _recurrence(products: int, others: int) -> Cost:
    """Of states through a matrix, and so many operations for each number of the state."""

    def cost(_operands: Sequence[Any], attributes: Mapping[str, Any], _out: Any) -> int:
        rows, seen = attributes["shapes"][1]
        projected = 2 * math.prod(attributes["shapes"][4]) if len(attributes["shapes"]) > 4 else 0
        of_a_step = 2 * rows * seen + others * (rows // products) + projected
        return int(sum(attributes["sizes"]) * of_a_step)

    return cost


COSTS: dict[str, Cost] = {
    **dict.fromkeys(_MOVING.split(), lambda _operands, _attributes, _out: 0),
    **dict.fromkeys(_READING.split(), _read(1)),
    "matmul": _product,
    "linear": _affine,
    "convolution": _convolution,
    "convolution_transpose": _convolution_transpose,
    "convolution_weight": _convolution_weight,
    "vector_convolution": _vector_convolution,
    "contraction": _contraction,
    "rearrangement": lambda operands, _, out: 0 if out.size == np.size(operands[0]) else int(np.size(operands[0])),
    "window_maxima": _pooling,
    "window_means": _pooling,
    "softmax": _read(5),  # the largest, less that, exp, their sum, the quotient
    "log_softmax": _read(5),
    "logsumexp": _read(4),
    "length": _read(2),
    "power_norm": _read(3),
    "centred": _read(2),  # the sum, less the mean
    "mean_square": _read(2),
    "divided_by_deviation": _division_by_deviation,
    "squared_error": _read(3),
    "class_loss": _read(5),
    "log_loss": _read(8),
    "recurrence": _read(2),
    "resampled": _resampling,
    "simple_recurrence": _recurrence(1, 2),  # a sum and the activation
    "long_recurrence": _recurrence(4, 13),  # four sums and activations; then f c + i z, and o tanh(c)
    "gated_recurrence": _recurrence(3, 13),  # three biases, two sums and gates, three for the candidate and the state
}


def flops(primitive: Primitive, operands: Sequence[Any], attributes: Mapping[str, Any], out: Any) -> int | None:
    """Give the FLOPs of one application of a primitive, or ``None`` if nobody knows.

    >>> import autograd as ag, numpy as np
    >>> x = np.ones((2, 3))
    >>> flops(ag.matmul, (x, x.T), {}, ag.matmul(x, x.T))
    24
    """
    if out.dtype.kind not in "fc":
        return 0
    if primitive.name in COSTS:
        return int(COSTS[primitive.name](operands, attributes, out))
    if primitive.name in _UNKNOWN.split() or not _is_elementwise(operands, out):
        return None
    return int(out.size)


def _is_elementwise(operands: Sequence[Any], out: Any) -> bool:
    try:
        return bool(np.broadcast_shapes(*map(_shape, operands)) == out.shape)
    except ValueError:
        return False


class counting(joining):  # noqa: N801 - used like no_grad
    """Tell, for each operation inside the block, its name and FLOPs: ``tell("matmul", 24)``."""

    def __init__(self, tell: Callable[[str, int | None], object]) -> None:
        self._tell = tell

    def apply(
        self, inner: Interceptor, primitive: Primitive, operands: Sequence[Any], attributes: dict[str, Any]
    ) -> Tensor:
        """Have a primitive applied, and count it."""
        result = inner(primitive, operands, attributes)
        self._tell(primitive.name, flops(primitive, operands, attributes, result))
        return result
