"""How NumPy's own functions meet a Tensor: NEP 13 for ufuncs, NEP 18 for all others.

A NumPy function that has been declared here records like ours. One that has not raises when a Tensor that requires
grad would silently lose its gradient in it, and gives plain results otherwise.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

import numpy as np

from . import core_axes
from .errors import named
from .forms import call_of, form_of
from .modes import current_mode
from .registry import by_numpy, operations

if TYPE_CHECKING:
    from .tensor import Tensor

#: The operations that a method of a binary ufunc stands for.
_REDUCTIONS = {
    "add": "sum",
    "multiply": "prod",
    "maximum": "max",
    "minimum": "min",
    "logaddexp": "logsumexp",
    "logical_and": "all",
    "logical_or": "any",
}
_ACCUMULATIONS = {
    "add": "cumsum",
    "multiply": "cumprod",
    "maximum": "cumulative_max",
    "minimum": "cumulative_min",
    "logaddexp": "cumulative_logsumexp",
}

#: What a function may raise without saying that it was this one.
_UNEXPLAINED = (TypeError, ValueError, IndexError, OverflowError, ZeroDivisionError, AttributeError)


class NumPyProtocols:
    """The part of a Tensor that NumPy talks to."""

    __slots__ = ()

    #: Above ndarray's 0, for code older than ``__array_ufunc__``.
    __array_priority__ = 1000.0

    if TYPE_CHECKING:
        data: Any
        requires_grad: bool

        def _become(self, result: Tensor, operation: str) -> Any: ...
        @classmethod
        def _made(cls, array: Any) -> Tensor: ...

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **options: Any) -> Any:
        """Answer a ufunc call; ``out=``, ``where=``, ``dtype=`` mean what they mean for arrays."""
        call = call_of(ufunc) if method == "__call__" else f"{call_of(ufunc)}.{method}"
        out = options.pop("out", None)
        if method == "at":
            return self._apply_at(ufunc, call, inputs)
        if method == "__call__":
            result = self._call_ufunc(ufunc, call, inputs, out, options)
        elif method == "outer":
            x, y = (operations.asarray(operand) for operand in inputs)
            inputs = (operations.reshape(x, x.shape + (1,) * y.ndim), y)
            result = self._call_ufunc(ufunc, call, inputs, out, options)
        elif method == "reduce" and ufunc.__name__ in _REDUCTIONS:
            from .primitives.partial_reductions import reduced

            _refuse_unknown(call, options, ("axis", "dtype", "keepdims", "initial", "where"))
            result = reduced(call, _REDUCTIONS[ufunc.__name__], *inputs, **({"axis": 0} | options))
        elif method == "accumulate" and ufunc.__name__ in _ACCUMULATIONS:
            _refuse_unknown(call, options, ("axis", "dtype"))
            result = self._accumulate(ufunc, call, *inputs, **options)
        elif method == "reduceat" and ufunc is np.add:
            from .primitives.stretches import add_reduceat

            _refuse_unknown(call, options, ("axis", "dtype"))
            result = add_reduceat(call, *inputs, **options)
        else:
            result = self._plain(getattr(ufunc, method), call, inputs, options)
        return result if out is None else _write(result, out, call)

    def _call_ufunc(
        self, ufunc: np.ufunc, call: str, inputs: tuple[Any, ...], out: Any, options: dict[str, Any]
    ) -> Any:
        function = by_numpy[ufunc]
        if function is None:
            return self._plain(ufunc, call, inputs, options)
        if not options:
            return function(*inputs)
        has_core_axes = ufunc.signature is not None
        _refuse_unknown(call, options, ("dtype", *core_axes.OPTIONS) if has_core_axes else ("where", "dtype"))
        dtype = options.get("dtype")
        if dtype is not None:
            inputs = tuple(_cast(operand, dtype, call) for operand in inputs)
        if has_core_axes:
            return core_axes.with_core_axes(call, ufunc, function, inputs, options)
        where = options.get("where", True)
        return function(*inputs) if where is True else _where(call, function, inputs, where, out)

    def _accumulate(self, ufunc: np.ufunc, call: str, x: Any, axis: int = 0, dtype: Any = None) -> Any:
        name = _ACCUMULATIONS[ufunc.__name__]
        if dtype is None:
            return getattr(operations, name)(x, axis=axis)
        if name in ("cumsum", "cumprod"):
            return getattr(operations, name)(x, axis=axis, dtype=dtype)
        return getattr(operations, name)(_cast(x, dtype, call), axis=axis)

    def _apply_at(self, ufunc: np.ufunc, call: str, inputs: tuple[Any, ...]) -> None:
        from .primitives.writing_at import apply_at

        function = by_numpy[ufunc]
        if function is None or ufunc.nout > 1 or ufunc.signature is not None:
            if _requires_grad(inputs):
                raise TypeError(f"{call} has no gradient rule in autograd, and an operand requires grad")
            raise TypeError(f"{call} on a Tensor is not covered; write x[index] = value")
        apply_at(call, ufunc, function, *inputs)

    def __array_function__(
        self, function: Callable[..., Any], types: Iterable[type], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> Any:
        """Answer a NumPy function that is not a ufunc."""
        ours = by_numpy[function]
        try:
            if ours is None:
                out = kwargs.pop("out", None)
                result = self._plain(function, call_of(function), args, kwargs)
            else:
                target, args, kwargs, out = form_of(function, ours).arranged(args, kwargs)
                result = target(*args, **kwargs)
        except _UNEXPLAINED as error:
            better = named(error, call_of(function), args, kwargs)
            if better is error:
                raise
            raise better from error
        return result if out is None else _write(result, out if isinstance(out, tuple) else (out,), call_of(function))

    def _plain(self, function: Callable[..., Any], call: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Run a function that has no rule on the arrays, unless that would lose a gradient."""
        if current_mode().recording and _requires_grad((args, kwargs)):
            raise TypeError(
                f"{call} has no gradient rule in autograd, and an operand requires grad. Pass it as detach() if its "
                "gradient is not wanted, or build the function from operations that have one (autograd.primitive "
                "declares new ones)"
            )
        return self._wrapped(function(*_unwrapped(args), **_unwrapped(kwargs)))

    def _wrapped(self, result: Any) -> Any:
        if isinstance(result, (np.ndarray, np.generic)):
            return self._made(np.array(result))
        if isinstance(result, (tuple, list)):
            parts = [self._wrapped(part) for part in result]
            return type(result)(*parts) if hasattr(result, "_fields") else type(result)(parts)
        return result


