"""Optimizer: the base of all. It holds what changes from step to step; a subclass is a formula."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, ClassVar, Unpack

import numpy as np

from autograd import Tensor, enable_grad

from . import checkpoint
from .bundle import States
from .gradients import drop_gradients
from .group import ParameterGroup
from .implementation import Implementation, check_implementation


class Optimizer(ABC):
    """Changes parameters so that a loss falls, given their gradients.

    A subclass says in four functions what it does: which options are valid, what it remembers of each parameter, which
    numbers its formula needs, and the formula. These hold nothing: they get all that they work on as arguments, and
    Python in them may branch on options, never on values. So they serve arrays of any kind, size and grouping, and
    programs that are recorded once.

    Parameters
    ----------
    params
        The Tensors to be optimised, or dicts that hold some under ``"params"`` and options of their own beside; or
        pairs of name and Tensor, as ``model.named_parameters()`` gives them, everywhere. Names stand under
        ``"param_names"`` in each group and in its state. A parameter that is there twice is stepped once.
    defaults
        The options of groups that do not have their own.
    implementation
        PyTorch's ``foreach``, ``fused`` and ``capturable``. They change nothing, whatever they say, for here is one
        implementation that is all of these; they stay among the options of the groups, and in saved states. Its
        ``differentiable=True`` is refused, for a step is not recorded.

    Raises
    ------
    TypeError
        If ``params`` are not Tensors in an order, or there is no such option.
    ValueError
        If there are none, some have names and others do not, one of them is the result of an operation or in two
        groups, or an option is not valid.

    >>> import nn, optim
    >>> optimizer = optim.SGD(nn.Linear(3, 2).named_parameters(), lr=0.1)
    >>> optimizer.param_groups[0]["param_names"]
    ['weight', 'bias']
    """

    def __init__(
        self, params: Iterable[Any], defaults: Mapping[str, Any], **implementation: Unpack[Implementation]
    ) -> None:
        for option in implementation.keys() - Implementation.__annotations__.keys():
            raise TypeError(f"{type(self).__name__}: there is no option {option!r}; there are {', '.join(defaults)}")
        self.defaults = {**defaults, **implementation}
        self.param_groups: list[ParameterGroup] = []
        for group in _groups(params):
            self.add_param_group(group)

    # What an optimizer is

    @staticmethod
    @abstractmethod
    def check(options: Mapping[str, Any]) -> None:
        """Raise ``ValueError`` if an option is not valid."""

    @staticmethod
    @abstractmethod
    def states(options: Mapping[str, Any]) -> States:
        """Name the arrays that are remembered of each parameter, each of its shape.

        They are zero at first, or hold what a dict says.
        """

    @staticmethod
    def scalars(options: Mapping[str, Any]) -> Mapping[str, float]:  # noqa: ARG004
        """Name the single numbers that are remembered of each parameter, with what they are at first: none."""
        return {}

    @staticmethod
    @abstractmethod
    def numbers(lr: Any, step: Any, options: Mapping[str, Any], *scalars: Any) -> Sequence[Any]:
        """Give the numbers that the formula needs in a step: ``step`` is 1 in the first.

        New values of the scalars come first.
        """

    @staticmethod
    @abstractmethod
    def formula(
        parameter: Any,
        gradient: Any,
        states: Mapping[str, Any],
        numbers: Any,
        options: Mapping[str, Any],
        scratch: Any,
    ) -> tuple[Any, Mapping[str, Any]]:
        """Give the new parameter and the new states, from flat arrays of one length and arrays of single numbers.

        Parameter and states may be changed by augmented assignment, ``parameter -= ...``, which saves memory: it works
        in place on arrays, and gives something new for anything that stands for an array. The gradient may not.
        ``scratch`` is memory of the same length for intermediate results, ``np.sqrt(average, out=scratch)``, or
        ``None`` where each takes memory of its own.

        A class that has a ``workspace`` gets parameters and gradients in their shape instead. Its ``states`` are a dict
        of functions, which give the shape of a state from that of the parameter, or ``None`` if it has none; its
        ``scratch`` is a list of arrays of the shapes that ``workspace`` gives.
        """

    #: ``None``, or a static method that gives the shapes of a formula's ``scratch`` from that of the parameter.
    workspace: ClassVar[Any] = None

    # What it does

    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """Change all parameters that have a gradient; those that have none are passed over.

        Weights are changed in place where nothing else looks at them; a pending backward, an earlier ``state_dict`` or
        ``p.data`` keeps what it has.

        ``closure`` computes the loss and its gradients anew; it is called first, with recording on, and its loss is
        what ``step`` gives.
        """
        loss = None
        if closure is not None:
            with enable_grad():
                loss = closure()
        stepping = []
        for group in self.param_groups:
            names, scalars = self.states(group), self.scalars(group)
            for bundle, gradients in group.stepping():
                bundle.prepare(names, scalars)  # what it refuses is refused before anything has changed
                stepping.append((group, bundle, gradients))
        for group, bundle, gradients in stepping:
            remembered = map(np.ndarray.item, bundle.scalars.values())
            numbers = self.numbers(group.rate.item(), bundle.advance(), group, *remembered)
            bundle.update(gradients, self.formula, numbers, group)
        return loss

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Drop the gradients of all parameters, or set those that there are to zeros."""
        for group in self.param_groups:
            drop_gradients(group["params"], set_to_none)

    def add_param_group(self, param_group: Mapping[str, Any]) -> None:
        """Optimise further parameters, under ``"params"``, with options of their own or the defaults.

        >>> import nn, optim
        >>> optimizer = optim.SGD([nn.Parameter([1.0])], lr=0.1)
        >>> optimizer.add_param_group({"params": [nn.Parameter([2.0])], "lr": 0.01})
        >>> [group["lr"] for group in optimizer.param_groups]
        [0.1, 0.01]
        """
        if not isinstance(param_group, Mapping):
            raise TypeError(f"add_param_group: takes a dict, got {type(param_group).__name__}")
        if "params" not in param_group:
            raise ValueError(f"add_param_group: the parameters go under 'params', and there are only {[*param_group]}")
        group = ParameterGroup({**self.defaults, **param_group}, type(self).workspace)
        check_implementation(group)
        self.check(group)
        named = "param_names" in group
        if any(("param_names" in other) != named for other in self.param_groups):
            raise ValueError(
                "all optimizer param groups should be with/without names. cannot add param group "
                f"{'with' if named else 'without'} names to the optimizer"
            )
        present = {id(parameter) for other in self.param_groups for parameter in other["params"]}
        if any(id(parameter) in present for parameter in group["params"]):
            raise ValueError("some parameters appear in more than one parameter group")
        self.param_groups.append(group)

    @property
    def state(self) -> dict[Tensor, dict[str, Any]]:
        """What is remembered of each parameter, to be looked at: a snapshot, whose changes change no later step.

        >>> import nn, optim
        >>> weight = nn.Parameter([1.0])
        >>> optimizer = optim.SGD([weight], lr=0.1, momentum=0.9)
        >>> weight.grad = [2.0]
        >>> optimizer.step()
        >>> optimizer.state[weight]["momentum_buffer"]
        Tensor([2.], dtype=float32)
        """
        parameters = [parameter for group in self.param_groups for parameter in group["params"]]
        saved = self.state_dict()["state"]
        return {parameter: saved.get(number, {}) for number, parameter in enumerate(parameters)}

    def state_dict(self) -> dict[str, Any]:
        """Give the options, and what is remembered of each parameter that was stepped, by its number.

        The form is PyTorch's; arrays are constant Tensors, and a snapshot.

        >>> import nn, optim
        >>> weight = nn.Parameter([1.0])
        >>> optimizer = optim.SGD([weight], lr=0.1, momentum=0.9)
        >>> (weight * weight).sum().backward()
        >>> optimizer.step()
        >>> optimizer.state_dict()["state"][0]["momentum_buffer"]
        Tensor([2.], dtype=float32)
        """
        return checkpoint.saved(self)

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Take over what a ``state_dict`` of an optimizer of the same class and structure holds, also PyTorch's.

        Raises ``ValueError`` if groups, sizes, shapes or options do not fit; then nothing has been changed.
        """
        checkpoint.load(self, state_dict)

    def __repr__(self) -> str:
        lines = [f"{type(self).__name__} ("]
        for number, group in enumerate(self.param_groups):
            lines.append(f"Parameter Group {number}")
            lines += [f"    {key}: {group[key]}" for key in sorted(group.options)]
        return "\n".join([*lines, ")"])


def _groups(params: Iterable[Any]) -> list[Any]:
    if isinstance(params, (Tensor, Mapping)) or not isinstance(params, Iterable):
        raise TypeError(
            f"an optimizer takes a list of Tensors, as model.parameters() gives it, or of dicts, got a "
            f"{type(params).__name__}"
        )
    groups = params if isinstance(params, (set, frozenset)) else list(params)
    if not groups:
        raise ValueError("the optimizer got an empty parameter list")
    return groups if isinstance(groups, list) and isinstance(groups[0], Mapping) else [{"params": groups}]
