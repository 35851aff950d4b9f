"""How a call that is written for a NumPy function becomes one of what answers it: other names, and ``out`` apart.

Our functions take operands by position, as the Array API has it, and leave away parameters that say nothing of values.
NumPy hands over a call as it was written. So what is given is brought to our order and our names, by the signatures of
both. Where NumPy takes more than we do, such as ``where=``, the function has a *face* that takes it; see ``registry``.
"""

from __future__ import annotations

import functools
import inspect
import itertools
import math
import sys
from collections.abc import Callable
from typing import Any

import numpy as np

from .registry import faces, load_further

#: NumPy's mark of what is not given, where None would say something; NumPy hands it over as an argument now and then.
NOT_GIVEN: Any = np._NoValue

Function = Callable[..., Any]
#: What is to be called with what, and where the result is to go.
Arranged = tuple[Function, tuple[Any, ...], dict[str, Any], Any]

_BY_POSITION = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)


#: Where ufuncs come from, which do not say so themselves, and what that is called in messages.
_HOMES = {"numpy": "np.", "scipy.special": "scipy.special."}


@functools.lru_cache(maxsize=1024)
def call_of(function: Function) -> str:
    """What a function of NumPy's, or a ufunc of anybody's, is called in messages.

    >>> call_of(np.linalg.norm), call_of(np.exp), call_of(np.frompyfunc(abs, 1, 1))
    ('np.linalg.norm', 'np.exp', 'abs (vectorized)')
    """
    if not isinstance(function, np.ufunc):
        return f"{function.__module__.replace('numpy', 'np', 1)}.{function.__name__}"
    name = function.__name__
    homes = (home for module, home in _HOMES.items() if getattr(sys.modules.get(module), name, None) is function)
    return f"{next(homes, '')}{name}"


@functools.lru_cache(maxsize=1024)
def form_of(function: Function, ours: Function) -> Form:
    """Give the form of calls of a NumPy function that ours answers; made when first met."""
    return Form(function, ours)


class Form:
    """The parameters of a NumPy function beside those of what answers it."""

    def __init__(self, function: Function, ours: Function) -> None:
        self.function = function
        self.ours = ours
        theirs = _parameters(function)
        own = _parameters(ours)
        self._names = [p.name for p in theirs if p.kind in _BY_POSITION]
        #: Whether ``out`` means what it says; an older NumPy does not tell, and means it.
        self._has_out = not theirs or any(p.name == "out" for p in theirs)
        #: Their names of what we take by position only, and of what we call otherwise.
        self._places: dict[str, int] = {}
        self._renamed: dict[str, str] = {}
        #: Whether it has NumPy's mark of what is not given as a default, and so takes it as an argument, too.
        self._takes_marks = any(p.default is NOT_GIVEN for p in theirs)
        #: How many arguments may stand as they are.
        self._alike = self._paired(theirs, own) if theirs else math.inf  # an older NumPy says nothing
        takes_all = any(p.kind is p.VAR_KEYWORD for p in own)
        self._keywords = {p.name for p in own if p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY)}
        if takes_all:
            named = {p.name for p in theirs if p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY)}
            self._keywords |= named.difference(self._places, self._renamed, ["out"])
        self._takes_all = takes_all

    def _paired(self, theirs: list[inspect.Parameter], own: list[inspect.Parameter]) -> float:
        """Pair parameters from the front on, as long as they mean the same; give how many do."""
        known = {p.name for p in own}
        for place, (their, our) in enumerate(zip(theirs, own, strict=False)):
            if their.kind is their.VAR_POSITIONAL or our.kind is our.VAR_POSITIONAL:
                return math.inf
            if their.name == "out" or their.kind not in _BY_POSITION or our.kind not in _BY_POSITION:
                return place
            if our.kind is our.POSITIONAL_ONLY:
                self._places[their.name] = place
            elif our.name != their.name:
                if their.name in known or our.name in self._names:
                    return place
                self._renamed[their.name] = our.name
        return min(len(theirs), len(own))

    def arranged(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Arranged:
        """Give what to call with what: ours, or the face that takes more; and what was given as ``out``."""
        if len(args) == 1 <= self._alike and not kwargs:  # what most calls are
            return self.ours, args, kwargs, None
        if self._takes_marks and _is_marked(args, kwargs):
            args, kwargs = self._without_marks(args, kwargs)
        if len(args) <= self._alike and kwargs.keys() <= self._keywords:
            return self.ours, args, kwargs, None
        named = dict(kwargs)
        if len(args) > self._alike:
            alike = int(self._alike)
            named |= dict(zip(self._names[alike:], args[alike:], strict=False))
            args = args[:alike]
        out = named.pop("out", None) if self._has_out else None
        for name in named:
            if not (name in self._keywords or name in self._places or name in self._renamed or self._takes_all):
                return self._face(name), args, named, out
        operands = list(args)
        for name, place in self._places.items():
            if place >= len(operands) and name in named:
                if place > len(operands):
                    raise TypeError(f"{call_of(self.function)}: give what stands before {name} as well")
                operands.append(named.pop(name))
        named = {self._renamed.get(name, name): value for name, value in named.items()}
        return self.ours, tuple(operands), named, out

    def _without_marks(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """Leave away what says that it is not given; what stands behind it is given by name then."""
        before = tuple(itertools.takewhile(lambda value: value is not NOT_GIVEN, args))
        named = dict(zip(self._names[len(before) :], args[len(before) :], strict=False)) | kwargs
        return before, {name: value for name, value in named.items() if value is not NOT_GIVEN}

    def _face(self, name: str) -> Function:
        load_further()
        if self.function not in faces:
            raise TypeError(f"{call_of(self.function)} on a Tensor does not take {name}=")
        return faces[self.function]


def _is_marked(args: tuple[Any, ...], kwargs: dict[str, Any]) -> bool:
    """Whether NumPy's mark of what is not given is there."""
    for value in (*args, *kwargs.values()):  # noqa: SIM110 - faster than any()
        if value is NOT_GIVEN:
            return True
    return False


def _parameters(function: Function) -> list[inspect.Parameter]:
    try:
        signature = getattr(function, "signature", None) or inspect.signature(function)
    except (TypeError, ValueError):
        return []
    return list(signature.parameters.values())
