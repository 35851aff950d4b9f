"""The graph of a computation that raised: all that led to the operation that failed, and that operation."""

from __future__ import annotations

import numpy as np

from ..anomaly_reports import AnomalyError
from ..failures import failure_of
from ..graph import Graph, Operation, next_number
from ..tensor import Tensor


class Failed(Operation):
    """An operation that has no result."""

    __slots__ = ("message",)

    message: str


def graph_of_failure(error: BaseException) -> Graph:
    """Give the graph that led to an error, with the operation that raised at its end; of an anomaly, what is around.

    Raises
    ------
    ValueError
        If it was no operation of this library that raised.
    """
    if isinstance(error, AnomalyError):
        return error.graph()
    failure = failure_of(error)
    if failure is None:
        raise ValueError(
            f"draw: behind this {type(error).__name__} there is no operation that failed: it did not come from the "
            "forward of a primitive, or from another process. Draw a Tensor that was computed before it"
        ) from error
    operands = failure.operands
    nodes = [operand.node if isinstance(operand, Tensor) else None for operand in operands]
    node = Failed()
    node.primitive, node.parents, node.pullbacks = failure.primitive, nodes, []
    node.shape, node.dtype = (), np.dtype(float)
    node.number = next_number()
    node.notes, node.message = None, str(error).strip() or type(error).__name__
    notes = node.annotate()
    notes.operands, notes.scopes, notes.line = operands, failure.scopes, failure.line
    return Graph(Tensor._made(np.zeros(()), node))
