"""Calls of a module with other parameters than its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from autograd import Tensor, asarray

from .module import Module
from .trees import with_others


def functional_call(
    module: Module,
    parameters_and_buffers: Mapping[str, Any],
    args: Any = None,
    kwargs: Mapping[str, Any] | None = None,
) -> Any:
    """Call a module with Tensors in the place of its parameters and buffers; the module itself does not change.

    As ``torch.func.functional_call``. What the mapping does not name is the module's own. A parameter that is used in
    several places is replaced in all of them by what one of its paths names. Running statistics that the call changes
    are those of the copy that is called.

    Parameters
    ----------
    module
        What is called.
    parameters_and_buffers
        Tensors or arrays by dotted path, as ``named_parameters`` and ``named_buffers`` give them.
    args
        The argument, or a tuple of all positional ones.
    kwargs
        Arguments by name.

    Raises
    ------
    TypeError
        If what is called is no module, or the parameters are in no mapping.
    KeyError
        If the module has no parameter or buffer of a path.
    ValueError
        If a shape differs from that of what is replaced, or two paths name the same parameter.

    >>> import autograd as ag, numpy as np, nn
    >>> model = nn.Linear(2, 1)
    >>> weights = {"weight": np.array([[2.0, 3.0]]), "bias": np.zeros(1)}
    >>> gradient = ag.grad(lambda weights: nn.functional_call(model, weights, np.ones(2)).sum())(weights)
    >>> gradient["weight"]
    array([[1., 1.]])
    """
    if not isinstance(module, Module):
        raise TypeError(f"functional_call: takes a module first, got {module!r:.60}; a function is called as it is")
    if not isinstance(parameters_and_buffers, Mapping):
        raise TypeError(
            "functional_call: takes a dict of parameters by their paths, as dict(model.named_parameters()), got a "
            f"{type(parameters_and_buffers).__name__}"
        )
    own: dict[str, Tensor] = dict(module.named_parameters(remove_duplicate=False))
    own |= module.named_buffers(remove_duplicate=False)
    pairs: list[tuple[Tensor, Tensor]] = []
    for path, value in parameters_and_buffers.items():
        if path not in own:
            raise KeyError(f"functional_call: {type(module).__name__} has no parameter or buffer {path!r}: {list(own)}")
        tensor = asarray(value)
        if tensor.shape != own[path].shape:
            raise ValueError(f"functional_call: {path} has the shape {own[path].shape}, and {tensor.shape} was given")
        if any(old is own[path] for old, _ in pairs):
            raise ValueError(f"functional_call: {path} is shared, and another of its paths is named already; name one")
        pairs.append((own[path], tensor))
    arguments = args if isinstance(args, tuple) else () if args is None else (args,)
    return with_others(module, pairs)(*arguments, **(kwargs or {}))
