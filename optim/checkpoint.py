"""What an optimizer's ``state_dict`` holds, and how it is taken over again: all of it or nothing."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd import Tensor

from .bundle import Memory, States
from .implementation import check_implementation

if TYPE_CHECKING:
    from .group import ParameterGroup
    from .optimizer import Optimizer


def saved(optimizer: Optimizer) -> dict[str, Any]:
    """Write down the state of an optimizer, in PyTorch's form; see ``Optimizer.state_dict``."""
    state: dict[int, dict[str, Tensor]] = {}
    groups = []
    numbering = itertools.count()
    for group in optimizer.param_groups:
        numbers = [next(numbering) for _ in group["params"]]
        groups.append({**group.options, "params": numbers})
        for number, memory in zip(numbers, group.memories(), strict=True):
            if memory.state and memory.step:
                scalars = {name: Tensor(value) for name, value in memory.scalars.items()}
                arrays = {name: Tensor(array) for name, array in memory.state.items()}
                state[number] = {"step": Tensor(float(memory.step)), **scalars, **arrays}
    return {"state": state, "param_groups": groups}


def load(optimizer: Optimizer, state_dict: Mapping[str, Any]) -> None:
    """Take over the state of an optimizer; see ``Optimizer.load_state_dict``."""
    given = state_dict["param_groups"]
    sizes = [len(group["params"]) for group in optimizer.param_groups]
    if [len(group["params"]) for group in given] != sizes:
        raise ValueError(
            f"load_state_dict: the optimizer has groups of {sizes} parameters, the state that was given has groups of "
            f"{[len(group['params']) for group in given]}"
        )
    prepared = []
    for group, saved_group in zip(optimizer.param_groups, given, strict=True):
        options = {**group.options, **{key: value for key, value in saved_group.items() if key != "params"}}
        check_implementation(options)
        optimizer.check(options)
        states = [state_dict["state"].get(number, {}) for number in saved_group["params"]]
        prepared.append((options, _memories(group, states, optimizer.states(options), optimizer.scalars(options))))
    for group, (options, memories) in zip(optimizer.param_groups, prepared, strict=True):
        group.update(options)
        group.restore(memories)


def _memories(
    group: ParameterGroup, states: list[Mapping[str, Any]], names: States, scalars: Mapping[str, float]
) -> list[Memory]:
    """Check what is to be remembered of the parameters of a group."""
    memories = []
    for parameter, state in zip(group["params"], states, strict=True):
        arrays = {name: np.asarray(state[name]) for name in names if state.get(name) is not None}
        for name, array in arrays.items():
            if array.shape != (wanted := _shape(names, name, parameter)):
                raise ValueError(
                    f"load_state_dict: {name} has the shape {array.shape}, its parameter the shape {parameter.shape}"
                    + (f", which needs {wanted}" if wanted != parameter.shape else "")
                )
        # PyTorch's SGD does not count; that it remembers anything says that there was a step.
        numbers = {name: float(state[name]) for name in scalars if name in state}
        memories.append(Memory(int(state.get("step", bool(arrays))), arrays, numbers))
    return memories


def _shape(names: States, name: str, parameter: Tensor) -> tuple[int, ...] | None:
    """Give the shape that a state of a parameter has: the parameter's, unless a function says it."""
    shape_of = names[name] if isinstance(names, Mapping) else None
    return shape_of(parameter.shape) if callable(shape_of) else parameter.shape
