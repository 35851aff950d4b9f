"""What must hold for every primitive, as plain functions of a call.

Each raises an ``AssertionError`` that says what is wrong. ``check`` runs them all. Calls are drawn by
``autograd.testing.strategies.calls``, or made by hand:

>>> import autograd as ag
>>> import numpy as np
>>> from autograd.testing.calls import Call
>>> check(Call(ag.tanh, (np.array([0.1, -2.0]),)))
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from typing import Any

import numpy as np

from ..errors import describe
from ..modes import no_grad
from ..primitives.declaration import Primitive
from ..registry import by_numpy
from ..tensor import Tensor, gradients_of
from ..transforms.vectorizing import vmap
from .calls import Call, operand_name
from .checking import gradcheck, gradgradcheck
from .missing_rules import check_rules
from .numeric import Array

Property = Callable[[Call], None]

_SINGLE = {"f8": "f4", "c16": "c8"}

#: Up to so many complex numbers in each operand are differentiated by one at a time.
_FEW = 8


class Run:
    """One application of a primitive to leaves, and one backward from a random cotangent.

    The leaves hold the very arrays of the call, whatever their memory layout. The graph is retained.
    """

    def __init__(self, call: Call) -> None:
        self.leaves = [Tensor._made(variable).requires_grad_() for variable in call.variables]
        self.result = call(*self.leaves)
        self.cotangent = _random_like(self.result.data)
        self._before = _bytes(self.cotangent), _bytes(self.result.data)
        self.backward()

    @property
    def is_unchanged(self) -> bool:
        """Whether the cotangent and the result are what they were before the first walk."""
        return self._before == (_bytes(self.cotangent), _bytes(self.result.data))

    def backward(self) -> None:
        """Walk, and add to the gradients."""
        if self.leaves:
            self.result.backward(Tensor._made(self.cotangent), retain_graph=True)

    @property
    def gradients(self) -> list[Array]:
        """The gradients that the leaves have."""
        return [_required(leaf.grad)._array for leaf in self.leaves]

    def recorded_gradients(self) -> list[Array]:
        """The gradients of the same walk when it records itself."""
        if not self.leaves:
            return []
        found = gradients_of([self.result], [Tensor(self.cotangent)], self.leaves, True, True, "backward")
        return [_required(found.get(_required(leaf.node)))._array for leaf in self.leaves]


def check_value(call: Call) -> None:
    """The result is what the forward gives for the arrays, and what the NumPy functions that it stands for give."""
    expected = call.forward()
    _assert_same(call().data, expected, f"{call} on arrays", "the forward alone")
    _assert_same(Run(call).result.data, expected, f"{call} on Tensors", "the forward alone")
    for function in (function for function, ours in by_numpy.items() if ours is call.primitive):
        _check_numpy(call, function)


def check_gradient(call: Call) -> None:
    """The gradients are the derivatives that numbers show, in reverse, forward and, of real numbers, batched mode."""
    if call.variables:
        is_real = all(array.dtype.kind == "f" for array in (*call.variables, call().data))
        tolerance = 1e-9 if call.analytic else 1e-7
        gradcheck(call, *call.variables, tolerance=tolerance, forward=True, batched=is_real)


def check_second_order(call: Call) -> None:
    """A walk that records itself gives the same gradients, and their gradients are right, too."""
    if call.variables:
        run = Run(call)
        for name, one, other in zip(call.names, run.gradients, run.recorded_gradients(), strict=True):
            what = f"{call}: the gradient by {name} with create_graph=True"
            _assert_close(other, one, 1e-12, what, "without", floor=1.0)
        _gradgradcheck(call, tolerance=1e-9 if call.analytic else 1e-7)


def check_complex(call: Call) -> None:
    """Analytic primitives take complex numbers; first and second derivatives are then those of pairs of reals.

    Each costs many evaluations, so those of larger operands are compared in random projections.
    """
    if call.analytic and call.variables:
        fast = any(variable.size > _FEW for variable in call.variables) or None
        whole = call.with_variables(_made_complex)
        gradcheck(whole, *whole.variables, tolerance=1e-7, forward=True, fast=fast)
        _gradgradcheck(whole, tolerance=1e-7, fast=fast)
        first, *others = call.variables
        mixed = Call(call.primitive, call.operands_with([_made_complex(first), *others]), call.attributes)
        gradcheck(mixed, *mixed.variables, tolerance=1e-7, forward=True, fast=fast)


def check_single_precision(call: Call) -> None:
    """Single precision goes in and comes out, in the result and in the gradients, and differs by rounding only."""
    single = _in_single_precision(call)
    double = single.with_variables(lambda variable: variable.astype("f8" if variable.dtype.kind == "f" else "c16"))
    one, other = Run(single), Run(double)
    expected = np.dtype(call.attributes.get("dtype") or _SINGLE.get(other.result.dtype.str[1:], other.result.dtype))
    if call.variables and one.result.dtype != expected:
        raise AssertionError(f"{single}: the result is {one.result.dtype} where {expected} is expected")
    where = "in double precision"
    _assert_close(one.result.data, other.result.data, 1e-5, f"{single}: the result", where, floor=1.0)
    for name, gradient, precise in zip(call.names, one.gradients, other.gradients, strict=True):
        _assert_close(gradient, precise, 1e-5, f"{single}: the gradient by {name}", where, floor=1.0)


def _in_single_precision(call: Call) -> Call:
    """The call on the same operands in single precision, those without a rule among them."""
    operands = [each.astype(_SINGLE[each.dtype.str[1:]]) if _is_floating(each) else each for each in call.operands]
    return Call(call.primitive, operands, call.attributes)


def check_form(call: Call) -> None:
    """Each gradient has the shape and the dtype of its operand, in double and in single precision."""
    for each in (call, _in_single_precision(call)):
        for name, variable, gradient in zip(each.names, each.variables, Run(each).gradients, strict=True):
            if (gradient.shape, gradient.dtype) != (variable.shape, variable.dtype):
                found, wanted = describe(gradient), describe(variable)
                raise AssertionError(f"{each}: the gradient by {name} is {found}, and {name} is {wanted}")


def check_nothing_is_written(call: Call) -> None:
    """Neither the forward nor the rules write into an operand, a result or a cotangent."""
    before = [_bytes(operand) for operand in call.operands]
    run = Run(call)
    _assert_unchanged(call, before, run)
    run.recorded_gradients()
    _assert_unchanged(call, before, run)


def check_raw_operands(call: Call) -> None:
    """Each operand has the same gradient alone as with the others, even if those, raw arrays, are then written to."""
    together = Run(call)
    for name, position, gradient in zip(call.names, call.positions, together.gradients, strict=True):
        operands = [operand.copy() if isinstance(operand, np.ndarray) else operand for operand in call.operands]
        leaf = Tensor(operands[position], requires_grad=True)
        result = call.primitive(*operands[:position], leaf, *operands[position + 1 :], **call.attributes)
        for operand in operands:
            if isinstance(operand, np.ndarray):
                operand[...] = 0
        result.backward(together.cotangent)
        alone, unwritten = f"{call}: the gradient by {name} alone", "before a write to the other operands"
        _assert_close(result.data, together.result.data, 1e-13, f"{call}: the result", unwritten, floor=1.0)
        _assert_close(_required(leaf.grad).data, gradient, 1e-13, alone, f"with the others, {unwritten}", floor=1.0)


def check_memory(call: Call) -> None:
    """No gradient shares memory with another, an operand, the cotangent or the result; no result with a raw operand."""
    arrays = [operand for operand in call.operands if isinstance(operand, np.ndarray)]
    if any(np.shares_memory(call()._array, operand) for operand in arrays):
        raise AssertionError(f"{call}: the result shares memory with an array that it was given; copy it")
    run = Run(call)
    others = [*arrays, run.cotangent, run.result._array]
    for name, gradient in zip(call.names, run.gradients, strict=True):
        if any(np.shares_memory(gradient, other) for other in others):
            raise AssertionError(f"{call}: the gradient by {name} shares memory with something else")
        others.append(gradient)


def check_independence(call: Call) -> None:
    """Two applications in one graph do not disturb each other, as they would if rules worked in one buffer."""
    one, other = Run(call), Run(call)
    results, cotangents = [one.result, other.result], [one.cotangent, 2 * other.cotangent]
    found = gradients_of(results, cotangents, [*one.leaves, *other.leaves], True, False, "backward")
    for run, factor in ((one, 1), (other, 2)):
        for name, leaf, gradient in zip(call.names, run.leaves, run.gradients, strict=True):
            here = _required(found.get(_required(leaf.node))).data
            _assert_close(here, factor * gradient, 0.0, f"{call}: the gradient by {name}, walked with another", "alone")


def check_accumulation(call: Call) -> None:
    """A second backward adds the same again, and leaves the gradient that was read before as it was."""
    run = Run(call)
    first = run.gradients
    kept = [gradient.copy() for gradient in first]
    run.backward()
    for name, held, once, twice in zip(call.names, first, kept, run.gradients, strict=True):
        _assert_same(twice, once + once, f"{call}: the gradient by {name} after two backwards", "twice that of one")
        _assert_same(held, once, f"{call}: the gradient by {name} read before the second backward", "what it was")


def check_examples(call: Call) -> None:
    """Under ``vmap`` each example has the value and the gradients that it has alone."""
    if not call.variables:
        return
    alone = [Run(call), *filter(None, (_another_run(call, change) for change in (_flipped, _flattened)))]
    wholes = [
        Tensor(np.stack([leaf.data for leaf in each]), requires_grad=True)
        for each in zip(*(run.leaves for run in alone), strict=True)
    ]
    together = vmap(call)(*wholes)
    expected = np.stack([run.result.data for run in alone])
    _assert_close(together.data, expected, 1e-9, f"vmap of {call}", "one by one", floor=1.0)
    found = gradients_of([together], [np.stack([run.cotangent for run in alone])], wholes, None, False, "backward")
    for place, (name, whole) in enumerate(zip(call.names, wholes, strict=True)):
        expected = np.stack([run.gradients[place] for run in alone])
        what = f"the gradient by {name} of vmap of {call}"
        _assert_close(_required(found.get(_required(whole.node)))._array, expected, 1e-7, what, "one by one", floor=1.0)


def _flipped(array: Array) -> Array:
    return np.flip(array)


def _flattened(array: Array) -> Array:
    """Its first number everywhere."""
    return np.full_like(array, array.reshape(-1)[0]) if array.size else array


def _another_run(call: Call, change: Callable[[Array], Array]) -> Run | None:
    """A run on other values, if they are valid and give a result of the same form."""
    try:
        run, expected = Run(call.with_variables(change)), call()
    except (ValueError, TypeError, IndexError, np.linalg.LinAlgError):
        return None
    is_alike = (run.result.shape, run.result.dtype) == (expected.shape, expected.dtype)
    is_finite = all(np.isfinite(array).all() for array in (run.result.data, *run.gradients))
    return run if is_alike and is_finite else None


def check_constant(call: Call) -> None:
    """A primitive without rules gives constants, and one with rules does so for constants and under no_grad."""
    if call().node is not None:
        raise AssertionError(f"{call}: no operand requires grad, and the result is recorded")
    leaves = [Tensor(operand, requires_grad=True) if _is_floating(operand) else operand for operand in call.operands]
    with no_grad() if call.primitive.differentiable or call.primitive.without_rule else nullcontext():
        if call.primitive(*leaves, **call.attributes).node is not None:
            raise AssertionError(f"{call}: the result is recorded without gradient rules, or under no_grad")


#: What must hold for every primitive, and what for those with gradient rules.
_OF_ALL: tuple[Property, ...] = (check_value, check_constant, check_rules, check_nothing_is_written, check_memory)
_OF_RULES: tuple[Property, ...] = (
    check_gradient,
    check_second_order,
    check_single_precision,
    check_form,
    check_raw_operands,
    check_independence,
    check_accumulation,
    check_examples,
)


def properties_of(primitive: Primitive) -> tuple[Property, ...]:
    """Give the properties that a primitive must have: those of its kind.

    >>> import autograd as ag
    >>> [each.__name__ for each in properties_of(ag.isnan)]
    ['check_value', 'check_constant', 'check_rules', 'check_nothing_is_written', 'check_memory']
    """
    if not primitive.differentiable:
        return _OF_ALL
    return (*_OF_ALL, *_OF_RULES, check_complex) if primitive.analytic else _OF_ALL + _OF_RULES


def check(call: Call) -> None:
    """Check that a call has all properties of its primitive; raises ``AssertionError`` if it lacks one."""
    for each in properties_of(call.primitive):
        each(call)


def _gradgradcheck(call: Call, tolerance: float, fast: bool | None = None) -> None:
    """Check second derivatives; the other modes have gone the same ways in the first order, and cost time."""
    gradgradcheck(call, *call.variables, tolerance=tolerance, forward=False, batched=False, fast=fast)


def _check_numpy(call: Call, function: Callable[..., Any]) -> None:
    """A NumPy function on arrays gives the value; on Tensors it gives the same and records this primitive."""
    name = f"np.{function.__name__}"
    # An attribute by itself may have another name in NumPy, or had one; several are named alike.
    is_alone = list(call.attributes) == list(call.primitive.attributes)[:1]
    by_place = list(call.attributes.values()) if is_alone else []
    attributes = {} if by_place else call.attributes
    expected = np.asarray(function(*call.operands, *by_place, **attributes))
    _assert_close(call().data, expected, 1e-14, str(call), f"{name} on the arrays", floor=1.0)
    leaves = [Tensor._made(variable).requires_grad_() for variable in call.variables]
    operands = call.operands_with(leaves) if leaves else [_as_tensor(operand) for operand in call.operands]
    result = function(*operands, *by_place, **attributes)
    if type(result) is not Tensor:
        raise AssertionError(f"{name} on Tensors gives {type(result).__name__}, no Tensor")
    _assert_same(result.data, call().data, f"{name} on Tensors", str(call))
    if leaves and _required(result.node).operation != call.primitive.name:
        raise AssertionError(f"{name} on Tensors records {_required(result.node).operation}, not {call.primitive.name}")


def _assert_same(array: Array, expected: Array, what: str, where: str) -> None:
    alike = (array.shape, array.dtype) == (expected.shape, expected.dtype)
    if not alike or array.tobytes() != expected.tobytes():
        raise AssertionError(f"{what} is {_shown(array)}; {where}: {_shown(expected)}")


def _assert_close(
    array: Array, expected: Array, tolerance: float, what: str, where: str, *, floor: float = 0.0
) -> None:
    """Compare, relative to the largest number that is expected, or to ``floor`` if that is larger."""
    size = np.max(np.abs(expected), initial=floor)
    if array.shape != expected.shape or not np.allclose(array, expected, rtol=0, atol=tolerance * size):
        raise AssertionError(f"{what} is {_shown(array)}; {where}: {_shown(expected)}")


def _shown(array: Array) -> str:
    return f"{describe(array)} {array.tolist()}"


def _assert_unchanged(call: Call, before: list[Any], run: Run) -> None:
    for place, operand in enumerate(call.operands):
        if _bytes(operand) != before[place]:
            raise AssertionError(
                f"{call}: the operand {operand_name(call.primitive, place)} was written into, which neither a forward "
                "nor a rule may do"
            )
    if not run.is_unchanged:
        raise AssertionError(f"{call}: a backward has written into the result or into the cotangent")


def _required(value: Any) -> Any:
    if value is None:
        raise AssertionError("there is no gradient, or no node, where there must be one")
    return value


def _random_like(array: Array) -> Array:
    """Random numbers of the shape and dtype of an array, the same ones each time."""
    random = np.random.default_rng(array.size)
    numbers = random.standard_normal(array.shape)
    if array.dtype.kind == "c":
        numbers = numbers + 1j * random.standard_normal(array.shape)
    return np.asarray(numbers).astype(array.dtype)


def _made_complex(array: Array) -> Array:
    """Add imaginary parts that are small enough to stay away from poles and cuts beside the real line."""
    if array.dtype.kind == "c":
        return array
    places = np.arange(array.size).reshape(array.shape)
    made: Array = array + 0.6j * np.cos(3 * array + places)
    return made


def _as_tensor(operand: Any) -> Any:
    return Tensor._made(operand) if isinstance(operand, np.ndarray) else operand


def _is_floating(operand: Any) -> bool:
    return isinstance(operand, np.ndarray) and operand.dtype.kind in "fc"


def _bytes(operand: Any) -> Any:
    return operand.tobytes() if isinstance(operand, np.ndarray) else operand
