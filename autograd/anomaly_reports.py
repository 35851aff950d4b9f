"""What is said of a NaN or Inf that was made: ``AnomalyError``, its text, and the drawing of the neighbourhood."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from .anomaly_texts import arrays_in, first, found, operand_name, shown
from .excerpts import cut_out
from .graph import Graph, Node, Operation, operation
from .modes import Rule, current_mode
from .source_lines import SourceLine, line_of_user
from .tensor import Tensor
from .transforms.per_example import levels

if TYPE_CHECKING:
    from .drawing import Drawing
    from .primitives.declaration import Primitive


class AnomalyError(FloatingPointError):
    """The first NaN or Inf; see ``detect_anomaly``.

    Attributes
    ----------
    phase
        ``"forward"`` or ``"backward"``.
    operation
        The name of the primitive whose forward, or whose gradient rule, gave it; ``"leaf"`` for a sum at a leaf.
    operand
        In the backward, the name of the operand that the gradient is for; in the forward, of the one by which it came
        in, ``None`` if it was made there.
    shape
        The shape of what was made.
    index
        Where the first bad value is in it.
    line
        The line of the program that recorded the operation, as ``file:number``, or that called it if nothing was
        recorded; for a sum at a leaf, the one that called the backward; ``None`` if the forward was not inside.
    source
        What is written in that line, if that can be read.
    scopes
        The modules and scopes that the operation belongs to, outermost first.
    """

    phase: str = ""
    operation: str = ""
    operand: str | None = None
    shape: tuple[int, ...] = ()
    index: tuple[int, ...] = ()
    line: str | None = None
    source: str | None = None
    scopes: tuple[str, ...] = ()

    _center: Node | None = None
    _ends: tuple[Node, ...] = ()
    _gradients: dict[Node, Tensor]

    def graph(self, distance: int = 2) -> Graph:
        """Give the operations up to ``distance`` steps away from the one that failed, with their values and gradients.

        They are copies: of what lies beyond them, the values alone are there.

        >>> import autograd as ag
        >>> x = ag.Tensor([1.0, -1.0], requires_grad=True)
        >>> try:
        ...     with ag.detect_anomaly():
        ...         (ag.log(x * 2) + 1).sum()
        ... except ag.AnomalyError as error:
        ...     [node.operation for node in error.graph()]
        ['leaf', 'multiply', 'log']
        """
        if type(distance) is not int or distance < 0:
            raise ValueError(f"AnomalyError: distance is a number of steps, 0 or more; got {distance!r}")
        if self._center is None or self._center.value is None:
            raise RuntimeError(
                "AnomalyError: the values around are not known any more; compute the forward, too, inside "
                "`with autograd.detect_anomaly():`, and draw in the process in which the error was raised"
            )
        return cut_out(self._center, distance, self._ends, self._gradients)

    def draw(self, distance: int = 2, **options: Any) -> Drawing:
        """Draw the operations up to ``distance`` steps away from the one that failed; the options are ``draw``'s.

        >>> import autograd as ag
        >>> x = ag.Tensor([0.0, 4.0], requires_grad=True)
        >>> try:
        ...     with ag.detect_anomaly():
        ...         ag.sqrt(x).sum().backward()
        ... except ag.AnomalyError as error:
        ...     drawing = error.draw()
        """
        from .drawing import draw

        return draw(self.graph(distance), **options)

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle what the error says, without the graph."""
        said = {name: value for name, value in vars(self).items() if not name.startswith("_")}
        return type(self), self.args, said


@dataclasses.dataclass(frozen=True, slots=True)
class Given:
    """What an operation, or a gradient rule of it, was given: under which name, from where, and which values."""

    name: str
    origin: Any  # a node, or the operand itself
    value: Any

    @property
    def node(self) -> Any:
        """The node that this came from, if it came from one."""
        return self.origin.node if isinstance(self.origin, Tensor) else self.origin

    @property
    def is_weight(self) -> bool:
        """Whether this is a leaf that requires grad."""
        return bool(getattr(self.origin, "requires_grad", False) and self.origin.is_leaf)

    @property
    def kind(self) -> str:
        """What this is, in words."""
        if isinstance(self.node, Operation):
            return f"the result of {self.node.operation}"
        return "a leaf that requires grad" if self.is_weight else "a constant"


