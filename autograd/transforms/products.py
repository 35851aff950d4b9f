"""Products of a Jacobian with vectors: pulled back, pushed forward."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..errors import describe
from ..graph import Node
from ..modes import differentiating, transposing
from ..tensor import Tensor
from ..trees import paths
from .calls import Call, Function, check_function, node_of, shown, zeros_for
from .gradients import gradient_function
from .per_example import gradients_of_examples, variable_for

__all__ = ["hvp", "jvp", "linearize", "vhp", "vjp"]


def vjp(function: Function, *primals: Any, has_aux: bool = False) -> Any:
    """Compute ``function(*primals)``; give it with the function that pulls cotangents back through it.

    ``pullback(cotangent)`` takes a tree like the result and gives a tuple, for each argument its cotangent: the product
    of a vector with the Jacobian. It can be called any number of times. With ``has_aux`` a triple is given, of which
    the last is what the function gave besides.

    >>> import numpy as np, autograd as ag
    >>> value, pullback = ag.vjp(lambda x: x**2, np.array([1.0, 2.0, 3.0]))
    >>> pullback(np.array([1.0, 0.0, 10.0]))
    (array([ 2.,  0., 60.]),)
    """
    check_function("vjp", function)
    call = Call("vjp", function, range(len(primals)), primals, {}, has_aux=has_aux)
    pullback = _pulling("vjp", call)
    return (call.value(), pullback, call.aux()) if has_aux else (call.value(), pullback)


def _pulling(caller: str, call: Call) -> Function:
    """Give what pulls cotangents back through a call."""
    outputs, rebuild = call.outputs()

    def pullback(cotangent: Any) -> Any:
        weights = vectors_like(caller, "the cotangent", cotangent, "the result", rebuild(outputs), outputs)
        return _pulled(call, outputs, weights)

    return pullback


def _pulled(call: Call, outputs: Sequence[Tensor], weights: Sequence[Any]) -> tuple[Any, ...]:
    """Pull back weights of the leaves of the result."""
    recorded = any(isinstance(weight, Tensor) and weight.requires_grad for weight in weights)
    gradients = call.pull(outputs, weights, once=False, recorded=recorded)
    return tuple(each.show(gradients) for each in call.variables)


def linearize(function: Function, *primals: Any, has_aux: bool = False) -> Any:
    """Compute ``function(*primals)``; give it with the function that pushes tangents forward through it.

    ``push(*tangents)`` takes a tree like each argument and gives one like the result: the product of the Jacobian with
    a vector. It can be called any number of times. Pulling back is linear in the cotangent, and the transpose of
    pulling back is pushing forward: rules that record themselves are all it takes (Christianson, "Automatic Hessians by
    reverse accumulation", 1992). With ``has_aux`` a triple is given, of which the last is what the function gave
    besides.

    >>> import numpy as np, autograd as ag
    >>> value, push = ag.linearize(lambda x: x**2, np.array([1.0, 2.0, 3.0]))
    >>> push(np.array([1.0, 0.0, 10.0]))
    array([ 2.,  0., 60.])
    """
    check_function("linearize", function)
    call = Call("linearize", function, range(len(primals)), primals, {}, has_aux=has_aux)
    pushing = Pushing(call)

    def push(*tangents: Any) -> Any:
        return pushing.tree(tangents)

    return (call.value(), push, call.aux()) if has_aux else (call.value(), push)


class Pushing:
    """Pushes tangents forward through a call, as often as wanted."""

    def __init__(self, call: Call) -> None:
        self._call = call
        self._outputs, self._rebuild = call.outputs()
        with differentiating():
            self.cotangents = [variable_for(zeros_for(out)) for out in self._outputs]
            with transposing(), np.errstate(all="ignore"):  # as 0 times infinity
                self._pulled = call.pull(self._outputs, self.cotangents, once=False, recorded=True)

    def pulled(self, variable: Tensor) -> Tensor:
        """Give what is pulled back to a variable, as a function of the cotangents; of nothing, zeros."""
        found = self._pulled.get(node_of(variable))
        return zeros_for(variable) if found is None else found

    def tree(self, tangents: Sequence[Any]) -> Any:
        """Push a tangent for each argument; give a tree like the result."""
        vectors = _vectors_of("tangent", self._call, tangents)
        as_tensors = self._call.gives_tensors or any(isinstance(vector, Tensor) for vector in vectors)
        return self._rebuild([shown(pushed, as_tensors) for pushed in self.leaves(self._call.leaves, vectors)])

    def leaves(self, variables: Sequence[Tensor], vectors: Sequence[Any]) -> list[Tensor]:
        """Push a tangent for each of some variables; give what the leaves of the result change by."""
        along = [(self._pulled.get(node_of(each)), vector) for each, vector in zip(variables, vectors, strict=True)]
        reached = [(gradient, vector) for gradient, vector in along if gradient is not None and gradient.requires_grad]
        found: dict[Node, Tensor] = {}
        if reached:
            gradients, weights = zip(*reached, strict=True)
            recorded = self._call.creates_graph or any(isinstance(v, Tensor) and v.requires_grad for v in weights)
            found = gradients_of_examples(gradients, weights, self.cotangents, True, recorded, self._call.caller)
        pushed = [found.get(node_of(each)) for each in self.cotangents]
        return [zeros_for(out) if each is None else each for out, each in zip(self._outputs, pushed, strict=True)]


def jvp(function: Function, primals: Sequence[Any], tangents: Sequence[Any], has_aux: bool = False) -> Any:
    """Compute ``function(*primals)``, and what it changes by when the arguments change by small ``tangents``.

    Gives the pair of both: the second is the product of the Jacobian with the tangents. With ``has_aux`` a triple is
    given, of which the last is what the function gave besides.

    >>> import numpy as np, autograd as ag
    >>> value, tangent = ag.jvp(np.sin, (0.0,), (2.0,))
    >>> float(value), float(tangent)
    (0.0, 2.0)
    """
    call, pushed = _pushed("jvp", function, primals, tangents, has_aux)
    return (call.value(), pushed, call.aux()) if has_aux else (call.value(), pushed)


def _pushed(
    caller: str, function: Function, primals: Sequence[Any], tangents: Sequence[Any], has_aux: bool = False
) -> tuple[Call, Any]:
    """Call a function, and push tangents through it; ``caller`` is what errors begin with."""
    check_function(caller, function)
    _check_tuples(caller, primals=primals, tangents=tangents)
    call = Call(caller, function, range(len(primals)), primals, {}, has_aux=has_aux)
    return call, Pushing(call).tree(tangents)


def _check_tuples(caller: str, **given: Any) -> None:
    for name, values in given.items():
        if not isinstance(values, (tuple, list)):
            raise TypeError(
                f"{caller}: {name} is a tuple, with one value for each argument, got a {type(values).__name__}"
            )


def _vectors_of(name: str, call: Call, trees: Sequence[Any]) -> list[Any]:
    """Check that there is a tree of vectors for each argument, like it; give the leaves of all."""
    if len(trees) != len(call.variables):
        raise TypeError(f"{call.caller}: there are {len(call.variables)} arguments, and {name}s for {len(trees)}")
    vectors: list[Any] = []
    for place, (tree, each) in enumerate(zip(trees, call.variables, strict=True)):
        like = each.rebuild(each.leaves)
        vectors += vectors_like(call.caller, f"{name} {place}", tree, f"argument {place}", like, each.leaves)
    return vectors


def vectors_like(caller: str, name: str, tree: Any, other_name: str, other: Any, leaves: Sequence[Tensor]) -> list[Any]:
    """Check that a tree of vectors has the structure and the shapes of another one; give its leaves."""
    found, expected = dict(paths(tree)), dict(paths(other))
    if found.keys() != expected.keys():
        raise ValueError(
            f"{caller}: {name} must have the structure of {other_name}, with leaves at {list(expected)}; has them at "
            f"{list(found)}"
        )
    vectors = []
    for path, leaf in zip(expected, leaves, strict=True):
        value = found[path]
        vector = value if hasattr(value, "dtype") else np.asarray(value)
        if vector.dtype.kind not in "biufc":
            raise TypeError(f"{caller}: {name}{path} must be numbers, got {describe(value)}")
        if vector.shape != leaf.shape:
            raise ValueError(
                f"{caller}: {name}{path} must have the shape of {other_name}, {leaf.shape}, got {vector.shape}"
            )
        if vector.dtype.kind == "c" and leaf.dtype.kind != "c":
            raise TypeError(f"{caller}: {name}{path} is complex, and {other_name} is {leaf.dtype}")
        vectors.append(vector.astype(leaf.dtype) if vector.dtype != leaf.dtype else vector)
    return vectors


# Products with the Hessian


def hvp(function: Function, primals: Sequence[Any], tangents: Sequence[Any], has_aux: bool = False) -> Any:
    """Compute the product of the Hessian of a function, which gives one number, with a vector.

    ``primals`` are the arguments, ``tangents`` the vector, in a tuple, with a tree like each argument. Gives a tuple
    of the same structure. It is what the gradient changes by along the vector; no Hessian is made. With ``has_aux`` a
    pair is given, of which the second is what the function gave besides.

    >>> import numpy as np, autograd as ag
    >>> ag.hvp(lambda x: np.sum(x**3), (np.array([1.0, 2.0]),), (np.array([1.0, 10.0]),))
    (array([  6., 120.]),)
    """
    call, product = _pushed("hvp", _gradient("hvp", function, primals, has_aux), primals, tangents, has_aux)
    return (product, call.aux()) if has_aux else product


def vhp(function: Function, primals: Sequence[Any], cotangents: Sequence[Any], has_aux: bool = False) -> Any:
    """Compute the product of a vector with the Hessian of a function, which gives one number.

    As ``hvp``, since a Hessian is symmetric, but quicker: it is the gradient of the gradient along the vector. With
    ``has_aux`` a pair is given, of which the second is what the function gave besides.

    >>> import numpy as np, autograd as ag
    >>> ag.vhp(lambda x: np.sum(x**3), (np.array([1.0, 2.0]),), (np.array([1.0, 10.0]),))
    (array([  6., 120.]),)
    """
    gradient = _gradient("vhp", function, primals, has_aux)
    _check_tuples("vhp", cotangents=cotangents)
    call = Call("vhp", gradient, range(len(primals)), primals, {}, has_aux=has_aux)
    outputs, _ = call.outputs()
    product = _pulled(call, outputs, _vectors_of("cotangent", call, cotangents))
    return (product, call.aux()) if has_aux else product


def _gradient(caller: str, function: Function, primals: Sequence[Any], has_aux: bool) -> Function:
    check_function(caller, function)
    _check_tuples(caller, primals=primals)
    return gradient_function(caller, function, tuple(range(len(primals))), has_aux)
