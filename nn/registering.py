"""What a module is made of: parameters, buffers and other modules, registered under the names of its attributes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeGuard, TypeVar, cast

from autograd import Tensor

from .parameter import Parameter

if TYPE_CHECKING:
    from .module import Module

Found = TypeVar("Found")

#: No hooks, no buffers: what an instance starts with.
NONE: Mapping[Any, Any] = MappingProxyType({})


class Registering:
    """The part of ``Module`` that holds and finds what is assigned to its attributes, which are the only registry."""

    _attribute: str | None = None  # what the parent calls it: a name, not a reference, so there is no cycle
    _buffers: Mapping[str, bool] = NONE  # for each buffer, by name, whether it is saved

    def __setattr__(self, name: str, value: Any) -> None:
        if isinstance(value, Parameter):
            if value.name is None:
                value.name = name
        elif _is_module(value):
            if any(module is self for module in value.modules()):
                raise ValueError(
                    f"{type(self).__name__}.{name}: this module is a part of the {type(value).__name__} that it is to "
                    "contain, and would contain itself"
                )
            value._be_called(self._name_of_inner(name))
        elif value is not None:
            self._refuse_to_unregister(name, value)
        object.__setattr__(self, name, value)

    def _be_called(self, name: str) -> None:
        """Take the name that a parent has for this module."""
        object.__setattr__(self, "_attribute", name)

    def _name_of_inner(self, attribute: str) -> str:
        """Give the name that a module inside this one gets."""
        return attribute

    def _refuse_to_unregister(self, name: str, value: Any) -> None:
        """Keep a parameter, submodule or buffer from being hidden by something that would not be found."""
        held = self.__dict__.get(name)
        expected: type[Any] | None = next((kind for kind in (Parameter, Registering) if isinstance(held, kind)), None)
        if expected is None and name in self._buffers and not isinstance(value, Tensor):
            expected = Tensor
        if expected is not None:
            raise TypeError(
                f"{type(self).__name__}.{name} is a registered {_called(expected)} and takes a {_called(expected)} or "
                f"None, got {type(value).__name__}; to change its values, assign to {name}.data"
            )

    def register_parameter(self, name: str, param: Parameter | None) -> None:
        """Assign a parameter to the attribute ``name``; ``None`` keeps the attribute for one that is not used."""
        self._register(name, param, Parameter)

    def register_module(self, name: str, module: Module | None) -> None:
        """Assign a submodule to the attribute ``name``."""
        self._register(name, module, Registering)

    add_module = register_module

    def register_buffer(self, name: str, tensor: Tensor | None, persistent: bool = True) -> None:
        """Assign a Tensor that is part of the module's state, but is not trained, to the attribute ``name``.

        ``persistent`` says whether ``state_dict`` holds it.

        >>> import nn
        >>> from autograd import Tensor
        >>> module = nn.Module()
        >>> module.register_buffer("mean", Tensor([0.5]))
        >>> list(module.state_dict())
        ['mean']
        """
        self._register(name, tensor, Tensor)
        self._buffers = {**self._buffers, name: persistent}

    def _register(self, name: str, value: Any, kind: type[Any]) -> None:
        owner = type(self).__name__
        if value is not None and not isinstance(value, kind):
            raise TypeError(f"{owner}: {name!r} must be a {_called(kind)} or None, got {type(value).__name__}")
        if not name or "." in name:
            raise KeyError(f"{owner}: a name must not be empty or contain a dot, got {name!r}")
        if hasattr(self, name) and name not in self.__dict__:
            raise KeyError(f"{owner}: the attribute {name!r} exists already")
        setattr(self, name, value)

    # Finding what is registered

    def named_children(self) -> Iterator[tuple[str, Module]]:
        """Give the submodules assigned to this module's own attributes, each once, with their names."""
        return _each_once((name, value) for name, value in vars(self).items() if _is_module(value))

    def children(self) -> Iterator[Module]:
        """Give the submodules assigned to this module's own attributes, each once."""
        return (module for _, module in self.named_children())

    def get_submodule(self, target: str) -> Module:
        """Give the module at a dotted path; the empty one is this module's. Raises ``AttributeError`` if there is none.

        >>> import nn
        >>> nn.Sequential(nn.Linear(3, 2), nn.ReLU()).get_submodule("1")
        ReLU()
        """
        return cast("Module", self._at(target, Registering))

    def get_parameter(self, target: str) -> Parameter:
        """Give the parameter at a dotted path; raises ``AttributeError`` if there is none."""
        return self._at(target, Parameter)

    def get_buffer(self, target: str) -> Tensor:
        """Give the buffer at a dotted path; raises ``AttributeError`` if there is none."""
        path, _, name = target.rpartition(".")
        if name not in self.get_submodule(path)._buffers:
            raise AttributeError(f"{type(self).__name__} has no buffer {target!r}")
        return self._at(target, Tensor)

    def _at(self, target: str, kind: type[Found]) -> Found:
        found: Any = self
        for name in target.split(".") if target else ():
            found = vars(found).get(name) if isinstance(found, Registering) else None
        if not isinstance(found, kind):
            raise AttributeError(  # noqa: TRY004 - it is about a path, as PyTorch says it
                f"{type(self).__name__} has no {_called(kind).lower()} {target!r}"
            )
        return found

    def named_modules(self, prefix: str = "", remove_duplicate: bool = True) -> Iterator[tuple[str, Module]]:
        """Give this module and all modules inside it, parents first, with their dotted paths.

        >>> import nn
        >>> [path for path, _ in nn.Sequential(nn.Linear(2, 2), nn.Sequential(nn.ReLU())).named_modules()]
        ['', '0', '1', '1.0']
        """
        return self._walk(prefix, set(), remove_duplicate)

    def _walk(self, prefix: str, passed: set[Module], remove_duplicate: bool) -> Iterator[tuple[str, Module]]:
        """Go through all modules that were not passed before, or, with duplicates, not on the way from the root."""
        module = cast("Module", self)
        if module in passed:
            return
        passed = passed if remove_duplicate else set(passed)
        passed.add(module)
        yield prefix, module
        for name, value in vars(self).items():
            if _is_module(value):
                yield from value._walk(_joined(prefix, name), passed, remove_duplicate)

    def modules(self, remove_duplicate: bool = True) -> Iterator[Module]:
        """Give this module and all modules inside it, parents first; each once, or at each of its places."""
        return (module for _, module in self.named_modules(remove_duplicate=remove_duplicate))

    def named_parameters(
        self, prefix: str = "", recurse: bool = True, remove_duplicate: bool = True
    ) -> Iterator[tuple[str, Parameter]]:
        """Give the parameters with their dotted paths; one that is used in several places once, at its first place.

        >>> import nn
        >>> [name for name, _ in nn.Sequential(nn.Linear(3, 10), nn.ReLU()).named_parameters()]
        ['0.weight', '0.bias']
        """
        modules = self.named_modules(prefix, remove_duplicate) if recurse else iter([(prefix, self)])
        found = (
            (_joined(path, name), value)
            for path, module in modules
            for name, value in vars(module).items()
            if isinstance(value, Parameter)
        )
        return _each_once(found) if remove_duplicate else found

    def parameters(self, recurse: bool = True) -> Iterator[Parameter]:
        """Give the parameters, each once: what an optimizer is made with."""
        return (parameter for _, parameter in self.named_parameters(recurse=recurse))

    def named_buffers(
        self, prefix: str = "", recurse: bool = True, remove_duplicate: bool = True
    ) -> Iterator[tuple[str, Tensor]]:
        """Give the buffers with their dotted paths."""
        modules = self.named_modules(prefix, remove_duplicate) if recurse else iter([(prefix, self)])
        found = (
            (_joined(path, name), module.__dict__[name])
            for path, module in modules
            for name in module._buffers
            if module.__dict__.get(name) is not None
        )
        return _each_once(found) if remove_duplicate else found

    def is_persistent(self, name: str) -> bool:
        """Tell whether ``state_dict`` holds this module's own buffer of that name."""
        return self._buffers[name]

    def buffers(self, recurse: bool = True) -> Iterator[Tensor]:
        """Give the buffers, each once."""
        return (buffer for _, buffer in self.named_buffers(recurse=recurse))


def _is_module(value: Any) -> TypeGuard[Module]:
    return isinstance(value, Registering)


def _called(kind: type[Any]) -> str:
    return "Module" if kind is Registering else kind.__name__


def _joined(prefix: str, name: str) -> str:
    return f"{prefix}.{name}" if prefix else name


def _each_once(pairs: Iterator[tuple[str, Found]]) -> Iterator[tuple[str, Found]]:
    seen: set[int] = set()
    for name, found in pairs:
        if id(found) not in seen:
            seen.add(id(found))
            yield name, found
