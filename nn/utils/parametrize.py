"""Parametrisations: parameters that are computed from others whenever they are asked for.

``register_parametrization(module, "weight", parametrization)`` moves the parameter to
``module.parametrizations.weight.original``; from then on ``module.weight`` is ``parametrization(original)``, and
gradients go through. A weight that is computed from several has them as ``original0``, ``original1``, ... These are
PyTorch's names, so the keys of a ``state_dict`` are its, too.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, cast

from autograd import Tensor, asarray, no_grad

from ..module import Module
from ..module_collections import ModuleDict, ModuleList
from ..parameter import Parameter

__all__ = ["ParametrizationList", "cached", "is_parametrized", "register_parametrization", "remove_parametrizations"]

#: What this thread has computed inside ``cached``, by module and name.
_computed_values: ContextVar[dict[tuple[Module, str], Any] | None] = ContextVar("computed_values", default=None)


class ParametrizationList(ModuleList):
    """The parametrisations of one parameter or buffer, in their order, and what the first of them computes from.

    ``register_parametrization`` makes it; it stands at ``module.parametrizations.<name>``.

    Attributes
    ----------
    original
        What the parametrisations are applied to; ``original0``, ``original1``, ... if it is several Tensors.
    unsafe
        Whether shape and dtype may change.
    """

    def __init__(self, parametrization: Module, original: Tensor, unsafe: bool = False) -> None:
        super().__init__([parametrization])
        self.unsafe = unsafe
        with no_grad():
            new = _inverted(parametrization, original)
        self.is_tensor = isinstance(new, Tensor)
        tensors = [new] if self.is_tensor else _several(parametrization, new)
        if self.is_tensor and new.dtype != original.dtype:
            raise ValueError(
                f"right_inverse of {type(parametrization).__name__}: one Tensor has the dtype of what it was given, "
                f"{original.dtype}, and it gave {new.dtype}"
            )
        if not unsafe:
            _check_kept(parametrization, parametrization(*tensors), original)
        self._names = ["original"] if self.is_tensor else [f"original{place}" for place in range(len(tensors))]
        for name, tensor in zip(self._names, tensors, strict=True):
            _register(self, name, _with_value(original, tensor) if self.is_tensor else _alike(original, tensor))

    def originals(self) -> list[Tensor]:
        """Give what the first parametrisation is applied to."""
        return [getattr(self, name) for name in self._names]

    def forward(self) -> Tensor:
        """Compute the parameter."""
        first, *others = self
        value = first(*self.originals())
        for parametrization in others:
            value = parametrization(value)
        computed: Tensor = value
        return computed

    def right_inverse(self, value: Any) -> None:
        """Set the originals so that ``value`` is computed: what an assignment to the parameter does.

        Raises ``RuntimeError`` if a parametrisation has no method ``right_inverse``, ``ValueError`` if what it gives
        does not fit.
        """
        found: Any = asarray(value)
        with no_grad():
            for parametrization in reversed(list(self)):
                if not hasattr(parametrization, "right_inverse"):
                    raise RuntimeError(
                        f"{type(parametrization).__name__} has no method `right_inverse`, so nothing can be assigned "
                        "to what it computes"
                    )
                found = parametrization.right_inverse(found)
        given = [found] if isinstance(found, Tensor) else list(found)
        originals = self.originals()
        if [each.dtype for each in given] != [each.dtype for each in originals]:
            raise ValueError(
                f"right_inverse: must give {_described(originals)}, as at registration, and gave {_described(given)}"
            )
        for original, each in zip(originals, given, strict=True):
            original.data = each.data


def register_parametrization(
    module: Module, tensor_name: str, parametrization: Module, *, unsafe: bool = False
) -> Module:
    """Have a parameter or buffer computed by ``parametrization(original)`` whenever it is asked for.

    Parameters
    ----------
    module
        Whose it is. Its class becomes a subclass, ``ParametrizedLinear``, say.
    tensor_name
        The name of the parameter or buffer.
    parametrization
        A module. Its method ``right_inverse``, if it has one, gives the original for a value: one Tensor, or several,
        which are the arguments of ``forward`` then. Without it, the original is the value itself. A second one is
        applied to what the first gives.
    unsafe
        Whether the result may have another shape and dtype; nothing is tried then.

    Returns
    -------
    Module
        The module itself. A single original of the same shape is the same parameter as before; others are new ones,
        which an optimizer that was made before does not know.

    Raises
    ------
    TypeError
        If the module or the parametrization is none.
    ValueError
        If the module has no such parameter or buffer, or shape or dtype change and ``unsafe`` does not say so.

    >>> import nn, numpy as np
    >>> class Symmetric(nn.Module):
    ...     def forward(self, X):
    ...         return np.triu(X) + np.triu(X, 1).T
    >>> layer = nn.utils.parametrize.register_parametrization(nn.Linear(3, 3), "weight", Symmetric())
    >>> bool((layer.weight.data == layer.weight.data.T).all()), list(layer.state_dict())
    (True, ['bias', 'parametrizations.weight.original'])
    """
    modules: tuple[Any, Any] = (module, parametrization)
    if not all(isinstance(each, Module) for each in modules):
        raise TypeError(
            "register_parametrization: the module and the parametrization must be Modules, got "
            f"{type(module).__name__} and {type(parametrization).__name__}"
        )
    parametrization.train(module.training)
    if is_parametrized(module, tensor_name):
        _append(module, tensor_name, parametrization, unsafe)
        return module
    original = vars(module).get(tensor_name)
    if not isinstance(original, Parameter) and not (tensor_name in module._buffers and isinstance(original, Tensor)):
        raise ValueError(
            f"register_parametrization: {type(module).__name__} has no parameter or buffer {tensor_name!r}"
        )
    computing = ParametrizationList(parametrization, original, unsafe)
    delattr(module, tensor_name)
    module._buffers = {name: saved for name, saved in module._buffers.items() if name != tensor_name}
    if not is_parametrized(module):
        module.register_module("parametrizations", ModuleDict())
    _lists(module)[tensor_name] = computing
    _set_class(module)
    return module


def remove_parametrizations(module: Module, tensor_name: str, leave_parametrized: bool = True) -> Module:
    """Make a parameter or buffer an ordinary one again, with the value that is computed now.

    With ``leave_parametrized=False`` it is the original instead. A single original becomes the parameter, as the same
    object if the value has its shape and dtype; otherwise it is a new one. Raises ``ValueError`` if the parameter is
    not parametrised, or the original is to stay and there are several. Gives the module itself.

    >>> import nn
    >>> layer = nn.utils.parametrizations.weight_norm(nn.Linear(3, 2))
    >>> list(nn.utils.parametrize.remove_parametrizations(layer, "weight").state_dict())
    ['bias', 'weight']
    """
    if not is_parametrized(module, tensor_name):
        raise ValueError(f"remove_parametrizations: {type(module).__name__} has no parametrised {tensor_name!r}")
    computing = _list(module, tensor_name)
    kept = computing.originals()[0]
    if not leave_parametrized and not computing.is_tensor:
        raise ValueError(
            f"remove_parametrizations: {tensor_name} is computed from {len(computing.originals())} Tensors, so it can "
            "only stay as it is computed, leave_parametrized=True"
        )
    if leave_parametrized:
        with no_grad():
            value = computing()
        kept = _with_value(kept, value) if computing.is_tensor else _alike(kept, value)
    del _lists(module)[tensor_name]
    _forget(module, tensor_name)
    _set_class(module)
    _register(module, tensor_name, kept)
    return module


def is_parametrized(module: Module, tensor_name: str | None = None) -> bool:
    """Tell whether a parameter or buffer of a module is parametrised: the one of that name, or any.

    >>> import nn
    >>> layer = nn.utils.parametrizations.weight_norm(nn.Linear(3, 2))
    >>> [nn.utils.parametrize.is_parametrized(layer, name) for name in ("weight", "bias")]
    [True, False]
    """
    lists = vars(module).get("parametrizations")
    if not isinstance(lists, ModuleDict):
        return False
    return len(lists) > 0 if tensor_name is None else tensor_name in lists


@contextmanager
def cached() -> Iterator[None]:
    """Compute each parametrised value only once inside the block: for weights that several steps of a net share.

    What is assigned to a parametrised name is computed anew. What its originals get otherwise, by an optimizer, say, is
    not seen before the block ends; so one forward and its backward belong into a block.

    >>> import nn
    >>> layer = nn.utils.parametrizations.weight_norm(nn.Linear(3, 2))
    >>> with nn.utils.parametrize.cached():
    ...     layer.weight is layer.weight
    True
    """
    outer = _computed_values.get()
    token = _computed_values.set({} if outer is None else outer)
    try:
        yield
    finally:
        _computed_values.reset(token)


def _lists(module: Module) -> ModuleDict:
    lists: ModuleDict = vars(module)["parametrizations"]
    return lists


def _list(module: Module, tensor_name: str) -> ParametrizationList:
    return cast("ParametrizationList", _lists(module)[tensor_name])


def _append(module: Module, tensor_name: str, parametrization: Module, unsafe: bool) -> None:
    """Apply another parametrisation to what is computed already."""
    computing = _list(module, tensor_name)
    if not unsafe:
        value = computing()
        result = parametrization(value)
        _check_kept(parametrization, result, value)
        with no_grad():
            _check_kept(parametrization, _inverted(parametrization, result), value)
    computing.append(parametrization)
    _forget(module, tensor_name)
    computing.unsafe = computing.unsafe or unsafe


def _set_class(module: Module) -> None:
    """Make the module one of a subclass in which its parametrised names are computed, or of its own class again."""
    parametrized = type(module)
    base = parametrized.__bases__[0] if vars(parametrized).get("_is_parametrized") else parametrized
    computed = {name: _computed(name) for name in _lists(module)}
    if computed:
        made = type(f"Parametrized{base.__name__}", (base,), {"_is_parametrized": True, **computed})
        made.__module__ = base.__module__
        module.__class__ = made
    else:
        module.__class__ = base
        del vars(module)["parametrizations"]


def _computed(name: str) -> property:
    """The attribute that computes a parameter, and sets what it is computed from."""

    def value(module: Any) -> Any:
        known = _computed_values.get()
        if known is None:
            return module.parametrizations[name]()
        if (module, name) not in known:
            known[module, name] = module.parametrizations[name]()
        return known[module, name]

    def assign(module: Any, value: Any) -> None:
        module.parametrizations[name].right_inverse(value)
        _forget(module, name)

    return property(value, assign)


def _forget(module: Module, name: str) -> None:
    known = _computed_values.get()
    if known is not None:
        known.pop((module, name), None)


def _register(module: Module, name: str, tensor: Tensor) -> None:
    if isinstance(tensor, Parameter):
        module.register_parameter(name, tensor)
    else:
        module.register_buffer(name, tensor)


def _alike(original: Tensor, value: Tensor) -> Tensor:
    """A parameter of a value if the original was one, and a plain Tensor otherwise."""
    constant = value.detach()
    return Parameter(constant, original.requires_grad) if isinstance(original, Parameter) else constant


def _with_value(tensor: Tensor, value: Tensor) -> Tensor:
    """A parameter or buffer with another value: the same object where its shape and dtype allow that."""
    if (value.shape, value.dtype) != (tensor.shape, tensor.dtype):
        return _alike(tensor, value)
    tensor.data = value.data
    return tensor


def _inverted(parametrization: Module, value: Tensor) -> Any:
    """What a parametrisation makes a value of, or the value itself if it does not say so."""
    if not hasattr(parametrization, "right_inverse"):
        return value
    try:
        return parametrization.right_inverse(value)
    except NotImplementedError:
        return value


def _several(parametrization: Module, given: Any) -> Sequence[Tensor]:
    if not isinstance(given, Sequence) or not all(isinstance(each, Tensor) for each in given):
        raise ValueError(
            f"right_inverse of {type(parametrization).__name__}: gives a Tensor or a sequence of Tensors, and gave "
            f"{type(given).__name__}"
        )
    return given


def _check_kept(parametrization: Module, found: Any, like: Tensor) -> None:
    """Raise if a parametrisation, or its inverse, has changed what a Tensor looks like."""
    if not isinstance(found, Tensor) or found.shape != like.shape or found.dtype != like.dtype:
        raise ValueError(
            f"register_parametrization: {type(parametrization).__name__} and its right_inverse give a Tensor of the "
            f"dtype and shape that there were, {_described([like])}, unless unsafe=True says otherwise; got "
            f"{_described([found])}"
        )


def _described(values: Sequence[Any]) -> str:
    return ", ".join(
        f"{value.dtype} {value.shape}" if isinstance(value, Tensor) else type(value).__name__ for value in values
    )
