"""Find the operation, or the gradient rule, that makes the first NaN or Inf.

NumPy computes on with NaN and Inf, and a NaN in a loss does not say where it comes from. ``detect_anomaly`` looks at
every result and at every gradient, and raises where one is made that was in nothing it was made of, or comes in.
"""

from __future__ import annotations

import threading
import warnings
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from .anomaly_reports import (
    Finding,
    Given,
    given_to,
    given_to_rules_of,
    in_accumulation,
    in_backward,
    in_forward,
    in_sum,
)
from .anomaly_texts import arrays_in
from .modes import Attendant, Interceptor, Rule, accumulating, current_mode, is_transposing, joining_walks
from .retaining import note

if TYPE_CHECKING:
    from .graph import Node, Operation
    from .primitives.declaration import Primitive
    from .tensor import Tensor


class detect_anomaly(joining_walks):  # noqa: N801 - PyTorch's name
    """Raise an error where the first NaN or Inf is made or comes in, in the forward or in the backward.

    A context manager and a decorator. Inside, the result of every operation is looked at, and in a backward that
    runs inside, what every gradient rule gives and what is added up of it. Where a NaN or Inf turns up,
    ``AnomalyError`` says which operation made it, from which values, in which line and module, or by which operand it
    came in: a weight that an optimizer has sent to infinity, a NaN in the data. Its method ``draw`` draws the
    neighbourhood. An infinite constant that stays infinite, as in a mask, is not reported; a NaN that is made of it is.

    Parameters
    ----------
    check_inf
        Whether Inf counts, too, and not NaN alone, as in PyTorch.

    Raises
    ------
    AnomalyError
        A ``FloatingPointError``, as NumPy raises under ``np.errstate(all="raise")``.

    Notes
    -----
    Every result is read once more and kept until its graph goes, with its operands: use it to find an error, not to
    train. To have the line and the values of an operation whose gradient fails, compute the forward inside, too. A
    gradient that is given to a backward, or that a hook gives, may hold NaN and Inf, which may go on and be added up; a
    NaN that a gradient rule makes of an Inf is reported all the same, as 0 times it.

    >>> import autograd as ag
    >>> x = ag.Tensor([1.0, 0.0], requires_grad=True, name="x")
    >>> with ag.detect_anomaly():
    ...     ag.log(x)
    Traceback (most recent call last):
    autograd.anomaly_reports.AnomalyError: log: the forward gave -inf at [1], of finite values
      result: float64 (2,), [0:2] = [0, -inf]
      x ('x'): float64 (2,), from 0 to 1, [0:2] = [1, 0]
      at <doctest ...
    """

    def __init__(self, *, check_inf: bool = True) -> None:
        if not isinstance(check_inf, (bool, np.bool_)):
            raise TypeError(f"detect_anomaly: check_inf is True or False, got {check_inf!r}")
        self._check_inf = bool(check_inf)
        self._warned = ("invalid", "divide", "over") if check_inf else ("invalid",)
        self._in_rules = threading.local()

    def apply(
        self, inner: Interceptor, primitive: Primitive, operands: Sequence[Any], attributes: dict[str, Any]
    ) -> Tensor:
        """Have a primitive applied, and look at its result."""
        with _Warnings(self._warned, primitive.name) as warned:
            result = inner(primitive, operands, attributes)
        of_rule = getattr(self._in_rules, "node", None)
        if result.node is not None:
            note(result.node, result, operands, attributes)
            if of_rule is not None:
                _attribute(result.node, of_rule)
        mode = current_mode()
        if isinstance(mode.setting, accumulating):
            bad = self._made(result, operands)
            if bad is not None:
                raise in_accumulation(mode.setting.node, operands, result, bad)
        elif of_rule is None and not is_transposing():  # of what a rule computes on its way, only what it gives counts
            given = given_to(primitive, operands)
            finding = self._finding(result, given, (operands, attributes))
            if finding is not None:
                raise in_forward(primitive, operands, result, given, finding)
        warned.say()
        return result

    def walk(self, inner: Attendant | None, seeds: Mapping[Node, Any]) -> Attendant:
        """Give who looks at what the gradient rules of a walk give."""
        return _Watching(inner, self, seeds)

    def _is_bad(self, value: Any) -> bool:
        return any(map(self._has_bad, arrays_in(value)))

    def _has_bad(self, array: Any) -> bool:
        return bool(self._where(array).any())

    def _where(self, array: Any) -> Any:
        return ~np.isfinite(array) if self._check_inf else np.isnan(array)

    def _finding(self, outcome: Any, given: Iterable[Given], sources: Any) -> Finding | None:
        """What is bad in an outcome, and whether it was made there or came in; ``None`` if there is nothing to say."""
        array = next(arrays_in(outcome), None)
        if array is None or not self._has_bad(array):
            return None
        for each in given:
            if self._is_bad(each.value) if each.is_weight else _has_nan(each.value) and _has_nan(array):
                return Finding(self._where(array), came_in_by=each)
        bad = self._made(array, sources)
        return None if bad is None else Finding(bad, of_infinite=_has_infinity(sources))

    def _made(self, outcome: Any, sources: Any) -> Any:
        """Where an outcome has a bad value that was not in what it was made of; ``None`` if nowhere."""
        array = next(arrays_in(outcome), None)
        if array is None or not self._has_bad(array) or _has_nan(sources):
            return None
        bad = np.isnan(array) if _has_infinity(sources) else self._where(array)
        return bad if bad.any() else None


