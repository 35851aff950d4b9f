"""Parameter groups: parameters that are optimised with the same options."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Self

import numpy as np

from autograd import Tensor

from .bundle import Bundle, Memory, Workspace, bundled, parted


class ParameterGroup(dict[str, Any]):
    """The options of some parameters, which stand under ``"params"``; all options can be changed between steps.

    The learning rate ``"lr"`` is also kept in ``rate``, an array that is changed in place: a program that was recorded
    once reads it there. If the parameters came with names, as ``model.named_parameters()`` gives them, these stand
    under ``"param_names"``.

    >>> import nn, optim
    >>> optimizer = optim.SGD([nn.Parameter([1.0])], lr=0.1)
    >>> optimizer.param_groups[0]["lr"] = 0.01
    >>> optimizer.param_groups[0].rate
    array(0.01)
    """

    def __init__(self, options: Mapping[str, Any], workspace: Workspace | None = None) -> None:
        self.rate = np.zeros(())
        self._workspace = workspace
        parameters, names = parameters_of(options["params"])
        super().__init__(params=parameters)
        self.update(options, params=parameters)
        if names:
            self["param_names"] = names
        self.restore([Memory() for _ in self["params"]])

    def __reduce__(self) -> Any:
        """Copy, and pickle, by the options, the parameters and what is remembered of each."""
        return _restored, (dict(self), self._workspace, self.memories())

    def __setitem__(self, key: str, value: Any) -> None:
        if key == "params" and value is not self["params"]:
            raise ValueError("the parameters of a group cannot be replaced; make a new optimizer, or add_param_group")
        if key == "lr":
            self.rate[...] = value = _number(value)
        super().__setitem__(key, value)

    def update(self, *args: Any, **kwargs: Any) -> None:
        """Set several options, as ``dict.update`` does."""
        for key, value in dict(*args, **kwargs).items():
            self[key] = value

    def __ior__(self, other: Any) -> Self:  # type: ignore[override,misc]  # dict's has overloads
        self.update(other)
        return self

    @property
    def options(self) -> dict[str, Any]:
        """All but the parameters."""
        return {key: value for key, value in self.items() if key != "params"}

    def stepping(self) -> Iterator[tuple[Bundle, list[Any]]]:
        """Give the bundles whose parameters have gradients, with these.

        A bundle parts where some have a gradient and others have none. It stays so, for from then on some have been
        stepped more often.
        """
        for bundle in tuple(self.bundles):
            gradients = bundle.gradients()
            if len(gradients) == len(bundle.parameters):
                yield bundle, gradients
            elif gradients:
                place = self.bundles.index(bundle)
                self.bundles[place : place + 1] = parted(bundle)
                yield self.bundles[place], gradients

    def writable(self) -> list[Any]:
        """Give each parameter's array, to be written in place now: who looked at a parameter keeps what it has."""
        pairs = (zip(bundle.parameters, bundle.writable(), strict=True) for bundle in self.bundles)
        found = {id(parameter): array for some in pairs for parameter, array in some}
        return [found[id(parameter)] for parameter in self["params"]]

    def restore(self, memories: Sequence[Memory]) -> None:
        """Take over what is remembered of each parameter."""
        self.bundles = list(bundled(self["params"], memories, self._workspace))

    def memories(self) -> list[Memory]:
        """Give what is remembered of each parameter."""
        found = {
            id(parameter): bundle.memory(index)
            for bundle in self.bundles
            for index, parameter in enumerate(bundle.parameters)
        }
        return [found[id(parameter)] for parameter in self["params"]]


def _number(rate: Any) -> float:
    try:
        return float(rate + 0.0)  # a text is no number, though float may read one in it
    except TypeError:
        raise TypeError(f"lr: the learning rate is a number, got {rate!r}") from None


def _restored(options: Mapping[str, Any], workspace: Workspace | None, memories: list[Memory]) -> ParameterGroup:
    group = ParameterGroup(options, workspace)
    group.restore(memories)
    return group


def parameters_of(params: Any) -> tuple[tuple[Tensor, ...], list[str]]:
    """Check what is to be optimised; give each parameter once, and the names if they have some."""
    if isinstance(params, Tensor):
        params = [params]
    if isinstance(params, (set, frozenset)):
        raise TypeError("optimizer parameters must have an order, and a set has none that lasts; use a list")
    pairs = [each if _is_named(each) else (None, each) for each in params]
    names = [name for name, _ in pairs if name is not None]
    if names and len(names) < len(pairs):
        raise ValueError(
            "all optimizer params should be with/without names. Some param names are missing: give all of "
            "model.named_parameters(), or all of model.parameters()"
        )
    chosen: dict[int, tuple[str | None, Any]] = {}
    for name, parameter in pairs:
        chosen.setdefault(id(parameter), (name, parameter))
    parameters = tuple(parameter for _, parameter in chosen.values())
    for parameter in parameters:
        if not isinstance(parameter, Tensor):
            raise TypeError(
                "an optimizer can only optimise Tensors, as model.parameters() gives them, and one of the parameters "
                f"is {parameter!r:.60}"
            )
        if parameter.node is not None and not parameter.is_leaf:
            raise ValueError(
                f"an optimizer cannot optimise the result of an operation, and one of the parameters was computed by "
                f"{parameter.node.operation}"
            )
    return parameters, [name for name, _ in chosen.values() if name is not None]


def _is_named(given: Any) -> bool:
    return isinstance(given, tuple) and len(given) == 2 and isinstance(given[0], str)
