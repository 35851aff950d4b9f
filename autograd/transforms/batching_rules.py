"""Batching rules: how a primitive is applied to a whole batch at once.

A rule gets what applies the primitive, its operands, and its attributes. The operands that differ within the batch are
``Each``; all others are the same for all of it. It gives the whole result, along its first axis, or ``None`` where it
does not know how: then the primitive is applied to one after the other.
"""

from __future__ import annotations

import math
import string
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..primitives.declaration import Primitive
from ..primitives.domains import elementwise
from ..registry import operations, primitives
from ..tensor import Tensor

Apply = Callable[[Sequence[Any], dict[str, Any]], Tensor]
Rule = Callable[[Apply, Sequence[Any], dict[str, Any]], Tensor | None]


class Each:
    """An operand that differs within the batch: as seen from one example of shape ``shape``, and ``whole``."""

    __slots__ = ("one", "whole")

    def __init__(self, one: Tensor, whole: Tensor) -> None:
        self.one = one
        self.whole = whole

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of one."""
        return self.whole.shape[1:]

    @property
    def ndim(self) -> int:
        """The axes of one."""
        return self.whole.ndim - 1

    @property
    def dtype(self) -> Any:
        """The dtype of all."""
        return self.whole.dtype


#: By the names of the library's primitives, which may not be there yet.
_rules: dict[str, Rule] = {}

#: By the names of other primitives, with the primitive itself: one that is declared anew needs a new rule.
_rules_of_others: dict[str, tuple[Primitive, Rule]] = {}


def rule_of(primitive: Primitive) -> Rule | None:
    """Give the batching rule of a primitive; elementwise ones have theirs by their nature."""
    owner, rule = _rules_of_others.get(primitive.name, (None, None))
    if owner is primitive:
        return rule
    is_known = primitives.get(primitive.name) is primitive  # others may bear the same name
    if is_known and primitive.name in _rules:
        return _rules[primitive.name]
    forward = primitive.forward
    is_ufunc = isinstance(forward, np.ufunc) and forward.signature is None
    return _elementwise if is_ufunc or isinstance(primitive.domain, elementwise) else None


def batching_rule(primitive: Primitive) -> Callable[[Rule], Rule]:
    """Have the decorated function apply a primitive of one's own to a whole batch at once, in ``vmap``.

    It gets what applies the primitive to operands and attributes, the operands, of which those that differ from one
    example to the other are ``Each``, and the attributes. It gives the result with the examples along the first axis,
    or ``None`` where it does not know how. A primitive that is declared anew needs its rule anew.

    >>> import numpy as np, autograd as ag
    >>> from autograd.extending import batching_rule, primitive
    >>> @primitive(rules={"x": lambda g, x_shape: np.broadcast_to(g, x_shape)})
    ... def total(x, /, axis):
    ...     return np.sum(x, axis=axis)
    >>> @batching_rule(total)
    ... def all_totals(apply, operands, attributes):
    ...     (x,) = operands
    ...     return apply([x.whole], {"axis": attributes["axis"] % x.ndim + 1})
    >>> ag.vmap(total)(np.ones((2, 3)), axis=0)
    array([3., 3.])
    """

    def register(rule: Rule) -> Rule:
        _rules_of_others[primitive.name] = primitive, rule
        return rule

    return register


def batches(*names: str) -> Callable[[Rule], Rule]:
    """Enter the decorated rule for the primitives of these names."""

    def register(rule: Rule) -> Rule:
        _rules.update(dict.fromkeys(names, rule))
        return rule

    return register


def ndim_of(operand: Any) -> int:
    """The axes of one."""
    return len(operand.shape) if hasattr(operand, "shape") else np.ndim(operand)


def count_of(operands: Sequence[Any]) -> int:
    """How many examples there are."""
    return next(len(operand.whole) for operand in operands if isinstance(operand, Each))


def whole_or_same(operand: Any) -> Any:
    """The whole of what differs within the batch, and anything else as it is."""
    return operand.whole if isinstance(operand, Each) else operand


def wholly(operand: Any, count: int) -> Tensor:
    """Give all of a batch; what does not differ within it is repeated."""
    if isinstance(operand, Each):
        return operand.whole
    tensor = operations.asarray(operand)
    whole: Tensor = operations.broadcast_to(tensor, (count, *tensor.shape))
    return whole


def _reshaped(operand: Any, shape: tuple[int, ...]) -> Any:
    if isinstance(operand, Each):
        return Each(operand.one, operations.reshape(operand.whole, (len(operand.whole), *shape)))
    return operations.reshape(operand, shape)


def aligned(operand: Any, ndim: int) -> Any:
    """A batch with ones after its first axis, so that the others broadcast as those of one example."""
    if not isinstance(operand, Each) or operand.ndim == ndim:
        return operand.whole if isinstance(operand, Each) else operand
    whole = operand.whole
    return operations.reshape(whole, (whole.shape[0], *(1,) * (ndim - operand.ndim), *operand.shape))


def only(operands: Sequence[Any]) -> Any:
    """The whole of the first operand, if it alone is batched."""
    first, *others = operands
    batched = isinstance(first, Each) and not any(isinstance(other, Each) for other in others)
    return first.whole if batched else None


@batches("where", "clip", "convert", "round", "isclose", "mantissa", "exponent", "fractional_part", "whole_part")
@batches("jv", "jn", "yv", "yn", "iv", "ive", "kv", "kn", "kve", "kl_div", "polygamma", "i0_derivative")
@batches("gammainc", "gammaincc", "gammaincinv", "gammainccinv", "betainc", "betaincc", "betaincinv")
@batches("sinc_derivative")
def _elementwise(apply: Apply, operands: Sequence[Any], attributes: dict[str, Any]) -> Tensor | None:
    ndim = max(ndim_of(operand) for operand in operands)
    return apply([aligned(operand, ndim) for operand in operands], attributes)


# Along axes. What is wrong for one example is left to the one-by-one way, which says so in terms of that example


def _moved(axis: Any, ndim: int) -> Any:
    """An axis of an example, or several or all of them, as one of the batch; raises ``IndexError`` if there is none."""
    if axis is None:
        return tuple(range(1, ndim + 1))
    if isinstance(axis, tuple):
        return tuple(_moved(each, ndim) for each in axis)
    return range(1, ndim + 1)[axis]


@batches("sum", "mean", "max", "min", "prod", "all", "any", "nanmax", "nanmin", "count_nonzero")
def _reduction(apply: Apply, operands: Sequence[Any], attributes: dict[str, Any]) -> Tensor | None:
    (x,) = operands
    if not x.ndim and attributes["axis"] is None:
        return apply([operations.reshape(x.whole, (len(x.whole), 1))], {**attributes, "axis": 1, "keepdims": False})
    return _along_axes(apply, operands, attributes)


@batches("logsumexp", "softmax", "log_softmax", "length", "flip", "power_norm")
def _along_axes(apply: Apply, operands: Sequence[Any], attributes: dict[str, Any]) -> Tensor | None:
    (x,) = operands
    return apply([x.whole], {**attributes, "axis": _moved(attributes["axis"], x.ndim)}) if x.ndim else None


@batches("cumsum", "cumprod", "cumulative_max", "cumulative_min", "cumulative_logsumexp", "unwrap")
@batches("argmax", "argmin", "argsort", "argpartition", "nanargmax", "nanargmin")
def _along_one_axis(apply: Apply, operands: Sequence[Any], attributes: dict[str, Any]) -> Tensor | None:
    (x,) = operands
    if attributes["axis"] is not None:
        return apply([x.whole], {**attributes, "axis": _moved(attributes["axis"], x.ndim)})
    if attributes.get("keepdims"):
        return None
    return apply([_flat(x)], {**attributes, "axis": 1})


@batches("roll")
def _roll(apply: Apply, operands: Sequence[Any], attributes: dict[str, Any]) -> Tensor | None:
    (x,) = operands
    if attributes["axis"] is not None:
        return apply([x.whole], {**attributes, "axis": _moved(attributes["axis"], x.ndim)})
    rolled: Tensor = operations.reshape(apply([_flat(x)], {**attributes, "axis": 1}), x.whole.shape)
    return rolled


def _flat(x: Each) -> Tensor:
    """The elements of each example as a vector."""
    result: Tensor = operations.reshape(x.whole, (len(x.whole), math.prod(x.shape)))
    return result


@batches("reordered", "restored")
def _in_order(apply: Apply, operands: Sequence[Any], attributes: dict[str, Any]) -> Tensor | None:
    count = count_of(operands)
    x, order = (wholly(operand, count) for operand in operands)
    return apply([x, order], {**attributes, "axis": _moved(attributes["axis"], x.ndim - 1)})


@batches("concatenate")
def _concatenate(apply: Apply, operands: Sequence[Any], attributes: dict[str, Any]) -> Tensor | None:
    count = count_of(operands)
    wholes = [wholly(operand, count) for operand in operands]
    return apply(wholes, {**attributes, "axis": _moved(attributes["axis"], wholes[0].ndim - 1)})


@batches("fourier", "fftshift", "ifftshift")
def _fourier(apply: Apply, operands: Sequence[Any], attributes: dict[str, Any]) -> Tensor | None:
    (x,) = operands
    return apply([x.whole], {**attributes, "axes": _moved(attributes["axes"], x.ndim)})


@batches("real_fourier", "inverse_real_fourier")
def _real_fourier(apply: Apply, operands: Sequence[Any], attributes: dict[str, Any]) -> Tensor | None:
    (x,) = operands
    return apply([x.whole], {**attributes, "axis": _moved(attributes["axis"], x.ndim)})


# Matrices


@batches("tril", "triu", "det", "inv", "hermitian", "lower_cholesky", "signed_log_of_det", "joined_eigh", "eigvals")
@batches("hermitian_eigenvalues", "singular_values")
def _over_the_last_axes(apply: Apply, operands: Sequence[Any], attributes: dict[str, Any]) -> Tensor | None:
    (x,) = operands
    return apply([x.whole], attributes) if x.ndim >= 2 else None


@batches("solve")
def _solve(apply: Apply, operands: Sequence[Any], attributes: dict[str, Any]) -> Tensor | None:
    x, y = operands
    is_vector = ndim_of(y) == 1
    if ndim_of(x) < 2 or not ndim_of(y):
        return None
    if is_vector and not isinstance(x, Each) and ndim_of(x) == 2:  # the vectors are columns of one matrix
        columns = apply([x, operations.permute_dims(y.whole, (1, 0))], attributes)
        turned: Tensor = operations.permute_dims(columns, (1, 0))
        return turned
    y = _reshaped(y, (*y.shape, 1)) if is_vector else y
    ndim = max(ndim_of(x), ndim_of(y))
    solution = apply([aligned(x, ndim), aligned(y, ndim)], attributes)
    return operations.reshape(solution, solution.shape[:-1]) if is_vector else solution


@batches("diagonal")
def _diagonal(apply: Apply, operands: Sequence[Any], attributes: dict[str, Any]) -> Tensor | None:
    (x,) = operands
    axes = {name: _moved(attributes[name], x.ndim) for name in ("axis1", "axis2")}
    return apply([x.whole], {**attributes, **axes})


@batches("matmul")
def _matmul(apply: Apply, operands: Sequence[Any], attributes: dict[str, Any]) -> Tensor | None:
    x, y = operands
    is_row, is_column = ndim_of(x) == 1, ndim_of(y) == 1
    if not ndim_of(x) or not ndim_of(y):
        return None
    # One product of matrices, where it can be, instead of many with vectors
    if is_column and ndim_of(x) == 2 and not isinstance(x, Each):
        return apply([y.whole, operations.permute_dims(x, (1, 0))], attributes)
    if ndim_of(y) == 2 and not isinstance(y, Each):
        rows = apply([operations.reshape(x.whole, (-1, x.shape[-1])), y], attributes)
        return operations.reshape(rows, (*x.whole.shape[:-1], rows.shape[-1]))
    x = _reshaped(x, (1, *x.shape)) if is_row else x
    y = _reshaped(y, (*y.shape, 1)) if is_column else y
    ndim = max(ndim_of(x), ndim_of(y))
    product = apply([aligned(x, ndim), aligned(y, ndim)], attributes)
    shape = product.shape[:-2] + (() if is_row else product.shape[-2:-1]) + (() if is_column else product.shape[-1:])
    return product if shape == product.shape else operations.reshape(product, shape)


@batches("linear")
def _linear(apply: Apply, operands: Sequence[Any], attributes: dict[str, Any]) -> Tensor | None:
    x, weight, bias = operands
    if not ndim_of(x):
        return None
    if only(operands) is not None:
        return apply([x.whole, weight, bias], attributes)
    x, weight, bias = (operand.one if isinstance(operand, Each) else operand for operand in operands)
    product = operations.matmul(x, operations.permute_dims(weight, (1, 0)))
    result: Any = product if bias is None else product + bias
    whole: Tensor = result.whole
    return whole


@batches("rearrangement", "contraction")
def _einsum(apply: Apply, operands: Sequence[Any], attributes: dict[str, Any]) -> Tensor | None:
    inputs, _, output = attributes["subscripts"].partition("->")
    letter = next(letter for letter in string.ascii_letters if letter not in attributes["subscripts"])
    pairs = zip(inputs.split(","), operands, strict=True)
    terms = ",".join(letter + term if isinstance(operand, Each) else term for term, operand in pairs)
    wholes = [whole_or_same(operand) for operand in operands]
    return apply(wholes, {**attributes, "subscripts": f"{terms}->{letter}{output}"})


@batches("convolution")
def _convolution(apply: Apply, operands: Sequence[Any], attributes: dict[str, Any]) -> Tensor | None:
    return _by_kernels(apply, operands, attributes, _one_after_the_other)


@batches("convolution_transpose")
def _convolution_transpose(apply: Apply, operands: Sequence[Any], attributes: dict[str, Any]) -> Tensor | None:
    return _by_kernels(apply, operands, attributes, _side_by_side)


def _by_kernels(
    apply: Apply, operands: Sequence[Any], attributes: dict[str, Any], joined: Callable[[Tensor], Tensor]
) -> Tensor | None:
    """Apply to images and kernels; ``joined`` makes those of all examples one, which gives the results side by side."""
    x, weight = operands
    groups, count = attributes["groups"], count_of(operands)
    if not count or ndim_of(x) != ndim_of(weight) or ndim_of(x) < 3 or weight.shape[0] % groups:
        return None
    if not isinstance(weight, Each):
        result = apply([_one_after_the_other(x.whole), weight], attributes)
        return operations.reshape(result, (*x.whole.shape[:2], *result.shape[1:]))
    if not isinstance(x, Each) and groups == 1:
        return _apart(apply([x, joined(weight.whole)], attributes), count)
    wholes = _side_by_side(wholly(x, count)), _one_after_the_other(wholly(weight, count))
    return _apart(apply(wholes, {**attributes, "groups": groups * count}), count)


@batches("convolution_weight")
def _convolution_weight(apply: Apply, operands: Sequence[Any], attributes: dict[str, Any]) -> Tensor | None:
    x, y = operands
    groups, count = attributes["groups"], count_of(operands)
    if not count or ndim_of(x) != ndim_of(y) or ndim_of(x) < 3 or x.shape[1] % groups or y.shape[1] % groups:
        return None
    if not isinstance(y, Each) and groups == 1:
        return _apart(apply([_side_by_side(x.whole), y], attributes), count)
    if isinstance(x, Each) or groups > 1:
        x, groups = _side_by_side(wholly(x, count)), groups * count
    joined = apply([x, _side_by_side(wholly(y, count))], {**attributes, "groups": groups})
    return operations.reshape(joined, (count, joined.shape[0] // count, *joined.shape[1:]))


def _one_after_the_other(whole: Tensor) -> Tensor:
    """The examples along the first axis of each: ``(B, N, C, ...)`` as ``(B * N, C, ...)``."""
    result: Tensor = operations.reshape(whole, (math.prod(whole.shape[:2]), *whole.shape[2:]))
    return result


def _side_by_side(whole: Tensor) -> Tensor:
    """The examples along the second axis of each: ``(B, N, C, ...)`` as ``(N, B * C, ...)``."""
    count, first, second, *others = whole.shape
    result: Tensor = operations.reshape(operations.moveaxis(whole, 0, 1), (first, count * second, *others))
    return result


def _apart(joined: Tensor, count: int) -> Tensor:
    """``(N, B * C, ...)`` as ``(B, N, C, ...)`` again."""
    first, second, *others = joined.shape
    result: Tensor = operations.moveaxis(operations.reshape(joined, (first, count, second // count, *others)), 1, 0)
    return result


# Shapes


@batches("reshape")
def _reshape(apply: Apply, operands: Sequence[Any], attributes: dict[str, Any]) -> Tensor | None:
    (x,) = operands
    shape = attributes["shape"]
    shape = [*shape] if isinstance(shape, (tuple, list)) else [shape]
    if -1 in shape:
        known = -math.prod(shape)
        shape[shape.index(-1)] = math.prod(x.shape) // known if known > 0 else -1
    if -1 in shape or math.prod(shape) != math.prod(x.shape):
        return None
    return apply([x.whole], {**attributes, "shape": (len(x.whole), *shape)})


@batches("permute_dims")
def _permute_dims(apply: Apply, operands: Sequence[Any], attributes: dict[str, Any]) -> Tensor | None:
    x, axes = operands[0], attributes["axes"]
    axes = range(x.ndim)[::-1] if axes is None else axes
    return apply([x.whole], {**attributes, "axes": (0, *_moved(tuple(axes), x.ndim))})


@batches("broadcast_to")
def _broadcast_to(apply: Apply, operands: Sequence[Any], attributes: dict[str, Any]) -> Tensor | None:
    x, shape = operands[0], attributes["shape"]
    shape = tuple(shape) if isinstance(shape, (tuple, list)) else (shape,)
    return apply([aligned(x, len(shape))], {**attributes, "shape": (len(x.whole), *shape)})


@batches("tile")
def _tile(apply: Apply, operands: Sequence[Any], attributes: dict[str, Any]) -> Tensor | None:
    x, reps = operands[0], attributes["reps"]
    reps = tuple(reps) if isinstance(reps, (tuple, list)) else (reps,)
    ndim = max(x.ndim, len(reps))
    return apply([aligned(x, ndim)], {**attributes, "reps": (*(1,) * (ndim + 1 - len(reps)), *reps)})