def _has_nan(value: Any) -> bool:
    return any(np.isnan(array).any() for array in arrays_in(value))


def _has_infinity(value: Any) -> bool:
    return any(np.isinf(array).any() for array in arrays_in(value))


def _attribute(made: Node, rule_of: Operation) -> None:
    """Say of what a gradient rule has recorded to which operation of the program it belongs."""
    notes = made.annotate()
    part = "forward mode" if is_transposing() else "gradient rule"
    notes.scopes = (*rule_of.scopes, f"{part} of {rule_of.operation}")
    if rule_of.notes is not None and rule_of.notes.line is not None:
        notes.line = rule_of.notes.line


def _needed_of(node: Operation, needed: Any) -> list[Given]:
    """What is known of those of the operands and the result of an operation that a gradient rule of it needs."""
    return [
        each
        for each in given_to_rules_of(node)
        if any(np.array_equal(one, other, True) for one in arrays_in(each.value) for other in arrays_in(needed))
    ]


class _Watching(Attendant):
    """Looks at one walk, as long as nothing bad has been given to it."""

    def __init__(self, inner: Attendant | None, mode: detect_anomaly, seeds: Mapping[Node, Any]) -> None:
        super().__init__(inner)
        self._mode = mode
        self._ends = tuple(seeds)
        self._arrived: dict[Node, Any] = {}
        self._is_clean = not is_transposing() and not any(map(mode._is_bad, seeds.values()))

    def arrive(self, node: Node, g: Any) -> None:
        super().arrive(node, g)
        self._arrived[node] = g
        if self._is_clean and self._mode._is_bad(g):
            raise in_sum(node, self._ends, self._arrived, self._mode._where(next(arrays_in(g))))

    def apply(self, node: Operation, parent: Node, rule: Rule, g: Any, needed: Any) -> Any:
        mode, in_rules = self._mode, self._mode._in_rules
        self._arrived[node] = g  # which a hook may have changed
        with _Warnings(mode._warned, node.operation) as warned:
            around, in_rules.node = getattr(in_rules, "node", None), node
            try:
                contribution = super().apply(node, parent, rule, g, needed)
            finally:
                in_rules.node = around
        if not is_transposing() and mode._is_bad(contribution):
            finding = mode._finding(contribution, _needed_of(node, needed), (g, needed))
            if finding is not None:
                raise in_backward(node, parent, rule, self._ends, self._arrived, contribution, finding)
            self._is_clean = False
        warned.say()
        return contribution


class _Warnings:
    """Holds back what NumPy would warn of: an error says it better, or the warning is given after all."""

    def __init__(self, kinds: Sequence[str], name: str) -> None:
        handled: dict[str, Any] = {**np.geterr()}
        held: dict[str, Any] = {kind: "call" for kind in kinds if handled[kind] == "warn"}
        self._name = name
        said: list[str] = []
        self._said = said  # the function that hears has no reference to this object, of which it is a part
        if held and "call" not in handled.values():
            self._state = np.errstate(call=lambda kind, _: said.append(kind), **held)
        else:  # whoever is called already goes on to hear
            self._state = np.errstate()

    def __enter__(self) -> Self:
        self._state.__enter__()
        return self

    def __exit__(self, *raised: object) -> None:
        self._state.__exit__(None, None, None)

    def say(self) -> None:
        for kind in self._said:
            warnings.warn(f"{kind} encountered in {self._name}", RuntimeWarning, stacklevel=4)
