"""What is called before and after a module, and when a backward has passed it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from autograd import Tensor, scope
from autograd.modes import current_mode
from autograd.tensor import Removal

if TYPE_CHECKING:
    from autograd.gates import Gradients, Passage

    from .module import Module

#: Sees a module, the positional arguments of a call (and those by name, if it asks for them), and the output; may give
#: back another output to use instead.
ForwardHook = Callable[..., Any]

#: Sees a module and the positional arguments of a call (and those by name, if it asks for them); may give back others.
ForwardPreHook = Callable[..., Any]

#: Sees a module, the gradients for its positional arguments and those of its outputs; may give back others to use for
#: the arguments.
BackwardHook = Callable[["Module", "Gradients", "Gradients"], Any]

#: By a key for each, a hook and whether it gets the arguments by name, too.
Hooks = dict[object, tuple[Callable[..., Any], bool]]


def added(
    known: Mapping[Any, Any], hook: Any, caller: str, *, prepend: bool, with_kwargs: bool
) -> tuple[Hooks, Removal]:
    """Give the hooks with one more, which is called last, or first if ``prepend``, and what removes it."""
    if not callable(hook):
        raise TypeError(f"{caller}: a hook is a function, got {type(hook).__name__}")
    hooks: Hooks = known if isinstance(known, dict) else {}
    key = object()
    others = dict(hooks) if prepend else {}
    if prepend:
        hooks.clear()
    hooks[key] = hook, with_kwargs
    hooks.update(others)
    return hooks, Removal(hooks, key)  # type: ignore[arg-type]


def call(module: Module, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Call a module that has hooks."""
    for hook, with_kwargs in tuple(module._forward_pre_hooks.values()):
        args, kwargs = _before(module, hook, with_kwargs, args, kwargs)
    passage = None
    if module._backward_hooks and current_mode().recording:
        passage = _passage(module)
        args = tuple(passage.enter(args))
    with scope(module.title):
        output = module.forward(*args, **kwargs)
    for hook, with_kwargs in tuple(module._forward_hooks.values()):
        replacement = hook(module, args, kwargs, output) if with_kwargs else hook(module, args, output)
        output = output if replacement is None else replacement
    return output if passage is None else _left(module, passage, output)


def _before(
    module: Module, hook: ForwardPreHook, with_kwargs: bool, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """Call a hook before the forward; give the arguments to go on with."""
    if not with_kwargs:
        given = hook(module, args)
        return args if given is None else given if isinstance(given, tuple) else (given,), kwargs
    given = hook(module, args, kwargs)
    if given is None:
        return args, kwargs
    if not (
        isinstance(given, tuple) and len(given) == 2 and isinstance(given[0], tuple) and isinstance(given[1], dict)
    ):
        raise TypeError(
            f"{type(module).__name__}: a forward pre-hook with_kwargs gives None, or a tuple of the arguments and a "
            f"dict of those by name; it gave {type(given).__name__}"
        )
    return given


def _passage(module: Module) -> Passage:
    """Make what tells the backward hooks of a module, those that there are now, of the gradients of one call."""
    from autograd.gates import Passage

    hooks = tuple(hook for hook, _ in module._backward_hooks.values())

    def look(inputs: Gradients, outputs: Gradients) -> Gradients:
        for hook in hooks:
            given = hook(module, inputs, outputs)
            if given is None:
                continue
            chosen = given if isinstance(given, tuple) else (given,)
            if len(chosen) != len(inputs) or not all(isinstance(each, Tensor | None) for each in chosen):
                raise TypeError(
                    f"{type(module).__name__}: a full backward hook gives None, or one gradient, a Tensor or None, for "
                    f"each of the {len(inputs)} positional arguments; it gave {_described(given)}"
                )
            inputs = chosen
        return inputs

    return Passage(look)


def _left(module: Module, passage: Passage, output: Any) -> Any:
    if isinstance(output, Tensor):
        return passage.leave([output])[0]
    if isinstance(output, (tuple, list)):
        left = passage.leave(output)
        return type(output)._make(left) if hasattr(output, "_make") else type(output)(left)
    raise TypeError(
        f"{type(module).__name__}: the output of a module with a full backward hook is a Tensor, or a tuple or list of "
        f"them; got {type(output).__name__}"
    )


def _described(given: Any) -> str:
    kinds = [type(each).__name__ for each in given] if isinstance(given, tuple) else [type(given).__name__]
    return f"{len(kinds)}: {', '.join(kinds)}"
