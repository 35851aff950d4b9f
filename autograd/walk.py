"""The reverse walk: the chain rule, from results back to leaves.

A cotangent is what a small change of a value does to the result. The walk holds them outside the graph, by node, and
drops each as soon as it is used. It works in arrays, or, to record itself, in Tensors: the currency says which.

Inside the walk a cotangent ``g`` of ``z`` means ``d result = Re(sum(g * dz))``, for complex values too, so that rules
are plain calculus. The face of the library shows its conjugate, which is PyTorch's convention.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Sequence
from heapq import heappop, heappush
from itertools import chain
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy import ndarray  # what is looked up in np takes four times as long

from .errors import describe
from .graph import Node, Notes, Operation, by_number, parents_of
from .modes import accumulating, current_mode
from .patches import Patch

if TYPE_CHECKING:
    from .tensor import Tensor

#: An array in a first-order walk, a Tensor in a walk that records itself.
Cotangent = Any

#: What a rule gives for an operand that no gradient goes to.
NO_PATH = object()


class Currency(Protocol):
    """What a walk works in: arrays, or Tensors that record what the rules do."""

    @property
    def lift(self) -> Callable[[Operation, Any, Sequence[int | slice]], Any] | None:
        """Makes Tensors that are part of the graph of what a rule needs; ``None`` where arrays will do."""

    def show(self, cotangent: Cotangent) -> Tensor:
        """Give the gradient that a user sees, by PyTorch's convention, for a cotangent."""

    def take(self, gradient: Any, node: Node) -> Cotangent:
        """Give the cotangent for a gradient that a user hands in; the other direction of ``show``."""

    def one(self, node: Node) -> Cotangent:
        """Give the cotangent of a result with itself: 1, of the node's dtype."""

    def separate(self, cotangents: dict[Node, Cotangent]) -> dict[Node, Tensor]:
        """Show gradients, each in memory that nothing else holds; take them out of where they were."""


def walk(  # noqa: C901, PLR0912, PLR0915 - one frame, for speed
    seeds: dict[Node, Cotangent],
    currency: Currency,
    *,
    retain_graph: bool = False,
    wanted: Collection[Node] | None = None,
) -> dict[Node, Cotangent]:
    """Carry cotangents from the seeds back through the graph; give those that arrive at leaves.

    With ``wanted``, give those that arrive at these nodes instead, and visit only nodes that lead to them. A node that
    no cotangent reaches is missing from the answer. Every node is visited once, after all that use its value: of those
    that a cotangent has reached, the one that was recorded last is the next.
    """
    useful = None if wanted is None else _leading_to(wanted, seeds)
    if useful is None:  # what is wanted are all the leaves
        wanted = None
    cotangents: dict[Node, Cotangent] = {}
    reached: list[tuple[int, Any]] = []
    for node, seed in seeds.items():
        if useful is None or node in useful:
            cotangents[node] = seed
            if node.number:
                heappush(reached, (-node.number, node))
    lift = currency.lift
    walks = current_mode().walks
    attendant = None if walks is None else walks(seeds)
    is_plain = lift is None and attendant is None
    owned: set[Node] = set()  # nodes whose cotangent is a buffer that this walk has made
    arrived: dict[Node, Cotangent] = {}
    while reached:
        node = heappop(reached)[1]
        g = cotangents.pop(node)
        if attendant is not None:
            attendant.arrive(node, g)
        notes = node.notes
        if notes is not None and (notes.retains_grad or notes.hooks):
            g = _observe(node, notes, g, currency)
        if wanted is not None and node in wanted:
            arrived[node] = g
        if useful is not None and useful.isdisjoint(node.parents):
            continue
        if node.pullbacks is None:
            raise RuntimeError(_released(node, seeds))
        for parent, rule, needed, places in node.pullbacks:
            if not parent.requires_grad or (useful is not None and parent not in useful):
                continue
            try:
                if is_plain:
                    contribution = rule(g, needed)
                else:
                    lifted = needed if lift is None else lift(node, needed, places)
                    if attendant is None:
                        contribution = rule(g, lifted)
                    else:
                        contribution = attendant.apply(node, parent, rule, g, lifted)
                    if lift is not None:
                        _check_is_recorded(contribution)
            except Exception as error:
                name = _operand(node, parent, rule)
                error.add_note(f"in the gradient rule of {node.operation}{_recorded(node)}, for {name}")
                raise
            if type(contribution) is Patch:
                if parent not in cotangents and parent.number:
                    heappush(reached, (-parent.number, parent))
                if parent not in owned:
                    so_far = cotangents.get(parent)
                    cotangents[parent] = np.zeros(parent.shape, parent.dtype) if so_far is None else np.array(so_far)
                    owned.add(parent)
                contribution.add_to(cotangents[parent])
                continue
            try:
                if contribution.shape != parent.shape or contribution.dtype is not parent.dtype:
                    contribution = fit(contribution, parent.shape, parent.dtype)
            except (AttributeError, ValueError) as error:
                if contribution is NO_PATH:
                    continue
                raise ValueError(_misshapen(node, parent, rule, contribution)) from error
            if parent not in cotangents:
                cotangents[parent] = contribution
                if parent.number:
                    heappush(reached, (-parent.number, parent))
            elif parent in owned:
                cotangents[parent] += contribution
            else:
                total = cotangents[parent] + contribution
                cotangents[parent] = total
                if lift is None and type(total) is ndarray:
                    owned.add(parent)
        if retain_graph:
            node.annotate().walked = True
        else:
            node.pullbacks = None
    for leaf in list(cotangents):  # all that is left are leaves
        if attendant is not None:
            attendant.arrive(leaf, cotangents[leaf])
        notes = leaf.notes
        if notes is not None and notes.hooks:
            cotangents[leaf] = _observe(leaf, notes, cotangents[leaf], currency)
    return arrived | cotangents


