"""Find the operation, or the gradient rule, that makes the first NaN or Inf.

NumPy computes on with NaN and Inf, and a NaN in a loss does not say where it comes from. ``detect_anomaly`` looks at
every result and at every gradient, and raises where one is made that was in nothing it was made of.
"""

from __future__ import annotations

import threading
import warnings
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from .anomaly_reports import arrays_in, in_backward, in_forward, in_sum
from .modes import Interceptor, Rule, RuleInterceptor, current_mode, joining_walks
from .retaining import line_of_user

if TYPE_CHECKING:
    from .graph import Node, Operation
    from .primitives.declaration import Primitive
    from .tensor import Tensor


class detect_anomaly(joining_walks):  # noqa: N801 - PyTorch's name
    """Raise an error where the first NaN or Inf is made, in the forward or in the backward.

    A context manager and a decorator. Inside, the result of every operation is looked at, and in a backward that
    runs inside, what every gradient rule gives. Where such a value turns up and nothing that it was made of has one,
    ``AnomalyError`` says which operation made it, from which values, in which line and module; its method ``draw``
    draws the neighbourhood. What was given is not reported: a NaN in the data, or an infinite value that stays
    infinite, as in a mask. A NaN that is made of infinite values is.

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
    Every result is read once more and kept until its graph goes: use it to find an error, not to train. To have the
    line and the values of an operation whose gradient fails, compute the forward inside, too. Gradients that are added
    up at a leaf and overflow by that are not noticed.

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
        node = result.node
        scopes = current_mode().scopes
        if node is not None:
            notes = node.annotate()
            notes.value, notes.scopes, notes.line = result.data, scopes, line_of_user()
        if not getattr(self._in_rules, "depth", 0):  # of what a rule computes on its way, only what it gives counts
            bad = self._made(result, (*operands, attributes))
            if bad is not None:
                raise in_forward(primitive, operands, result, bad)
        warned.say()
        return result

    def walk(self, inner: RuleInterceptor, seeds: Mapping[Node, Any]) -> RuleInterceptor:
        """Give what applies the gradient rules of a walk, and looks at what they give."""
        ends = tuple(seeds)
        is_clean = not any(map(self._is_bad, seeds.values()))

        def apply(node: Operation, parent: Node, rule: Rule, g: Any, needed: Any) -> Any:
            nonlocal is_clean
            if is_clean and self._is_bad(g):
                is_clean = False
                if node.notes is None or not node.notes.hooks:
                    raise in_sum(node, ends, g, self._where(g))
            with _Warnings(self._warned, node.operation) as warned:
                self._in_rules.depth = getattr(self._in_rules, "depth", 0) + 1
                try:
                    contribution = inner(node, parent, rule, g, needed)
                finally:
                    self._in_rules.depth -= 1
            if self._is_bad(contribution):
                bad = self._made(contribution, (g, needed))
                if bad is not None:
                    raise in_backward(node, parent, rule, ends, g, contribution, bad)
                is_clean = False
            warned.say()
            return contribution

        return apply

    def _is_bad(self, value: Any) -> bool:
        return any(map(self._has_bad, arrays_in(value)))

    def _has_bad(self, array: Any) -> bool:
        return bool(self._where(array).any())

    def _where(self, array: Any) -> Any:
        return ~np.isfinite(array) if self._check_inf else np.isnan(array)

    def _made(self, outcome: Any, sources: Any) -> Any:
        """Where an outcome has a bad value that was not in what it was made of; ``None`` if nowhere."""
        array = next(arrays_in(outcome), None)
        if array is None or not self._has_bad(array):
            return None
        known = list(arrays_in(sources))
        if any(np.isnan(source).any() for source in known):
            return None
        was_infinite = any(np.isinf(source).any() for source in known)
        bad = np.isnan(array) if was_infinite else self._where(array)
        return bad if bad.any() else None


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
