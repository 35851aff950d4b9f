"""Modules that hold modules."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from .module import Module


class Sequential(Module):
    """Calls its modules in order, each with what the one before gives.

    Parameters
    ----------
    *args
        Modules, named ``"0"``, ``"1"``, ... as they stand; or one mapping of names to modules.

    It is a sequence: ``model[0]``, ``model[:-1]`` (which shares its modules), ``model[-1] = ...``, ``len(model)``.

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

    def append(self, module: Module) -> Sequential:
        """Add a module at the end. Gives the container itself."""
        names = self._names()
        place = next(place for place in itertools.count(len(names)) if str(place) not in names)
        self.register_module(str(place), _checked(module))
        return self

    def extend(self, modules: Iterable[Any]) -> Sequential:
        """Add modules at the end. Gives the container itself."""
        for module in modules:
            self.append(module)
        return self

    def _names(self) -> list[str]:
        return [name for name, value in vars(self).items() if isinstance(value, Module)]

    def _name(self, index: int) -> str:
        names = self._names()
        try:
            return names[index]
        except IndexError:
            raise IndexError(f"Sequential: index {index} is out of range; it holds {len(names)} modules") from None

    def __getitem__(self, index: int | slice) -> Any:
        if isinstance(index, slice):
            return Sequential({name: getattr(self, name) for name in self._names()[index]})
        return getattr(self, self._name(index))

    def __setitem__(self, index: int, module: Module) -> None:
        setattr(self, self._name(index), _checked(module))

    def __delitem__(self, index: int | slice) -> None:
        names = self._names()
        for name in names[index] if isinstance(index, slice) else [self._name(index)]:
            delattr(self, name)
        self._renumber()

    def _renumber(self) -> None:
        """Close the gaps in names that are numbers; names that were given stay."""
        modules = {name: self.__dict__.pop(name) for name in self._names()}
        for place, (name, module) in enumerate(modules.items()):
            setattr(self, str(place) if name.isdecimal() else name, module)

    def __len__(self) -> int:
        return len(self._names())

    def __iter__(self) -> Iterator[Module]:
        return (getattr(self, name) for name in self._names())


def _checked(module: Any) -> Module:
    if not isinstance(module, Module):
        raise TypeError(f"Sequential: takes modules, got {type(module).__name__}; a function needs a Module around it")
    return module
