"""vmap: functions of one example, computed for many at once."""

from __future__ import annotations

import functools
import operator
from collections.abc import Mapping, Sequence
from typing import Any, Literal

import numpy as np

from ..errors import describe
from ..registry import operations
from ..tensor import Tensor
from ..trees import flatten, paths
from .batching import Batched
from .calls import Function, check_function, shown
from .per_example import mapping, whole_of

__all__ = ["vmap"]

#: Along which axis the examples are, for a whole tree or for each of its branches; ``None``: the same for all.
Axes = Any


def vmap(
    function: Function,
    in_axes: Axes = 0,
    out_axes: Axes = 0,
    *,
    loops: bool = True,
    randomness: Literal["error", "same"] = "error",
) -> Function:
    """Give the function that computes ``function`` for many examples at once.

    Written for one example, a function is called once, with Tensors that stand for all of them: each operation is done
    to the whole batch. That is quicker than a loop, and gives derivatives for each example, as in
    ``vmap(grad(loss), in_axes=(None, 0, 0))``. It nests, and goes with all other transforms in any order.

    Most primitives have a batching rule: elementwise functions, reductions, products, matrices, shapes, indices. Any
    other is applied to one example after the other, and the results are stacked; ``loops=False`` refuses that, and
    says which it was. A function must not look at values, by an ``if`` or ``float()``: use ``np.where``.

    Parameters
    ----------
    function
        Takes and gives arrays, numbers, Tensors, or trees of them.
    in_axes
        Along which axis of the arguments the examples are: an integer, or ``None`` for what is the same for all; a
        tuple with one for each positional argument; and for an argument of dicts, lists and tuples, the same structure
        or its upper part. Keyword arguments are options, the same for all.
    out_axes
        Along which axis of the results the examples shall be; in the same forms, for the result.
    loops
        Whether a primitive without batching rule may be applied to one example after the other.
    randomness
        What becomes of random numbers that the function draws from ``autograd.generator()``, for dropout, say: by
        default ``"error"``, as they would be the same for all examples; ``"same"`` if that is meant.

    Returns
    -------
    Function
        It takes what ``function`` takes with one axis more, and gives what it gives with one axis more: arrays for
        arrays, and Tensors if an argument is one or the result requires grad.

    Raises
    ------
    ValueError
        If lengths differ, an axis is not there, or ``in_axes`` and ``out_axes`` do not fit the structure.
    TypeError
        If a result is no array or number, or a keyword argument is an array.
    RuntimeError
        If the function looks at values that differ from one example to the other, or draws random numbers.

    >>> import numpy as np, autograd as ag
    >>> distances = ag.vmap(lambda x, y: np.sqrt(np.sum((x - y) ** 2)), in_axes=(0, None))
    >>> distances(np.array([[3.0, 4.0], [0.0, 1.0]]), np.zeros(2))
    array([5., 1.])
    >>> loss = lambda w, x, y: (np.dot(w, x) - y) ** 2
    >>> X, Y = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([0.0, 1.0])
    >>> ag.vmap(ag.grad(loss), in_axes=(None, 0, 0))(np.array([1.0, 1.0]), X, Y)
    array([[ 6., 12.],
           [36., 48.]])
    """
    check_function("vmap", function)
    if randomness not in ("error", "same"):
        raise ValueError(f"vmap: randomness is 'error' or 'same', got {randomness!r}")

    @functools.wraps(function, updated=())
    def mapped(*args: Any, **kwargs: Any) -> Any:
        _refuse_arrays(kwargs)
        axes = _axes_of_leaves("in_axes", in_axes, "the arguments", args)
        leaves, rebuild = flatten(args)
        wholes = [_whole(path, leaf, axis) for (path, leaf), axis in zip(paths(args), axes, strict=True)]
        with mapping(_count(wholes, axes), loops=loops, is_random=randomness == "same") as level:
            given = [x if axis is None else Batched(x, level) for x, axis in zip(wholes, axes, strict=True)]
            result = function(*rebuild(given), **kwargs)
            as_tensors = any(isinstance(leaf, Tensor) for leaf in leaves)
        return _collected(result, out_axes, level, as_tensors)

    return mapped