@dataclasses.dataclass(frozen=True, slots=True)
class Finding:
    """Where a bad value is in an outcome, and where it is from."""

    bad: Any
    came_in_by: Given | None = None
    of_infinite: bool = False

    def origin(self) -> str:
        """Say where it is from."""
        if self.came_in_by is not None:
            return f"; it came in by {self.came_in_by.name}, {self.came_in_by.kind}"
        return ", of infinite values" if self.of_infinite else ", of finite values"

    def hints(self) -> list[str]:
        """Say what no values around it show."""
        given = self.came_in_by
        if given is not None and given.is_weight:
            return [f"no operation made it there: {given.name} was given so, or an optimizer's step has left it so"]
        if given is not None and isinstance(given.node, Operation):
            return ["that was computed outside the mode; compute all of it inside to see where it was made"]
        return []


def given_to(primitive: Primitive, operands: Sequence[Any]) -> list[Given]:
    """Give what an operation is applied to."""
    return [
        Given(operand_name(primitive, position, operand), operand, operand)
        for position, operand in enumerate(operands)
        if operand is not None
    ]


def given_to_rules_of(node: Operation) -> list[Given]:
    """Give what is known of what an operation was applied to, and of its result if a rule keeps that."""
    given = []
    for position, (parent, operand) in enumerate(zip(node.parents, node.operands, strict=True)):
        if operand is not None:
            origin = operand if parent is None else parent
            given.append(Given(operand_name(node.primitive, position, origin), origin, operand))
    result = node.kept().get(-1)
    return given if result is None else [*given, Given("its own result", node, result)]


def in_forward(
    primitive: Primitive, operands: Sequence[Any], result: Tensor, given: Iterable[Given], finding: Finding
) -> AnomalyError:
    """Say that the result of an operation has what is bad in it."""
    index, shape = first(finding.bad), result.shape
    lines = [
        f"{primitive.name}: the forward gave {found(result._array, finding.bad, index)}{finding.origin()}",
        f"result: {shown(result, index, shape)}",
        *(f"{each.name}: {shown(each.value, index, shape)}" for each in given),
        *finding.hints(),
    ]
    error = _error(lines, line_of_user(), current_mode().scopes)
    error.phase, error.operation, error.shape, error.index = "forward", primitive.name, shape, index
    error.operand = None if finding.came_in_by is None else finding.came_in_by.name
    error._center = _as_operation(primitive, operands, result)
    error._ends, error._gradients = (), {}
    return error


def in_backward(
    node: Operation,
    parent: Node,
    rule: Rule,
    ends: tuple[Node, ...],
    arrived: Mapping[Node, Any],
    contribution: Any,
    finding: Finding,
) -> AnomalyError:
    """Say that what a gradient rule of an operation gave has what is bad in it."""
    (made,) = arrays_in(contribution)
    index, shape = first(finding.bad), made.shape
    name = operand_name(node.primitive, node.position_of(parent, rule), parent)
    lines = [
        f"{node.operation}: the gradient rule for {name} gave {found(made, finding.bad, index)}{finding.origin()}",
        f"gradient for {name}: {shown(made, index, shape)}",
        f"gradient of the result: {shown(arrived[node], index, shape)}",
        *(f"{each.name}: {shown(each.value, index, shape)}" for each in _around(node)),
        *finding.hints(),
    ]
    error = _error(lines, _line_of(node), node.scopes)
    error.phase, error.operation, error.shape, error.index = "backward", node.operation, shape, index
    error.operand = name
    error._center, error._ends, error._gradients = node, ends, _gradients(arrived)
    if shape == parent.shape:
        error._gradients[parent] = _gradient(made)
    return error