def _observe(node: Node, notes: Notes, g: Cotangent, currency: Currency) -> Cotangent:
    """Let the hooks of a node see, and perhaps replace, the cotangent that has arrived; keep it if asked to."""
    for hook in tuple((notes.hooks or {}).values()):
        replacement = hook(currency.show(g))
        if replacement is not None:
            try:
                g = currency.take(replacement, node)
            except (TypeError, ValueError) as error:
                raise type(error)(f"register_hook: what a hook gave cannot take the place of a {error}") from error
    if notes.retains_grad:
        accumulate({node: currency.show(g)})
    return g


#: Threads that share weights add to the same gradients.
_accumulating = threading.RLock()


def accumulate(gradients: dict[Node, Tensor]) -> None:
    """Add gradients to those that nodes have."""
    with _accumulating:
        for node, gradient in gradients.items():
            notes = node.notes or node.annotate()
            notes.walked = True
            notes.grad = gradient if notes.grad is None else _added(node, notes.grad, gradient)


def _added(node: Node, one: Tensor, other: Tensor) -> Tensor:
    with accumulating(node):
        return one + other


def _leading_to(wanted: Collection[Node], seeds: Collection[Node]) -> set[Node | None] | None:
    """The nodes, on the way back from the seeds, from which a wanted one can be reached; the wanted ones, too.

    ``None`` if all ways lead to leaves that are wanted.
    """
    numbers = [node.number for node in wanted]
    first = min(numbers, default=0)  # nothing that was recorded before leads to any of them
    ends_elsewhere = any(numbers)
    seen: set[Any] = {None}  # which stands for a constant
    found: list[Any] = []
    for node in chain(seeds, chain.from_iterable(map(parents_of, found))):  # which grows meanwhile
        if node in seen:
            continue
        if node.number > first:
            seen.add(node)
            found.append(node)
        elif node.requires_grad and node not in wanted:
            ends_elsewhere = True
    if not ends_elsewhere:
        return None
    useful: set[Node | None] = set(wanted)
    for node in sorted(found, key=by_number):
        if not useful.isdisjoint(node.parents):
            useful.add(node)
    return useful


def fit(cotangent: Cotangent, shape: tuple[int, ...], dtype: Any) -> Cotangent:
    """Give a cotangent the shape and dtype of the value it belongs to: the one place where broadcasting is undone."""
    added = len(cotangent.shape) - len(shape)
    if added > 0:  # along these axes a value of this shape was repeated
        cotangent = np.add.reduce(cotangent, axis=0 if added == 1 else tuple(range(added)))
    if cotangent.shape != shape:
        repeated = tuple(axis for axis, size in enumerate(shape) if size == 1)
        cotangent = np.add.reduce(cotangent, axis=repeated, keepdims=True)
    if cotangent.shape != shape:
        raise ValueError(f"a cotangent of shape {cotangent.shape} does not belong to a value of shape {shape}")
    if cotangent.dtype is not dtype and cotangent.dtype != dtype:
        if cotangent.dtype.kind == "c" and dtype.kind != "c":
            cotangent = np.real(cotangent)
        cotangent = cotangent.astype(dtype)
    return cotangent


def _misshapen(node: Operation, parent: Node, rule: Any, contribution: Any) -> str:
    return (
        f"backward: the gradient rule of {node.operation} for {_operand(node, parent, rule)} gave "
        f"{describe(contribution)}; a rule must give an array of the operand's shape, or of one that it broadcasts to"
    )


def _operand(node: Operation, parent: Node, rule: Any) -> str:
    name = node.primitive.operand_name(node.position_of(parent, rule))
    return f"its operand {name} of shape {parent.shape}"


def _check_is_recorded(contribution: Any) -> None:
    """Raise for an array in a walk that records itself: nobody knows what it depends on."""
    if isinstance(contribution, (np.ndarray, np.generic)):
        raise TypeError(
            "backward: this walk records itself, for derivatives of what it gives (create_graph, second derivatives, "
            "forward mode), and a gradient rule gave an array; a rule must compute with what it is given, Tensors "
            "here, by operations that take them. For what computes by other means, as SciPy does, write a Function, "
            "and mark its backward with once_differentiable"
        )


def _released(node: Operation, seeds: Collection[Node]) -> str:
    results = " and ".join(repr(seed.name) for seed in seeds if seed.name is not None and seed is not node)
    of = f" of {results}" if results else ""
    name = "" if node.name is None else f" ({node.name!r})"
    return (
        f"backward: the graph{of} was walked before, and what {node.operation}{name}{_recorded(node)} needs was "
        "released then. A backward frees the arrays it has used. To walk twice, give the first call retain_graph=True; "
        "to get several gradients at once, add up the results and walk once; in a training loop, compute the "
        "loss anew in each step (and detach() what is carried over from one step to the next)."
    )


def _recorded(node: Operation) -> str:
    return "" if node.line is None else f", recorded at {node.line}"
