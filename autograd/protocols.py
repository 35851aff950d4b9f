"""How NumPy's own functions meet a Tensor: NEP 13 for ufuncs, NEP 18 for all others.

A NumPy function that has been declared here records like ours. One that has not raises when a Tensor that requires
grad would silently lose its gradient in it, and gives plain results otherwise.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

import numpy as np

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
}


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
        call = f"np.{ufunc.__name__}" if method == "__call__" else f"np.{ufunc.__name__}.{method}"
        out = options.pop("out", None)
        if method == "__call__":
            result = self._call_ufunc(ufunc, call, inputs, out, options)
        elif method == "reduce" and ufunc.__name__ in _REDUCTIONS:
            options.setdefault("axis", 0)
            _refuse_unknown(call, options, ("axis", "dtype", "keepdims"))
            result = getattr(operations, _REDUCTIONS[ufunc.__name__])(*inputs, **options)
        elif method == "accumulate" and ufunc.__name__ in _ACCUMULATIONS:
            options.setdefault("axis", 0)
            _refuse_unknown(call, options, ("axis", "dtype"))
            result = getattr(operations, _ACCUMULATIONS[ufunc.__name__])(*inputs, **options)
        elif method == "outer" and not options:
            x, y = (operations.asarray(operand) for operand in inputs)
            result = self._call_ufunc(ufunc, call, (operations.reshape(x, x.shape + (1,) * y.ndim), y), None, {})
        elif method == "at":
            raise TypeError(
                f"{call} writes into its first operand and cannot be recorded; "
                "use x[index] += value, or add np.bincount-like sums with x + ..."
                if _requires_grad(inputs)
                else f"{call} on a Tensor is not covered; use x[index] += value"
            )
        else:
            result = self._plain(getattr(ufunc, method), call, inputs, options)
        return result if out is None else _write(result, out, call)

    def _call_ufunc(
        self, ufunc: np.ufunc, call: str, inputs: tuple[Any, ...], out: Any, options: dict[str, Any]
    ) -> Any:
        function = by_numpy[ufunc]
        if function is None:
            return self._plain(ufunc, call, inputs, options)
        _refuse_unknown(call, options, ("where", "dtype"))
        dtype = options.get("dtype")
        if dtype is not None:
            inputs = tuple(_cast(operand, dtype, call) for operand in inputs)
        result = function(*inputs)
        where = options.get("where", True)
        if where is True:
            return result
        if out is None:
            raise TypeError(f"{call}: where= leaves the other elements undefined unless out= gives them; give both")
        return operations.where(where, result, out[0])

    def __array_function__(
        self, function: Callable[..., Any], types: Iterable[type], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> Any:
        """Answer a NumPy function that is not a ufunc."""
        call = f"{function.__module__.replace('numpy', 'np')}.{function.__name__}"
        args, out = _without_out(function, args)
        out = kwargs.pop("out", out)
        ours = by_numpy[function]
        result = self._plain(function, call, args, kwargs) if ours is None else ours(*args, **kwargs)
        return result if out is None else _write(result, out if isinstance(out, tuple) else (out,), call)

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


@functools.cache
def _place_of_out(function: Callable[..., Any]) -> int | None:
    """At which position a NumPy function takes ``out``."""
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return None
    names = [parameter.name for parameter in parameters if parameter.kind is parameter.POSITIONAL_OR_KEYWORD]
    return names.index("out") if "out" in names else None


def _without_out(function: Callable[..., Any], args: tuple[Any, ...]) -> tuple[tuple[Any, ...], Any]:
    """Take ``out``, if it is given by position, from the arguments; what stands behind it cannot stay."""
    place = _place_of_out(function)
    if place is None or len(args) <= place:
        return args, None
    if len(args) > place + 1:
        raise TypeError(f"np.{function.__name__}: give out and all that follows it by name")
    return args[:place], args[place]


def _write(result: Any, out: tuple[Any, ...], call: str) -> Any:
    """Put a result where ``out=`` asks for it: a Tensor moves on to it, a plain array can hold plain numbers only."""
    if isinstance(result, tuple):
        return tuple(_write(part, (target,), call) for part, target in zip(result, out, strict=True))
    (target,) = out
    if target is None:
        return result
    if isinstance(target, NumPyProtocols):
        return target._become(result, f"{call} with out=")
    if _requires_grad(result):
        raise TypeError(
            f"{call}: the result requires grad and an array given as out= cannot record it. Leave out= away, write "
            "x = x + t for x += t, or detach() the operands"
        )
    np.copyto(target, _unwrapped(result), casting="same_kind")
    return target
