"""Lists and dicts of modules, whose parameters are found."""

from __future__ import annotations

import operator
from collections.abc import ItemsView, Iterable, Iterator, KeysView, Mapping, ValuesView
from itertools import chain, groupby
from typing import Any, Self, overload

from .module import Module


class _Collection(Module):
    """What lists and dicts share: the modules are those that are registered, in their order.

    It is not called, so that nothing tells its name but those of its modules, as in ``layers.0``.
    """

    def _be_called(self, name: str) -> None:
        super()._be_called(name)
        for inner, module in self._held().items():
            module._be_called(self._name_of_inner(inner))

    def _name_of_inner(self, attribute: str) -> str:
        return attribute if self._attribute is None else f"{self._attribute}.{attribute}"

    def _held(self) -> dict[str, Module]:
        return {name: value for name, value in vars(self).items() if isinstance(value, Module)}

    def __len__(self) -> int:
        return len(self._held())


class ModuleList(_Collection):
    """A list of modules, which it does not call itself.

    It starts with the modules given, if any, and has the methods of a list that make sense: indices and slices (which
    share their modules), ``append``, ``extend``, ``insert``, ``pop``, ``+`` and ``+=``. Modules are named by their
    places.

    >>> import nn
    >>> layers = nn.ModuleList([nn.Linear(2, 2), nn.Linear(2, 2), nn.ReLU()])
    >>> layers
    ModuleList(
      (0-1): 2 x Linear(in_features=2, out_features=2, bias=True)
      (2): ReLU()
    )
    >>> [name for name, _ in layers[:1].named_parameters()]
    ['0.weight', '0.bias']
    """

    def __init__(self, modules: Iterable[Module] | None = None) -> None:
        if modules is not None:
            self.extend(modules)

    def _renew(self, modules: Iterable[Module]) -> None:
        """Hold these modules, and no other."""
        for name in self._held():
            del self.__dict__[name]
        self.extend(modules)

    def _place(self, index: Any) -> int:
        place, count = operator.index(index), len(self)
        if not -count <= place < count:
            raise IndexError(f"{type(self).__name__}: index {place} is out of range; it holds {count} modules")
        return place % count

    @overload
    def __getitem__(self, index: slice) -> Self: ...

    @overload
    def __getitem__(self, index: int) -> Module: ...

    def __getitem__(self, index: int | slice) -> Module | Self:
        modules = list(self)
        return type(self)(modules[index]) if isinstance(index, slice) else modules[self._place(index)]

    def __setitem__(self, index: int, module: Module) -> None:
        self.register_module(str(self._place(index)), _checked(self, module))

    def __delitem__(self, index: int | slice) -> None:
        modules = list(self)
        del modules[index if isinstance(index, slice) else self._place(index)]
        self._renew(modules)

    def __iter__(self) -> Iterator[Module]:
        return iter(self._held().values())

    def __add__(self, other: Iterable[Module]) -> ModuleList:
        return ModuleList(chain(self, other))

    def __iadd__(self, modules: Iterable[Module]) -> Self:
        return self.extend(modules)

    def append(self, module: Module) -> Self:
        """Add a module at the end. Gives the list itself."""
        self.register_module(str(len(self)), _checked(self, module))
        return self

    def extend(self, modules: Iterable[Module]) -> Self:
        """Add modules at the end. Gives the list itself; raises ``TypeError`` for anything but modules."""
        if not isinstance(modules, Iterable):
            raise TypeError(f"{type(self).__name__}: takes several modules, got a single {type(modules).__name__}")
        for module in [_checked(self, module) for module in modules]:
            self.append(module)
        return self

    def insert(self, index: int, module: Module) -> None:
        """Add a module before the one at ``index``."""
        modules = list(self)
        modules.insert(index, _checked(self, module))
        self._renew(modules)

    def pop(self, key: int | slice) -> Any:
        """Take out a module, or, for a slice, a list of them, and give it."""
        taken = self[key]
        del self[key]
        return taken

    def __repr__(self) -> str:
        lines = []
        place = 0
        for text, same in groupby(map(repr, self)):
            count = len(list(same))
            label = f"({place}-{place + count - 1}): {count} x " if count > 1 else f"({place}): "
            lines.append("\n  " + (label + text).replace("\n", "\n  "))
            place += count
        return f"{type(self).__name__}({''.join(lines)}\n)" if lines else f"{type(self).__name__}()"


class ModuleDict(_Collection):
    """A dict of modules by name, which it does not call itself.

    It starts with a mapping, or pairs of names and modules, and has the methods of a dict that make sense; its order is
    that in which names came. A name is not empty, has no dot, and is none that the class has already. Raises
    ``TypeError`` for anything but modules.

    >>> import nn
    >>> choices = nn.ModuleDict({"hidden": nn.Linear(2, 2), "gate": nn.Sigmoid()})
    >>> choices["gate"](0.0).item(), list(choices)
    (0.5, ['hidden', 'gate'])
    """

    def __init__(self, modules: Mapping[str, Module] | Iterable[tuple[str, Module]] | None = None) -> None:
        if modules is not None:
            self.update(modules)

    def __getitem__(self, key: str) -> Module:
        return self._held()[key]

    def __setitem__(self, key: str, module: Module) -> None:
        self.register_module(key, _checked(self, module))

    def __delitem__(self, key: str) -> None:
        if key not in self:
            raise KeyError(key)
        del self.__dict__[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._held())

    def __contains__(self, key: object) -> bool:
        return key in self._held()

    def clear(self) -> None:
        """Take out all modules."""
        for key in self:
            del self.__dict__[key]

    def pop(self, key: str) -> Module:
        """Take out a module and give it; raises ``KeyError`` if there is none of that name."""
        module = self[key]
        del self[key]
        return module

    def keys(self) -> KeysView[str]:
        """Give the names."""
        return self._held().keys()

    def items(self) -> ItemsView[str, Module]:
        """Give pairs of names and modules."""
        return self._held().items()

    def values(self) -> ValuesView[Module]:
        """Give the modules."""
        return self._held().values()

    def update(self, modules: Mapping[str, Module] | ModuleDict | Iterable[tuple[str, Module]]) -> None:
        """Add modules, from a mapping or from pairs; a name that is there gets the new one."""
        for key, module in pairs(self, modules):
            self[key] = module


def pairs(owner: Module, given: Any) -> list[tuple[str, Any]]:
    """Give the pairs of a mapping, of something with ``items`` or of an iterable; raises ``TypeError`` otherwise."""
    found = given.items() if hasattr(given, "items") else given
    try:
        return [(key, value) for key, value in found]
    except (TypeError, ValueError) as error:
        raise TypeError(
            f"{type(owner).__name__}: takes a mapping or pairs of names and values, got {type(given).__name__}"
        ) from error


def _checked(owner: Module, module: Any) -> Module:
    if not isinstance(module, Module):
        raise TypeError(
            f"{type(owner).__name__}: takes modules, got {type(module).__name__}; a function needs a Module around it"
        )
    return module
