"""What was recorded: nodes, and the graph that they form.

A node remembers which primitive made a value, from which nodes, and what the rules of that primitive need. It never
points forwards or at a Tensor, so a graph has no reference cycles and goes as soon as its last Tensor goes.
"""

from __future__ import annotations

import itertools
import weakref
from collections.abc import Callable, Iterable, Iterator, Sequence
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from .ownership import read_only

if TYPE_CHECKING:
    from .graph_figures import GraphFigures
    from .primitives.declaration import Primitive
    from .source_lines import SourceLine
    from .tensor import Tensor

#: Sees the gradient that arrives at a node; may give back another one to use instead.
Hook = Callable[["Tensor"], Any]


class Notes:
    """What few nodes have: a name, hooks, a gradient that is kept, and what ``retain_all`` saw."""

    __slots__ = (
        "attributes",
        "grad",
        "hooks",
        "line",
        "name",
        "operands",
        "pullbacks",
        "retains_grad",
        "scopes",
        "value",
        "walked",
    )

    def __init__(self) -> None:
        self.name: str | None = None
        self.hooks: dict[object, Hook] | None = None
        self.retains_grad = False
        self.grad: Tensor | None = None
        self.walked = False
        self.value: Any = None
        self.operands: tuple[Any, ...] | None = None
        self.attributes: dict[str, Any] = {}
        self.pullbacks: Iterable[Pullback] | None = None
        self.scopes: tuple[str, ...] = ()
        self.line: SourceLine | None = None


class Node:
    """A value in the graph: a ``Leaf`` that somebody made, or the result of an ``Operation``.

    ``shape`` and ``dtype`` are those of the value. ``number`` is 0 where a walk ends, as at a leaf, and counts
    operations as they are recorded, each after all that it was computed from: sorted by it, nodes are in topological
    order.
    """

    __slots__ = ("dtype", "notes", "number", "shape")

    shape: tuple[int, ...]
    dtype: Any
    number: int
    notes: Notes | None

    #: Whether a backward passes here.
    requires_grad: bool = True
    #: For each operand the node it came from, or ``None`` for a constant.
    parents: Sequence[Node | None] = ()

    @property
    def next(self) -> tuple[Node, ...]:
        """The nodes that a backward goes to from here: the parents that require grad, in the order of the operands.

        PyTorch has them as ``next_functions``, in pairs with the number of the output, of which a node has one here.
        There, a leaf stands as ``AccumulateGrad`` and a constant as ``None``; here, the leaf itself is the node, and
        ``parents`` has one entry for each operand, ``None`` for a constant.

        >>> import autograd as ag
        >>> x = ag.Tensor(3.0, requires_grad=True, name="x")
        >>> y = ag.exp(x * 2.0)
        >>> y.node.next
        (<Operation multiply: shape (), float64>,)
        >>> y.node.next[0].next
        (<Leaf leaf 'x': shape (), float64>,)
        """
        return tuple(parent for parent in self.parents if parent is not None and parent.requires_grad)

    def annotate(self) -> Notes:
        """Give the notes of this node, made when first asked for."""
        if self.notes is None:
            self.notes = Notes()
        return self.notes

    @property
    def is_leaf(self) -> bool:
        """Whether somebody made this value, rather than an operation."""
        return isinstance(self, Leaf)

    @property
    def operation(self) -> str:
        """The name of the primitive that made this, as in ``"multiply"``, or ``"leaf"``."""
        raise NotImplementedError

    @property
    def value(self) -> Any:
        """The array that this node stands for, where something still holds it, else ``None``."""
        raise NotImplementedError

    @property
    def grad(self) -> Tensor | None:
        """The gradient that a backward left here: at leaves, and at nodes that retain theirs."""
        return None if self.notes is None else self.notes.grad

    @property
    def name(self) -> str | None:
        """The name that a user gave to this value."""
        return None if self.notes is None else self.notes.name

    @property
    def operands(self) -> tuple[Any, ...]:
        """The operands, by position: all under ``retain_all``, else those that a rule keeps, and ``None``."""
        return ()

    def kept(self) -> dict[int, Any]:
        """Give what the rules keep alive, by its place: operands from 0 on, the result at -1, and what is static."""
        return {}

    @property
    def scopes(self) -> tuple[str, ...]:
        """The titles of the scopes around, outermost first, if a mode that keeps them was on: ``retain_all``, say."""
        return () if self.notes is None else self.notes.scopes

    @property
    def line(self) -> str | None:
        """The source line that recorded this, as ``file:number``, if ``retain_all`` or ``detect_anomaly`` was on."""
        return None if self.notes is None or self.notes.line is None else str(self.notes.line)

    @property
    def walked(self) -> bool:
        """Whether a backward has started from this node or passed through it."""
        return self.notes is not None and self.notes.walked

    def __repr__(self) -> str:
        name = "" if self.name is None else f" {self.name!r}"
        return f"<{type(self).__name__} {self.operation}{name}: shape {self.shape}, {self.dtype}>"