def _refuse_arrays(kwargs: Mapping[str, Any]) -> None:
    for name, value in kwargs.items():
        if any(getattr(leaf, "shape", ()) for leaf in flatten(value)[0]):
            raise TypeError(
                f"vmap: keyword arguments are the same for all examples, and {name!r} has an array; give it by "
                "position, with its axis (or None) in in_axes"
            )


def _axes_of_leaves(name: str, axes: Axes, whose: str, tree: Any) -> list[int | None]:
    """Give for each leaf of a tree the axis that is given for it, or for a branch that it is on."""
    if not isinstance(axes, (tuple, list, Mapping)):
        axis = None if axes is None else _integer(name, axes)
        return [axis for _ in paths(tree)]
    pairs: list[tuple[Axes, Any]] = []
    if isinstance(axes, Mapping):
        fits = isinstance(tree, Mapping) and tree.keys() == axes.keys()
        pairs = [(axes[key], branch) for key, branch in tree.items()] if fits else []
    else:
        fits = isinstance(tree, (tuple, list)) and len(tree) == len(axes)
        pairs = list(zip(axes, tree, strict=True)) if fits else []
    if not fits:
        raise ValueError(f"vmap: {name} has {axes!r} for {_structure(tree)} in {whose}; the structures must be alike")
    return [axis for part, branch in pairs for axis in _axes_of_leaves(name, part, whose, branch)]


def _integer(name: str, axis: Any) -> int:
    if isinstance(axis, bool) or not hasattr(axis, "__index__"):
        raise TypeError(f"vmap: {name} holds integers and None, got {axis!r}")
    return operator.index(axis)


def _structure(tree: Any) -> str:
    if isinstance(tree, Mapping):
        return f"a {type(tree).__name__} with the keys {list(tree)}"
    if isinstance(tree, (tuple, list)):
        return f"a {type(tree).__name__} of {len(tree)}"
    return f"a {type(tree).__name__}"


def _whole(path: str, leaf: Any, axis: int | None) -> Any:
    """Give an argument with its examples along the first axis; what is the same for all as a Tensor, if an array."""
    if axis is None:
        return operations.asarray(leaf) if isinstance(leaf, np.ndarray) else leaf  # which a batch can be an index of
    whole = operations.asarray(leaf)
    if not -whole.ndim <= axis < whole.ndim:
        raise ValueError(
            f"vmap: in_axes has the axis {axis} for args{path}, which is {describe(leaf)}; None is for what is the "
            "same for all examples"
        )
    return operations.moveaxis(whole, axis, 0) if axis else whole


def _count(wholes: Sequence[Any], axes: Sequence[int | None]) -> int:
    """Give how many examples there are, as all arguments must agree."""
    counts = [len(whole) for whole, axis in zip(wholes, axes, strict=True) if axis is not None]
    if not counts:
        raise ValueError("vmap: no argument has an axis of examples: in_axes is None for all, or there are none")
    if len(set(counts)) > 1:
        raise ValueError(f"vmap: the arguments have several numbers of examples, {counts}; they must be the same")
    return counts[0]


def _collected(result: Any, out_axes: Axes, level: mapping, as_tensors: bool) -> Any:
    """Give a result with the axis of the examples in its place."""
    axes = _axes_of_leaves("out_axes", out_axes, "the result", result)
    leaves, rebuild = flatten(result)
    return rebuild([_placed(leaf, axis, level, as_tensors) for leaf, axis in zip(leaves, axes, strict=True)])


def _placed(leaf: Any, axis: int | None, level: mapping, as_tensors: bool) -> Any:
    try:
        whole = operations.asarray(leaf) if axis is None else whole_of(leaf, level)
    except TypeError as error:
        raise TypeError(f"vmap: the function gave {describe(leaf)}, and not an array, a number or a Tensor") from error
    if axis is not None:
        if not -whole.ndim <= axis < whole.ndim:
            raise ValueError(f"vmap: out_axes has the axis {axis} for a result of {whole.ndim} axes with the examples'")
        whole = operations.moveaxis(whole, 0, axis) if axis else whole
    elif isinstance(leaf, Batched) and leaf.level is level:
        raise ValueError("vmap: out_axes is None for a result that differs from one example to the other")
    return shown(whole, as_tensors or whole.requires_grad)
