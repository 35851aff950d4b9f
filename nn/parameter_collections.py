"""Lists and dicts of parameters, which are found; other values may stand among them."""

from __future__ import annotations

import operator
from collections.abc import Iterable, Iterator
from typing import Any, Self

from autograd import Tensor

from .module import Module
from .module_collections import pairs
from .parameter import Parameter


class _Collection(Module):
    """What lists and dicts share: values under names, which are attributes."""

    _names: tuple[str, ...] = ()

    def _put(self, name: str, value: Any) -> None:
        """Hold a value under a name; a Tensor becomes a parameter."""
        if isinstance(value, Tensor) and not isinstance(value, Parameter):
            value = Parameter(value.detach())
        if isinstance(value, Parameter):
            self.register_parameter(name, value)
        elif name in self._names or not hasattr(self, name):
            setattr(self, name, value)
        else:
            raise KeyError(f"{type(self).__name__}: the attribute {name!r} exists already")
        if name not in self._names:
            self._names = (*self._names, name)

    def _drop(self, name: str) -> None:
        del self.__dict__[name]
        self._names = tuple(other for other in self._names if other != name)

    def __len__(self) -> int:
        return len(self._names)

    def __repr__(self) -> str:
        lines = [f"\n  ({name}): {_described(self.__dict__[name])}" for name in self._names]
        return f"{type(self).__name__}({''.join(lines)}\n)" if lines else f"{type(self).__name__}()"


class ParameterList(_Collection):
    """A list of parameters, and of other values, which are kept as they are; a Tensor becomes a parameter.

    It starts with the values given, if any, and has the methods that PyTorch's has: indices and slices (which share
    their parameters), ``append``, ``extend`` and ``+=``. Values are named by their places.

    >>> import nn, numpy as np
    >>> from autograd import Tensor
    >>> values = nn.ParameterList([nn.Parameter([1.0, 2.0]), Tensor([3.0])])
    >>> values
    ParameterList(
      (0): Parameter: float32 (2,)
      (1): Parameter: float64 (1,)
    )
    >>> [name for name, _ in values.named_parameters()]
    ['0', '1']
    """

    def __init__(self, values: Iterable[Any] | None = None) -> None:
        if values is not None:
            self.extend(values)

    def _name(self, index: Any) -> str:
        place, count = operator.index(index), len(self)
        if not -count <= place < count:
            raise IndexError(f"{type(self).__name__}: index {place} is out of range; it holds {count} values")
        return str(place % count)

    def __getitem__(self, index: int | slice) -> Any:
        if isinstance(index, slice):
            return type(self)(list(self)[index])
        return self.__dict__[self._name(index)]

    def __setitem__(self, index: int, value: Any) -> None:
        self._put(self._name(index), value)

    def __iter__(self) -> Iterator[Any]:
        return (self.__dict__[name] for name in self._names)

    def __iadd__(self, values: Iterable[Any]) -> Self:
        return self.extend(values)

    def append(self, value: Any) -> Self:
        """Add a value at the end. Gives the list itself."""
        self._put(str(len(self)), value)
        return self

    def extend(self, values: Iterable[Any]) -> Self:
        """Add values at the end. Gives the list itself; raises ``TypeError`` for a single one."""
        if isinstance(values, Tensor) or not isinstance(values, Iterable):
            raise TypeError(f"{type(self).__name__}: takes several values, got a single {type(values).__name__}")
        for value in values:
            self.append(value)
        return self


class ParameterDict(_Collection):
    """A dict of parameters by name, and of other values, which are kept as they are; a Tensor becomes a parameter.

    It starts with a mapping, or pairs of names and values, and has the methods of a dict. Its order is that in which
    names came. A parameter's name is a string that is not empty, has no dot, and is none that the class has already.

    >>> import nn
    >>> values = nn.ParameterDict({"left": nn.Parameter([1.0]), "right": nn.Parameter([2.0])})
    >>> values["left"].item(), list(values)
    (1.0, ['left', 'right'])
    """

    def __init__(self, parameters: Any = None) -> None:
        if parameters is not None:
            self.update(parameters)

    def __getitem__(self, key: str) -> Any:
        if key not in self:
            raise KeyError(key)
        return self.__dict__[key]

    def __setitem__(self, key: str, value: Any) -> None:
        if not isinstance(key, str):
            raise TypeError(f"{type(self).__name__}: names are strings, got {key!r}")
        self._put(key, value)

    def __delitem__(self, key: str) -> None:
        if key not in self:
            raise KeyError(key)
        self._drop(key)

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __reversed__(self) -> Iterator[str]:
        return reversed(self._names)

    def __contains__(self, key: object) -> bool:
        return key in self._names

    def __or__(self, other: Any) -> ParameterDict:
        joined = self.copy()
        joined.update(other)
        return joined

    def __ror__(self, other: Any) -> ParameterDict:
        joined = ParameterDict(other)
        joined.update(self)
        return joined

    def __ior__(self, other: Any) -> Self:
        self.update(other)
        return self

    def copy(self) -> ParameterDict:
        """Give another dict of the same values."""
        return ParameterDict(self.items())

    def fromkeys(self, keys: Iterable[str], default: Any = None) -> ParameterDict:
        """Give a new dict with these names, all of one value."""
        return ParameterDict([(key, default) for key in keys])

    def get(self, key: str, default: Any = None) -> Any:
        """Give the value of a name, or ``default`` if there is none."""
        return self.__dict__[key] if key in self._names else default

    def setdefault(self, key: str, default: Any = None) -> Any:
        """Give the value of a name; if there is none, it is ``default`` from now on."""
        if key not in self:
            self[key] = default
        return self[key]

    def pop(self, key: str) -> Any:
        """Take out a value and give it; raises ``KeyError`` if there is none of that name."""
        value = self[key]
        del self[key]
        return value

    def popitem(self) -> tuple[str, Any]:
        """Take out the last name and its value, and give both; raises ``KeyError`` if there is none."""
        if not self._names:
            raise KeyError(f"{type(self).__name__}: there is nothing to take out")
        key = self._names[-1]
        return key, self.pop(key)

    def clear(self) -> None:
        """Take out all values."""
        for key in self._names:
            del self[key]

    def keys(self) -> Any:
        """Give the names."""
        return dict(self.items()).keys()

    def items(self) -> list[tuple[str, Any]]:
        """Give pairs of names and values."""
        return [(key, self.__dict__[key]) for key in self._names]

    def values(self) -> list[Any]:
        """Give the values."""
        return [self.__dict__[key] for key in self._names]

    def update(self, parameters: Any) -> None:
        """Add values, from a mapping or from pairs; a name that is there gets the new one."""
        for key, value in pairs(self, parameters):
            self[key] = value


def _described(value: Any) -> str:
    kind = type(value).__name__
    return f"{kind}: {value.dtype} {value.shape}" if isinstance(value, Tensor) else f"object of type {kind}"