class Leaf(Node):
    """A Tensor that somebody made: a weight, whose gradient is collected here, or a named constant."""

    __slots__ = ("_owner", "requires_grad")

    def __init__(self, owner: Tensor, shape: tuple[int, ...], dtype: Any, *, requires_grad: bool) -> None:
        self.shape = shape
        self.dtype = dtype
        self.number = 0
        self.notes = None
        self.requires_grad = requires_grad
        self._owner = weakref.ref(owner)

    @property
    def operation(self) -> str:
        """``"leaf"``: no operation made this."""
        return "leaf"

    @property
    def value(self) -> Any:
        """The values of the Tensor, as long as somebody holds it."""
        owner = self._owner()
        return owner.data if owner is not None and owner.node is self else None


#: Of an operand that requires grad: its node, its rule, what the rule needs, and the places of that (see ``Rules``).
Pullback = tuple[Node, Callable[[Any, Any], Any], Any, tuple[int | slice, ...]]


class Operation(Node):
    """One recorded application of a primitive.

    ``pullbacks`` holds, for each operand that requires grad, its node, its rule and what the rule needs; in a list, or,
    under ``saved_tensors_hooks``, in an object that unpacks what it gives. It is ``None`` once a backward has used and
    released it.
    """

    __slots__ = ("parents", "primitive", "pullbacks")

    primitive: Primitive
    parents: Sequence[Node | None]
    pullbacks: Iterable[Pullback] | None

    @property
    def operation(self) -> str:
        """The name of the primitive."""
        return self.primitive.name

    @property
    def value(self) -> Any:
        """The result, if a rule or ``retain_all`` keeps it."""
        if self.notes is not None and self.notes.value is not None:
            return self.notes.value
        return self.kept().get(-1)

    @property
    def operands(self) -> tuple[Any, ...]:
        """The operands, by position, with ``None`` for those that nothing keeps."""
        if self.notes is not None and self.notes.operands is not None:
            return self.notes.operands
        kept = self.kept()
        return tuple(kept.get(position) for position in range(len(self.parents)))

    def kept(self) -> dict[int, Any]:
        """Give what the rules keep alive, to be read, by its place; nothing once a backward has used it."""
        kept: dict[int, Any] = {}
        for _, _, needed, places in self.pullbacks or ():
            for value, place in zip([needed] if len(places) == 1 else needed, places, strict=True):
                if isinstance(place, slice):
                    kept.update(enumerate(map(read_only, value), start=place.start))
                else:
                    kept[place] = read_only(value)
        return kept

    def position_of(self, parent: Node, rule: Callable[[Any, Any], Any]) -> int:
        """Which operand it is that came from a node and has a gradient rule."""
        positions = (position for position, each in enumerate(self.parents) if each is parent)
        pairs = ((next(positions, 0), its) for of, its, _, _ in self.pullbacks or () if of is parent)
        return next((position for position, its in pairs if its is rule), 0)

    @property
    def walked(self) -> bool:
        """Whether a backward has used this operation."""
        return self.pullbacks is None or super().walked


