"""The variables that transforms differentiate by at the moment, in whatever thread.

What leads back to one of them is being differentiated: it must not become a plain number in silence, and a transform
of it is a part of the outer one, also in a worker thread, of which the mode does not tell.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .graph import Node

_under_way: set[Node] = set()


class under_way:  # noqa: N801 - used like no_grad
    """Have these be known as variables for a block."""

    __slots__ = ("_nodes",)

    def __init__(self, variables: Iterable[Node]) -> None:
        self._nodes = set(variables)

    def __enter__(self) -> None:
        _under_way.update(self._nodes)

    def __exit__(self, *raised: object) -> None:
        _under_way.difference_update(self._nodes)


def leads_to_variable(nodes: Iterable[Node]) -> bool:
    """Tell whether something was computed from a variable of a transform that is under way.

    >>> from autograd import Tensor
    >>> x = Tensor(3.0, requires_grad=True)
    >>> y = x * 2
    >>> with under_way([x.node]):
    ...     leads_to_variable([y.node])
    True
    >>> leads_to_variable([y.node])
    False
    """
    return bool(_under_way) and any(node in _under_way for node in leading_to(nodes))


def leading_to(nodes: Iterable[Node]) -> Iterator[Node]:
    """Give these nodes, and all that they were computed from and that require grad, each once."""
    seen = set(nodes)
    found = list(seen)
    for node in found:  # which grows meanwhile
        yield node
        for parent in node.parents:
            if parent is not None and parent.requires_grad and parent not in seen:
                seen.add(parent)
                found.append(parent)
