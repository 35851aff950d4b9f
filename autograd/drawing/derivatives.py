"""The derivative of a scalar by a scalar, across one operation: what the chain rule multiplies."""

from __future__ import annotations

import numpy as np

from ..graph import Operation
from ..patches import Patch
from ..walk import fit

#: What a rule may raise that nobody has tested yet; a drawing is made all the same, without this number.
_ERRORS = (TypeError, ValueError, ArithmeticError, LookupError, AttributeError)


def local_derivatives(node: Operation) -> dict[int, float]:
    """Give the derivatives of a scalar result by its scalar operands, by position, as far as the rules are kept.

    >>> import autograd as ag
    >>> x = ag.Tensor(3.0, requires_grad=True)
    >>> y = x * x
    >>> local_derivatives(y.node)
    {0: 3.0, 1: 3.0}
    """
    if node.shape != () or node.dtype.kind != "f":
        return {}
    pullbacks = node.pullbacks
    if pullbacks is None and node.notes is not None:
        pullbacks = node.notes.pullbacks
    places = [place for place, parent in enumerate(node.parents) if parent is not None and parent.requires_grad]
    found: dict[int, float] = {}
    one = node.dtype.type(1)
    for place, (parent, rule, needed, _) in zip(places, pullbacks or (), strict=False):
        if parent.shape != () or parent.dtype.kind != "f":
            continue
        try:
            with np.errstate(all="ignore"):
                derivative = rule(one, needed)
            if not isinstance(derivative, Patch):
                found[place] = float(fit(np.asarray(derivative), (), parent.dtype))
        except _ERRORS:
            continue
    return found