#: One step of a counter is one for all threads, too.
next_number = itertools.count(1).__next__


def operation(
    primitive: Primitive,
    parents: Sequence[Node | None],
    pullbacks: list[Pullback],
    shape: tuple[int, ...],
    dtype: Any,
) -> Operation:
    """Make an ``Operation``, the latest of all; a function, since an ``__init__`` would take twice as long."""
    node = Operation()
    node.primitive = primitive
    node.parents = parents
    node.pullbacks = pullbacks
    node.shape = shape
    node.dtype = dtype
    node.number = next_number()
    node.notes = None
    return node


by_number = attrgetter("number")
parents_of = attrgetter("parents")


class Graph:
    """The graph that led to some Tensors: every node once, in topological order, operands before results.

    Iterating gives the nodes, ``len`` counts them. Everything that looks at graphs starts here.

    >>> import autograd as ag
    >>> x = ag.Tensor(2.0, requires_grad=True, name="x")
    >>> graph = ag.Graph(ag.sqrt(ag.log(x * x)))
    >>> [node.operation for node in graph]
    ['leaf', 'multiply', 'log', 'sqrt']
    >>> len(graph), [leaf.name for leaf in graph.leaves]
    (4, ['x'])
    """

    def __init__(self, *outputs: Tensor) -> None:
        for output in outputs:
            if not hasattr(output, "node"):
                raise TypeError(f"Graph: takes Tensors, each as an argument of its own; got {type(output).__name__}")
            if output.node is None:
                raise ValueError(
                    "Graph: the Tensor has no graph: it was not computed from a Tensor that requires grad, "
                    "or it was made under no_grad or by detach()"
                )
        self.outputs: tuple[Tensor, ...] = outputs
        self.nodes: tuple[Node, ...] = tuple(_reachable([output.node for output in outputs if output.node is not None]))

    @property
    def leaves(self) -> tuple[Node, ...]:
        """The Tensors that somebody made: weights and named inputs."""
        return tuple(node for node in self.nodes if node.is_leaf)

    @property
    def operations(self) -> tuple[Node, ...]:
        """The recorded applications of primitives."""
        return tuple(node for node in self.nodes if not node.is_leaf)

    def edges(self) -> Iterator[tuple[Node, Node, int]]:
        """Give each edge as (parent, node, position of the operand); ``a * a`` has two."""
        for node in self.nodes:
            for position, parent in enumerate(node.parents):
                if parent is not None:
                    yield parent, node, position

    def statistics(self) -> GraphFigures:
        """Count operations and leaves, and the bytes that are kept for the backward; ``print`` shows it as a table.

        >>> import autograd as ag
        >>> x = ag.Tensor([1.0, 2.0, 3.0], requires_grad=True)
        >>> print(ag.Graph((ag.exp(x * 2.0) * x).sum()).statistics())
        operation  count  keeps
        ───────────────────────
        exp            1   24 B
        multiply       2    8 B
        sum            1    0 B
        all            4   32 B
        depth 4, 5 edges, 1 leaf of 24 B, gradients of 0 B
        """
        from .graph_figures import figures_of

        return figures_of(self)

    def __iter__(self) -> Iterator[Node]:
        return iter(self.nodes)

    def __len__(self) -> int:
        return len(self.nodes)

    def __repr__(self) -> str:
        return f"<Graph of {len(self.operations)} operations on {len(self.leaves)} leaves>"


def _reachable(roots: list[Node]) -> list[Node]:
    """All nodes that the roots were computed from, themselves included, in the order in which they were recorded."""
    seen = dict.fromkeys(roots)
    stack = list(seen)
    while stack:
        for parent in stack.pop().parents:
            if parent is not None and parent not in seen:
                seen[parent] = None
                stack.append(parent)
    return sorted(seen, key=by_number)
