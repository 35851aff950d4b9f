"""What the rules of a primitive need, and where it stands among all that is known when an operation is recorded."""

from __future__ import annotations

import functools
import inspect
import itertools
from collections.abc import Callable, Mapping, Sequence
from operator import itemgetter
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from .declaration import Primitive

Function = Callable[..., Any]
#: A rule as a function of the cotangent and what it needs, the places of that, and what picks it out.
Entry = tuple[Callable[[Any, Any], Any], tuple[int | slice, ...], Callable[[Sequence[Any]], Any]]


class Shapes(list[tuple[int, ...]]):
    """The shapes of ``*operands``; the same object for the rules of all of them."""

    @functools.cached_property
    def _starts(self) -> dict[int, list[int]]:
        return {}

    def starts(self, axis: int) -> list[int]:
        """Where each operand starts if they are joined along an axis, and where the last one ends; counted once."""
        if axis not in self._starts:
            self._starts[axis] = [0, *itertools.accumulate(shape[axis] for shape in self)]
        return self._starts[axis]


_VARIABLE = inspect.CO_VARARGS | inspect.CO_VARKEYWORDS


def _parameters(rule: Function) -> tuple[list[str], bool]:
    """Give the names of a rule's parameters, and whether all can be given by position and by name."""
    code = getattr(rule, "__code__", None)
    if code is not None and not (code.co_flags & _VARIABLE or code.co_kwonlyargcount or code.co_posonlyargcount):
        return list(code.co_varnames[: code.co_argcount]), True  # inspect takes 20 times as long, at each import
    parameters = inspect.signature(rule).parameters
    return list(parameters), all(p.kind is p.POSITIONAL_OR_KEYWORD for p in parameters.values())


def _unpacking(rule: Function, count: int) -> Callable[[Any, Any], Any]:
    """A rule as a function of the cotangent and all that it needs; to spread a tuple takes three times as long."""
    if count == 1:
        return rule
    if count == 2:

        def with_two(g: Any, needed: Any) -> Any:
            first, second = needed
            return rule(g, first, second)

        return with_two
    if count == 3:

        def with_three(g: Any, needed: Any) -> Any:
            first, second, third = needed
            return rule(g, first, second, third)

        return with_three
    return (lambda g, needed: rule(g, *needed)) if count else lambda g, _: rule(g)


class Rules:
    """The rules of a primitive, by the position of the operand, each with the places of what it needs.

    What is known when an operation is recorded stands in one order: the operands, counted from the front; then the
    static attributes, the shapes that rules name, and the result, counted from the back. So places are given out once,
    when the primitive is declared, however many ``*operands`` a call has.
    """

    def __init__(self, primitive: Primitive, rules: Mapping[str, Function], *, with_residual: bool = False) -> None:
        self.entries: dict[int, Entry] = {}
        #: As they were declared, for those who read them.
        self.declared = dict(rules)
        self._name = primitive.name
        self._attributes = tuple(primitive.attributes)
        self._operand_names = primitive.operand_names
        self._star = len(primitive.operand_names) - 1 if primitive.is_variadic else None
        self._star_rule: Function | None = None
        named = {name for rule in rules.values() for name in _parameters(rule)[0]}
        if with_residual:
            self._attributes += ("residual",)
        statics = [
            *self._attributes,
            *(f"{name}_shape" for name in self._operand_names if f"{name}_shape" in named),
        ]
        self.has_statics = bool(statics)
        behind = -1 - len(statics)
        self._places: dict[str, int | slice] = {
            name: slice(place, behind) if place == self._star else place
            for place, name in enumerate(self._operand_names)
        }
        self._shaped = [self._places[name] for name in self._operand_names if f"{name}_shape" in named]
        self._places |= {name: place for place, name in enumerate([*statics, "out"], start=behind)}
        #: Where what a forward leaves to the rules stands, if it does.
        self.place_of_residual = self._places["residual"] if with_residual else None
        taken = {"g", "index", "out", *(f"{name}_shape" for name in self._operand_names)}
        if reserved := taken.intersection((*primitive.attributes, *self._operand_names)):
            raise TypeError(
                f"{self._name}: {', '.join(sorted(reserved))} means something else in rules; choose another name"
            )
        for operand, rule in rules.items():
            self._declare(operand, rule)

    def _declare(self, operand: str, rule: Function) -> None:
        names, named = _parameters(rule)
        is_star = self._star is not None and operand == self._operand_names[self._star]
        known = ["g", *self._places, *(["index"] if is_star else [])]
        if (
            operand not in self._operand_names
            or names[:1] != ["g"]
            or not named
            or any(name not in known for name in names)
        ):
            raise TypeError(
                f"{self._name}: a rule belongs to one of the operands {self._operand_names} and takes g, then any of "
                f"{tuple(known[1:])}; the rule for {operand!r} takes {tuple(names)}"
            )
        needs = names[1:]
        position = self._operand_names.index(operand)
        if position == self._star:
            self._star_rule = rule
        else:
            self.entries[position] = self._entry(rule, needs)

    def _entry(self, rule: Function, needs: list[str]) -> Entry:
        places = tuple(self._places[name] for name in needs)
        pick = itemgetter(*places or [slice(0)])  # of no places, an empty list
        return _unpacking(rule, len(places)), places, pick

    def missing(self, position: int) -> Entry:
        """Make the entry of one of ``*operands`` when it is first met."""
        if self._star_rule is None or self._star is None or not self._in_star(position):
            name = self._operand_names[-1 if self._in_star(position) else position]
            raise TypeError(
                f"{self._name}: there is no gradient rule for the operand {name!r}, and it requires grad; "
                "pass it as detach() if its gradient is not wanted"
            )
        rule = self._star_rule
        needs = _parameters(rule)[0][1:]
        if "index" in needs:
            needs.remove("index")
            rule = functools.partial(rule, index=position - self._star)
        self.entries[position] = self._entry(rule, needs)
        return self.entries[position]

    def statics(self, arrays: list[Any], attributes: dict[str, Any]) -> list[Any]:
        """Give what is known besides the result and the operands: attributes and shapes."""
        known = list(map(attributes.__getitem__, self._attributes))
        for at in self._shaped:
            if isinstance(at, int):
                known.append(getattr(arrays[at], "shape", ()))
            else:
                known.append(Shapes(getattr(array, "shape", ()) for array in arrays[at.start :]))
        return known

    def _in_star(self, position: int) -> bool:
        return self._star is not None and position >= self._star

    def own(self, arrays: list[Any], raw: list[int], requiring: list[int]) -> None:
        """Replace raw operands that some rule needs by copies that nobody else can write."""
        needed = [place for at in requiring for place in (self.entries.get(at) or self.missing(at))[1]]
        all_of_star = any(isinstance(place, slice) for place in needed)
        for position in raw:
            is_needed = position in needed or (all_of_star and self._in_star(position))
            if is_needed and isinstance(arrays[position], np.ndarray):
                arrays[position] = arrays[position].copy()