def _around(node: Operation) -> Iterator[Given]:
    """All that is known of the operands of an operation and of its result."""
    for position, (parent, operand) in enumerate(zip(node.parents, node.operands, strict=True)):
        value = operand if operand is not None else getattr(parent, "value", None)
        if value is not None:
            origin = operand if parent is None else parent
            yield Given(operand_name(node.primitive, position, origin), origin, value)
    if node.value is not None:
        yield Given("result", node, node.value)


def in_sum(node: Node, ends: tuple[Node, ...], arrived: Mapping[Node, Any], bad: Any) -> AnomalyError:
    """Say that finite gradients that arrive at a node add up to what is ``bad``."""
    (array,) = arrays_in(arrived[node])
    what, values = f"{found(array, bad, first(bad))} as {node.dtype}", shown(array, first(bad), array.shape)
    if node.is_leaf:
        said = f"the sum of gradients at the leaf{_named(node)} is {what}; each of them is finite"
        return _in_sum(node, [said, f"sum: {values}"], ends, arrived, bad)
    said = f"{node.operation}: the gradients that arrive for its result are finite, and add up to {what}"
    return _in_sum(node, [said, f"gradient of the result: {values}"], ends, arrived, bad)


def in_accumulation(node: Node, summands: Sequence[Any], total: Tensor, bad: Any) -> AnomalyError:
    """Say that a finite gradient, added to the finite one that a node has, gives what is ``bad``."""
    index, shape = first(bad), total.shape
    at = f"the leaf{_named(node)}" if node.is_leaf else f"the result of {node.operation}{_named(node)}"
    lines = [
        f"the sum of gradients at {at} is {found(total._array, bad, index)} as {total.dtype}; each of them is finite",
        f"sum: {shown(total, index, shape)}",
        f"of backwards before: {shown(summands[0], index, shape)}",
        f"of this backward: {shown(summands[1], index, shape)}",
        "zero_grad(), or grad = None, before a backward begins a new sum",
    ]
    return _in_sum(node, lines, (), {node: total}, bad)


def _in_sum(
    node: Node, lines: list[str], ends: tuple[Node, ...], arrived: Mapping[Node, Any], bad: Any
) -> AnomalyError:
    line = line_of_user() if node.is_leaf else _line_of(node)
    error = _error(lines, line, node.scopes)
    error.phase, error.operation, error.shape, error.index = "backward", node.operation, node.shape, first(bad)
    error._center, error._ends, error._gradients = node, ends, _gradients(arrived)
    return error


def _named(node: Node) -> str:
    return f" of shape {node.shape}" if node.name is None else f" {node.name!r}"


def _line_of(node: Node) -> SourceLine | None:
    return None if node.notes is None else node.notes.line


def _error(lines: list[str], line: SourceLine | None, scopes: tuple[str, ...]) -> AnomalyError:
    text = "" if line is None else line.text()
    if line is not None:
        lines.append(f"at {line}: {text}" if text else f"at {line}")
    if scopes:
        lines.append(f"in {' / '.join(scopes)}")
    if levels():
        lines.append("the first axis counts the examples of vmap")
    error = AnomalyError("\n  ".join([*lines, "AnomalyError.draw() draws the neighbourhood"]))
    error.line, error.source, error.scopes = None if line is None else str(line), text or None, scopes
    return error


def _gradients(arrived: Mapping[Node, Any]) -> dict[Node, Tensor]:
    """What a user sees of the cotangents that have arrived; what gates tell each other is none."""
    return {node: _gradient(g) for node, g in arrived.items() if node.dtype.kind in "fc"}


def _gradient(cotangent: Any) -> Tensor:
    """What a user sees of a cotangent."""
    (array,) = arrays_in(cotangent)
    return Tensor._made(np.conj(array) if array.dtype.kind == "c" else array)


def _as_operation(primitive: Primitive, operands: Sequence[Any], result: Tensor) -> Operation:
    """A node for an operation that failed, whether it was recorded or not."""
    parents = [operand.node if isinstance(operand, Tensor) else None for operand in operands]
    node = operation(primitive, parents, [], result.shape, result.dtype)
    notes = node.annotate()
    notes.value, notes.operands = result.data, tuple(operands)
    notes.scopes, notes.line = current_mode().scopes, line_of_user()
    return node