def _requires_grad(value: Any) -> bool:
    """Whether a Tensor that requires grad is in there, however deep."""
    if isinstance(value, NumPyProtocols):
        return value.requires_grad
    if isinstance(value, dict):
        return any(_requires_grad(part) for part in value.values())
    return isinstance(value, (tuple, list)) and any(_requires_grad(part) for part in value)


def _unwrapped(value: Any) -> Any:
    """The same with arrays in the place of Tensors, which nobody can write into."""
    if isinstance(value, NumPyProtocols):
        return value.data
    if isinstance(value, dict):
        return {key: _unwrapped(part) for key, part in value.items()}
    if isinstance(value, (tuple, list)):
        return type(value)(_unwrapped(part) for part in value)
    return value


def _where(call: str, function: Callable[..., Any], inputs: tuple[Any, ...], where: Any, out: Any) -> Any:
    """Compute the elements that are chosen, and no other: none warns, and no NaN comes from there."""
    if out is None or any(each is None for each in out):
        raise TypeError(f"{call}: where= leaves the other elements undefined unless out= gives them; give both")
    where = operations.asarray(where)
    if where.dtype.kind != "b":
        raise TypeError(f"{call}: where is an array of booleans, got {where.dtype}")
    shape = np.broadcast_shapes(where.shape, *map(np.shape, inputs), *(each.shape for each in out))
    chosen = operations.broadcast_to(where, shape)
    operands = [
        each
        if isinstance(each, (bool, int, float, complex))
        else operations.take_index(operations.broadcast_to(operations.asarray(each), shape), chosen)
        for each in inputs
    ]
    result = function(*operands)
    parts = result if isinstance(result, tuple) else (result,)
    written = []
    for part, kept in zip(parts, out, strict=True):
        whole = operations.broadcast_to(operations.asarray(kept), shape)
        whole = operations.astype(whole, np.result_type(whole.dtype, part.dtype))
        written.append(operations.assign(whole, chosen, part))
    return tuple(written) if isinstance(result, tuple) else written[0]


def _refuse_unknown(call: str, options: dict[str, Any], known: tuple[str, ...]) -> None:
    for name in options:
        if name not in known:
            raise TypeError(f"{call} on a Tensor does not take {name}=; it takes {', '.join(known)}")


def _cast(operand: Any, dtype: Any, call: str) -> Any:
    """Convert an operand as ``dtype=`` of a ufunc asks for, which refuses to lose anything."""
    tensor = operations.asarray(operand)
    if not np.can_cast(tensor.dtype, dtype, "same_kind"):
        raise TypeError(f"{call}: dtype={np.dtype(dtype)} would lose something of an operand of dtype {tensor.dtype}")
    return operations.astype(tensor, dtype)


def _write(result: Any, out: tuple[Any, ...], call: str) -> Any:
    """Put a result where ``out=`` asks for it: a Tensor moves on to it, a plain array can hold plain numbers only."""
    if isinstance(result, tuple):
        return tuple(_write(part, (target,), call) for part, target in zip(result, out, strict=True))
    (target,) = out
    if target is None:
        return result
    if isinstance(target, NumPyProtocols):
        return target._become(result, f"{call} with out=")
    if not isinstance(target, np.ndarray):
        raise TypeError(f"{call}: out is a Tensor or an array to write into, got {target!r}")
    if _requires_grad(result):
        raise TypeError(
            f"{call}: the result requires grad and an array given as out= cannot record it. Leave out= away, write "
            "x = x + t for x += t, or detach() the operands"
        )
    np.copyto(target, _unwrapped(result), casting="same_kind")
    return target
