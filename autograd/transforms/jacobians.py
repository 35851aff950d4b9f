"""Jacobians and Hessians, whole."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import numpy as np

from ..errors import describe
from ..registry import operations
from ..tensor import Tensor
from .batching import CannotBatchError, in_batches, pulled_together
from .calls import Argnum, Call, Function, Variables, argnums_of, check_function, node_of, one_or_all, shown, zeros_for
from .gradients import gradient_function
from .levels import bare
from .per_example import gradients_of_examples, levels
from .products import Pushing

__all__ = ["hessian", "jacobian"]


def jacobian(function: Function, argnum: Argnum = 0, mode: str | None = None, has_aux: bool = False) -> Function:
    """Give the function that computes all derivatives of all results by an argument.

    Parameters
    ----------
    function
        Gives an array, or a tree of arrays; real ones.
    argnum
        The argument that is differentiated by: its position or name, or several in a tuple, for a tuple of Jacobians.
    mode
        ``"reverse"`` walks back for each number of the results, ``"forward"`` for each number of the arguments; by
        default whichever are fewer. Many walks are done in one.
    has_aux
        Whether the function gives a pair, of which the second part is passed on: the Jacobian comes with it.

    Returns
    -------
    Function
        It takes what ``function`` takes, and gives an array of the shape of the result followed by that of the
        argument. Where the result is a tree, it gives such a tree; each of its leaves is a tree like the argument.

    Raises
    ------
    TypeError
        For complex arguments or results: use ``vjp`` or ``jvp``, which say what is meant.
    ValueError
        For an unknown mode.

    >>> import numpy as np, autograd as ag
    >>> ag.jacobian(lambda x: x**2 * np.array([1.0, 10.0]))(np.array([1.0, 2.0]))
    array([[ 2.,  0.],
           [ 0., 40.]])
    """
    return _jacobian_function("jacobian", function, argnum, mode, has_aux)


def hessian(function: Function, argnum: Argnum = 0, has_aux: bool = False) -> Function:
    """Give the function that computes the second derivatives of ``function``, which gives one real number.

    It is the Jacobian of the gradient, and has the shape of the argument twice: ``(n, n)`` for one of shape ``(n,)``.
    For a tree, or several arguments, it is a tree of such trees. With ``has_aux`` the function gives a pair, of which
    the second part is passed on, as by ``grad``.

    >>> import numpy as np, autograd as ag
    >>> ag.hessian(lambda x: x[0] ** 2 * x[1])(np.array([1.0, 2.0]))
    array([[4., 2.],
           [2., 0.]])
    """
    gradient = gradient_function("hessian", function, argnum, has_aux)
    return _jacobian_function("hessian", gradient, argnum, "reverse", has_aux)


def _jacobian_function(caller: str, function: Function, argnum: Argnum, mode: str | None, has_aux: bool) -> Function:
    check_function(caller, function)
    if mode not in (None, "reverse", "forward"):
        raise ValueError(f"{caller}: mode is 'reverse', 'forward' or None, for whichever is quicker; got {mode!r}")
    argnums = argnums_of(argnum)

    @functools.wraps(function, updated=())
    def computed(*args: Any, **kwargs: Any) -> Any:
        call = Call(caller, function, argnums, args, kwargs, has_aux=has_aux)
        outputs, rebuild = call.outputs()
        _refuse_complex(caller, [*call.leaves, *outputs])
        rows, columns = (sum(each.size for each in tensors) for tensors in (outputs, call.leaves))
        by_rows = mode == "reverse" or (mode is None and rows <= columns)
        blocks = (_by_rows if by_rows else _by_columns)(call, outputs)
        shown_blocks = [one_or_all([_shown(each, block) for each in call.variables], argnum) for block in blocks]
        return (rebuild(shown_blocks), call.aux()) if has_aux else rebuild(shown_blocks)

    return computed


#: For each variable, all derivatives of one result by it.
Block = dict[Any, Tensor]


def _by_rows(call: Call, outputs: Sequence[Tensor]) -> list[Block]:
    """Walk back for each number of the results."""
    blocks = []
    for out in outputs:
        pulled = _pulled(call, out, call.leaves)
        shapes = [(*out.shape, *leaf.shape) for leaf in call.leaves]
        rows = [operations.reshape(each, shape) for each, shape in zip(pulled, shapes, strict=True)]
        blocks.append(dict(zip(map(node_of, call.leaves), rows, strict=True)))
    return blocks


def _by_columns(call: Call, outputs: Sequence[Tensor]) -> list[Block]:
    """Push forward each number of the arguments."""
    pushing = Pushing(call)
    blocks: list[Block] = [{} for _ in outputs]
    for leaf in call.leaves:
        pushed = _pulled(call, pushing.pulled(leaf), pushing.cotangents)
        for columns, out, block in zip(pushed, outputs, blocks, strict=True):
            axes = (*range(leaf.ndim, leaf.ndim + out.ndim), *range(leaf.ndim))
            columns = operations.reshape(columns, (*leaf.shape, *out.shape))  # noqa: PLW2901 - the same, as a block
            block[node_of(leaf)] = operations.astype(operations.permute_dims(columns, axes), leaf.dtype, copy=False)
    return blocks


def _pulled(call: Call, out: Tensor, inputs: Sequence[Tensor]) -> list[Tensor]:
    """Pull back each number of one Tensor; give for each input an array of them, ``(out.size, *shape)``."""
    parts: list[tuple[int, dict[Any, Tensor]]] = []
    if out.requires_grad:
        size = max(each.size for each in (out, *inputs))
        for batch in in_batches(out.size, size):
            count = batch.stop - batch.start
            rows = np.eye(count, out.size, batch.start, out.dtype, like=bare(out)._array)
            parts.append((count, _pulled_rows(call, out, rows.reshape(-1, *out.shape), inputs)))
    return [_joined([(count, part.get(node_of(each))) for count, part in parts], each, out.size) for each in inputs]


def _pulled_rows(call: Call, out: Tensor, rows: Any, inputs: Sequence[Tensor]) -> dict[Any, Tensor]:
    """Pull back rows, together where nobody wants to see each of them."""
    if not levels():  # inside vmap cotangents are batches already
        with suppress(CannotBatchError):
            return pulled_together([out], [rows], inputs, recorded=call.creates_graph)
    found = [gradients_of_examples([out], [row], inputs, True, call.creates_graph, call.caller) for row in rows]
    reached = {node_of(each): zeros_for(each) for each in inputs if any(node_of(each) in row for row in found)}
    return {node: operations.stack([row.get(node, zeros) for row in found]) for node, zeros in reached.items()}


def _joined(parts: Sequence[tuple[int, Tensor | None]], like: Tensor, count: int) -> Tensor:
    """Join parts of so many rows each; zeros where there is none."""
    if all(part is None for _, part in parts):
        return _rows_of_zeros(count, like)
    found = [_rows_of_zeros(rows, like) if part is None else part for rows, part in parts]
    joined: Tensor = found[0] if len(found) == 1 else operations.concat(found)
    return joined


def _rows_of_zeros(count: int, like: Tensor) -> Tensor:
    zeros: Tensor = operations.broadcast_to(zeros_for(like), (count, *like.shape))
    return zeros


def _shown(variables: Variables, block: Block) -> Any:
    """Give the derivatives of one result in the structure of an argument."""
    kept = zip(variables.leaves, variables.given_as_tensors, strict=True)
    return variables.rebuild([shown(block[node_of(leaf)], as_tensor) for leaf, as_tensor in kept])


def _refuse_complex(caller: str, tensors: Sequence[Tensor]) -> None:
    for tensor in tensors:
        if tensor.dtype.kind == "c":
            raise TypeError(
                f"{caller}: takes and gives real numbers, and there is {describe(tensor)}: use vjp or jvp, or take "
                "real and imaginary parts as numbers of their own"
            )
