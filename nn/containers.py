"""Modules that hold modules."""

from __future__ import annotations

import itertools
import operator
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Self

from .module import Module


class Sequential(Module):
    """Calls its modules in order, each with what the one before gives.

    Parameters
    ----------
    *args
        Modules, named ``"0"``, ``"1"``, ... as they stand; or one mapping of names to modules.

    It is a sequence: ``model[0]``, ``model[:-1]`` (which shares its modules), ``model[-1] = ...``, ``len(model)``,
    ``append``, ``extend``, ``insert``, ``pop``, ``first + second``, ``2 * model`` (which has each module twice). Where
    modules are put in or taken out, all are named by their new places, as in PyTorch.

    >>> import nn
    >>> model = nn.Sequential(nn.Linear(3, 10), nn.ReLU(), nn.Linear(10, 1))
    >>> model
    Sequential(
      (0): Linear(in_features=3, out_features=10, bias=True)
      (1): ReLU()
      (2): Linear(in_features=10, out_features=1, bias=True)
    )
    >>> model([[1.0, 2.0, 3.0]]).shape
    (1, 1)
    """

    def __init__(self, *args: Module | Mapping[str, Module]) -> None:
        if len(args) == 1 and isinstance(args[0], Mapping):
            for name, module in args[0].items():
                self.register_module(name, _checked(module))
        else:
            self.extend(args)

    def forward(self, input: Any) -> Any:
        """Call all modules in order."""
        for module in vars(self).values():
            if isinstance(module, Module):
                input = module(input)
        return input

    def append(self, module: Module) -> Self:
        """Add a module at the end. Gives the container itself."""
        names = self._names()
        place = next(place for place in itertools.count(len(names)) if str(place) not in names)
        self.register_module(str(place), _checked(module))
        return self

    def extend(self, modules: Iterable[Any]) -> Self:
        """Add modules at the end. Gives the container itself."""
        for module in [_checked(module) for module in modules]:
            self.append(module)
        return self

    def insert(self, index: int, module: Module) -> Self:
        """Add a module before the one at ``index``. Gives the container itself.

        >>> import nn
        >>> model = nn.Sequential(nn.Linear(3, 2), nn.Linear(2, 1)).insert(1, nn.ReLU())
        >>> [name for name, _ in model.named_parameters()]
        ['0.weight', '0.bias', '2.weight', '2.bias']
        """
        place, count = operator.index(index), len(self)
        if not -count <= place <= count:
            raise IndexError(f"Sequential: index {place} is out of range; it holds {count} modules")
        others = list(self)
        self.append(module)  # which refuses what does not fit before anything has changed
        others.insert(place, module)
        self._renew(others)
        return self

    def pop(self, key: int | slice) -> Any:
        """Take out a module, or, for a slice, a ``Sequential`` of them, and give it."""
        taken = self[key]
        del self[key]
        return taken

    def _names(self) -> list[str]:
        return [name for name, value in vars(self).items() if isinstance(value, Module)]

    def _place(self, index: Any) -> int:
        place, count = operator.index(index), len(self)
        if not -count <= place < count:
            raise IndexError(f"Sequential: index {place} is out of range; it holds {count} modules")
        return place % count

    def __getitem__(self, index: int | slice) -> Any:
        if isinstance(index, slice):
            return Sequential({name: getattr(self, name) for name in self._names()[index]})
        return getattr(self, self._names()[self._place(index)])

    def __setitem__(self, index: int, module: Module) -> None:
        setattr(self, self._names()[self._place(index)], _checked(module))

    def __delitem__(self, index: int | slice) -> None:
        gone = range(len(self))[index] if isinstance(index, slice) else [self._place(index)]
        self._renew([module for place, module in enumerate(self) if place not in gone])

    def _renew(self, modules: Iterable[Module]) -> None:
        """Hold these modules, named by their places, and no other."""
        for name in self._names():
            del self.__dict__[name]
        for place, module in enumerate(modules):
            setattr(self, str(place), module)

    def __len__(self) -> int:
        return len(self._names())

    def __iter__(self) -> Iterator[Module]:
        return (getattr(self, name) for name in self._names())

    def __add__(self, other: Sequential) -> Sequential:
        return Sequential(*self, *_addend(other))

    def __iadd__(self, other: Sequential) -> Self:
        return self.extend(_addend(other))

    def __mul__(self, times: int) -> Sequential:
        return Sequential(*list(self) * _factor(times))

    __rmul__ = __mul__

    def __imul__(self, times: int) -> Self:
        return self.extend(list(self) * (_factor(times) - 1))


def _addend(other: Any) -> Sequential:
    if not isinstance(other, Sequential):
        raise ValueError(  # noqa: TRY004 - as in PyTorch
            f"Sequential: + takes another Sequential, got {type(other).__name__}; extend takes any modules"
        )
    return other


def _factor(times: Any) -> int:
    if not isinstance(times, int):
        raise TypeError(f"Sequential: * takes a whole number, got {type(times).__name__}")
    if times < 1:
        raise ValueError(f"Sequential: * takes a number of at least 1, got {times}")
    return times


def _checked(module: Any) -> Module:
    if not isinstance(module, Module):
        raise TypeError(f"Sequential: takes modules, got {type(module).__name__}; a function needs a Module around it")
    return module
