"""PyTorch's choices of how a step is computed: its programs pass them, and its saved states hold them.

Here there is one implementation, which is what they ask for: it steps many parameters at once, works through each
formula block by block, and has all that it remembers in arrays, so that it can be recorded.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypedDict


class Implementation(TypedDict, total=False):
    """The options that PyTorch's optimizers have for that; see ``Optimizer``."""

    foreach: bool | None  #: whether many parameters are stepped at once
    fused: bool | None  #: whether all operations of a formula are one pass
    capturable: bool  #: whether a step can be recorded, and replayed
    differentiable: bool  #: whether gradients flow through a step


def check_implementation(options: Mapping[str, Any]) -> None:
    """Raise ``ValueError`` for the one choice that would change what a step gives."""
    if options.get("differentiable"):
        raise ValueError(
            "differentiable=True is not supported: a step changes parameters in place, and is not recorded. For "
            "gradients through a step write it as an operation, w - lr * g with (g,) = ag.grad(loss, [w], "
            "create_graph=True)"
        )
