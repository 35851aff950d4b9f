"""Gradients of functions."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from typing import Any, overload

from ..errors import describe
from ..registry import operations
from ..tensor import Tensor
from .calls import Argnum, Call, Function, argnums_of, check_function, one_or_all
from .of_tensors import gradients_of_tensors

__all__ = ["elementwise_grad", "grad", "value_and_grad"]


@overload
def grad(function: Function, argnum: Argnum = 0, has_aux: bool = False) -> Function: ...


@overload
def grad(
    outputs: Tensor | Sequence[Tensor],
    inputs: Tensor | Sequence[Tensor],
    grad_outputs: Any = None,
    retain_graph: bool | None = None,
    create_graph: bool = False,
    allow_unused: bool | None = None,
    materialize_grads: bool = False,
) -> tuple[Tensor | None, ...]: ...


def grad(*args: Any, **options: Any) -> Any:
    """Give the function that computes the gradient of ``function``: ``grad(function, argnum=0, has_aux=False)``.

    Called with Tensors in the first place instead of a function, it is PyTorch's function of the same name:
    ``grad(outputs, inputs, grad_outputs=None, retain_graph=None, create_graph=False, allow_unused=False,
    materialize_grads=False)``, which gives a tuple of the gradients of the outputs' sum by each input.

    Parameters
    ----------
    function
        Gives one real number.
    argnum
        The argument that is differentiated by: its position or name, or several in a tuple, for a tuple of gradients.
    has_aux
        Whether the function gives a pair, of which the second part is passed on: the gradient comes with it.
    outputs, inputs
        Tensors, or sequences of them; the inputs require grad.
    grad_outputs
        Weights of the outputs, of their shapes; may be left out for outputs of one element.
    retain_graph, create_graph
        As in ``Tensor.backward``.
    allow_unused, materialize_grads
        What an input gets that the outputs do not depend on: an error by default, ``None``, or zeros.

    Raises
    ------
    TypeError
        If the argument is not floating or complex, or the result is not floating.
    RuntimeError
        If the result of the function is not one real number; if outputs of several elements have no weights, or an
        input is unused and that is not allowed.

    >>> import numpy as np, autograd as ag
    >>> float(ag.grad(np.tanh)(0.0))
    1.0
    >>> ag.grad(lambda p: np.sum(p["w"] ** 2) + p["b"])({"w": np.array([1.0, 2.0]), "b": 3.0})
    {'w': array([2., 4.]), 'b': np.float64(1.0)}
    >>> float(ag.grad(ag.grad(ag.grad(lambda x: x**4)))(1.0))
    24.0
    >>> x = ag.Tensor([1.0, 2.0], requires_grad=True)
    >>> ag.grad((x**2).sum(), x)
    (Tensor([2., 4.], dtype=float64),)
    """
    if not args and not {"function", "outputs"} & options.keys():
        raise TypeError("grad: takes a function, or Tensors: grad(function) or grad(outputs, inputs)")
    of_tensors = "outputs" in options or isinstance(args[0] if args else None, (Tensor, list, tuple))
    known = _OF_TENSORS if of_tensors else _OF_FUNCTION
    if unknown := [name for name in options if name not in known] or args[len(known) :]:
        raise TypeError(f"grad: takes {', '.join(known)}; got {unknown[0]!r} besides")
    if twice := [name for name in known[: len(args)] if name in options]:
        raise TypeError(f"grad: {twice[0]!r} is given twice, by position and by name")
    if of_tensors and len(args) < 2 and "inputs" not in options:
        raise TypeError("grad: Tensors take inputs, too: grad(outputs, inputs)")
    return gradients_of_tensors(*args, **options) if of_tensors else gradient_function("grad", *args, **options)


_OF_FUNCTION = ("function", "argnum", "has_aux")
_OF_TENSORS = (
    *("outputs", "inputs", "grad_outputs", "retain_graph", "create_graph"),
    *("allow_unused", "materialize_grads"),
)


def gradient_function(caller: str, function: Function, argnum: Argnum = 0, has_aux: bool = False) -> Function:
    """Give the function that computes the gradient; ``caller`` is what errors begin with."""
    both = _value_and_gradient(caller, function, argnum, has_aux)

    @functools.wraps(function, updated=())
    def gradient(*args: Any, **kwargs: Any) -> Any:
        call, gradients = both(args, kwargs)
        return (gradients, call.aux()) if has_aux else gradients

    return gradient


def value_and_grad(function: Function, argnum: Argnum = 0, has_aux: bool = False) -> Function:
    """Give the function that computes both the value and the gradient of ``function``; see ``grad``.

    With ``has_aux``, the value is a pair, too: ``((value, aux), gradient)``.

    >>> import autograd as ag
    >>> value, gradient = ag.value_and_grad(lambda x, y: x * y, argnum=(0, 1))(2.0, 3.0)
    >>> float(value), [float(g) for g in gradient]
    (6.0, [3.0, 2.0])
    """
    both = _value_and_gradient("value_and_grad", function, argnum, has_aux)

    @functools.wraps(function, updated=())
    def value_and_gradient(*args: Any, **kwargs: Any) -> Any:
        call, gradients = both(args, kwargs)
        return ((call.value(), call.aux()) if has_aux else call.value()), gradients

    return value_and_gradient


def _value_and_gradient(
    caller: str, function: Function, argnum: Argnum, has_aux: bool
) -> Callable[[Sequence[Any], Mapping[str, Any]], tuple[Call, Any]]:
    check_function(caller, function)
    argnums = argnums_of(argnum)

    def compute(args: Sequence[Any], kwargs: Mapping[str, Any]) -> tuple[Call, Any]:
        call = Call(caller, function, argnums, args, kwargs, has_aux=has_aux)
        gradients = call.pull([_one_number(call)], [None], once=True)
        return call, one_or_all([each.show(gradients) for each in call.variables], argnum)

    return compute


def _one_number(call: Call) -> Tensor:
    """Give the result, after checking that it is one real number."""
    out = call.output()
    if out.dtype.kind == "c":
        raise RuntimeError(
            f"{call.caller}: the function gives {describe(out)}, and only a real number has a gradient; take its real "
            "part or its absolute value, or use vjp or jvp"
        )
    if out.size != 1:
        raise RuntimeError(
            f"{call.caller}: the function gives {describe(out)}, and only a single number has a gradient; reduce it, "
            "as with np.sum, or use jacobian for all derivatives, vjp for a weighted sum, elementwise_grad where each "
            "element depends on its own"
        )
    return out


def elementwise_grad(function: Function, argnum: Argnum = 0, has_aux: bool = False) -> Function:
    """Give the function that computes the derivative of each element of the result, by that element of the argument.

    It is the gradient of the results' sum: what is meant where each element of the result depends on one element of
    the argument alone. ``argnum`` and ``has_aux`` as for ``grad``.

    >>> import numpy as np, autograd as ag
    >>> ag.elementwise_grad(np.sin)(np.array([0.0, np.pi]))
    array([ 1., -1.])
    """
    check_function("elementwise_grad", function)
    argnums = argnums_of(argnum)

    @functools.wraps(function, updated=())
    def derivative(*args: Any, **kwargs: Any) -> Any:
        call = Call("elementwise_grad", function, argnums, args, kwargs, has_aux=has_aux)
        out = call.output()
        gradients = call.pull([out], [operations.ones_like(out)], once=True)
        found = one_or_all([each.show(gradients) for each in call.variables], argnum)
        return (found, call.aux()) if has_aux else found

    return derivative
