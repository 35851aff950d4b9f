"""Modules as trees of their parameters, so that transforms differentiate by a whole model.

A module that is made of others than its own parameters is a copy: of the same class, with copies of its submodules and
handles of its own on its buffers, so that running statistics that a forward changes are those of the copy. All else,
hooks and options, it has in common with the module that it is a copy of.

All parameters are leaves, each once however often it is used, the frozen ones, too: ``requires_grad`` says where a
backward leaves gradients, and a transform differentiates by what it is given, as ``torch.func`` does. As for other
Tensors, a derivative by parameters that require grad is part of their graph; under ``no_grad`` it is a constant.

>>> import autograd as ag, numpy as np, nn
>>> model, x = nn.Linear(3, 2), np.ones((4, 3), np.float32)
>>> with ag.no_grad():
...     gradient = ag.grad(lambda model, x: model(x).sum())(model, x)
>>> gradient
Linear(in_features=3, out_features=2, bias=True)
>>> {name: each.tolist() for name, each in gradient.named_parameters()}
{'weight': [[4.0, 4.0, 4.0], [4.0, 4.0, 4.0]], 'bias': [4.0, 4.0]}
>>> with ag.no_grad():  # a step down the slope
...     for parameter, slope in zip(model.parameters(), gradient.parameters(), strict=True):
...         parameter -= 0.1 * slope
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from autograd import Tensor, asarray
from autograd.trees import Branches, register_tree

from .module import Module
from .parameter import Parameter


def _branches(module: Module) -> Branches:
    parameters = dict(module.named_parameters())
    model = _copied(module, {})

    def make(parts: Sequence[Any]) -> Module:
        taking_place = {id(old): _as_parameter(new, old) for old, new in zip(parameters.values(), parts, strict=True)}
        made: Module = _copied(model, taking_place)
        return made

    return parameters, make


def with_others(module: Module, pairs: Iterable[tuple[Tensor, Tensor]]) -> Module:
    """Give a copy of a module with other Tensors in the place of some parameters and buffers, by pairs of both."""
    made: Module = _copied(module, {id(old): new._handle(old._kind) for old, new in pairs})
    return made


def _copied(value: Any, copies: dict[int, Any]) -> Any:
    """A copy of a module, with what takes the place of its parameters; ``copies`` has those made already, by id."""
    if id(value) in copies:
        return copies[id(value)]
    if isinstance(value, Module):
        made = copies[id(value)] = copy.copy(value)
        attributes = vars(made)
        attributes |= {name: _copied(each, copies) for name, each in attributes.items()}
        return made
    if isinstance(value, Tensor) and not isinstance(value, Parameter):
        return value._handle(Tensor)
    return value


def _as_parameter(leaf: Any, old: Parameter) -> Any:
    """A handle that a module finds as its parameter, of the kind that was there, on the value of a Tensor."""
    tensor = asarray(leaf) if isinstance(leaf, np.ndarray) else leaf
    return tensor._handle(old._kind) if isinstance(tensor, Tensor) else leaf


register_tree(Module, _branches)
