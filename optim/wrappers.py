"""What is put around another optimizer: SAM, Lookahead, and a guard against gradients that are not finite."""

from __future__ import annotations

import warnings
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Literal

import numpy as np

from autograd import Tensor, enable_grad
from autograd.ownership import is_held_once

from .group import ParameterGroup
from .optimizer import Optimizer


class Wrapper(ABC):
    """Has the groups of the optimizer inside, and its methods; a subclass has a ``step`` of its own."""

    def __init__(self, optimizer: Optimizer | Wrapper) -> None:
        if not isinstance(optimizer, (Optimizer, Wrapper)):
            raise TypeError(f"{type(self).__name__}: takes an optimizer, got a {type(optimizer).__name__}")
        self.optimizer = optimizer

    @property
    def param_groups(self) -> list[ParameterGroup]:
        """The groups of the optimizer inside."""
        return self.optimizer.param_groups

    @property
    def defaults(self) -> dict[str, Any]:
        """The options of groups that do not have their own."""
        return self.optimizer.defaults

    @property
    def state(self) -> dict[Tensor, dict[str, Any]]:
        """What the optimizer inside remembers; see ``Optimizer.state``."""
        return self.optimizer.state

    @abstractmethod
    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """Change all parameters that have a gradient."""

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Drop the gradients of all parameters, or set those that there are to zeros."""
        self.optimizer.zero_grad(set_to_none)

    def add_param_group(self, param_group: Mapping[str, Any]) -> None:
        """Optimise further parameters; see ``Optimizer.add_param_group``."""
        self.optimizer.add_param_group(param_group)

    def state_dict(self) -> dict[str, Any]:
        """Give the state of the optimizer inside."""
        return self.optimizer.state_dict()

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Take over a state; see ``Optimizer.load_state_dict``."""
        self.optimizer.load_state_dict(state_dict)

    def __repr__(self) -> str:
        return f"{type(self).__name__} of {self.optimizer!r}"

    def _parameters(self) -> Iterator[Tensor]:
        for group in self.param_groups:
            yield from group["params"]


class SAM(Wrapper):
    """Sharpness-aware minimisation: steps by the gradient at the worst point near by, so that flat minima are found.

    ``e = rho * g / norm(g)``, of all parameters together; then the optimizer inside steps from ``p`` by the gradient at
    ``p + e``. Adaptive, ``e = rho * p**2 * g / norm(abs(p) * g)``. Foret et al., "Sharpness-Aware Minimization for
    Efficiently Improving Generalization" (2021), algorithm 1; Kwon et al., "ASAM" (2021), algorithm 1.

    Parameters
    ----------
    optimizer
        The optimizer inside.
    rho
        How far the worst point is looked for; at least 0.
    adaptive
        Whether that is measured relative to each number's size.

    Raises
    ------
    TypeError
        If there is no optimizer inside, or no closure is given to ``step``, which needs two gradients.
    ValueError
        If ``rho`` is below 0.

    >>> import nn, optim
    >>> x = nn.Parameter(1.0)
    >>> optimizer = optim.SAM(optim.SGD([x], lr=0.25), rho=0.5)
    >>> def closure():
    ...     optimizer.zero_grad()
    ...     loss = x * x
    ...     loss.backward()
    ...     return loss
    >>> _ = optimizer.step(closure)         # the gradient at 1.5 is 3
    >>> x.item()
    0.25
    """

    def __init__(self, optimizer: Optimizer | Wrapper, rho: float = 0.05, adaptive: bool = False) -> None:
        super().__init__(optimizer)
        if not rho >= 0:
            raise ValueError(f"Invalid rho value: {rho}; it must be at least 0")
        self.rho = rho
        self.adaptive = adaptive
        self._away: dict[Tensor, Any] = {}  # where parameters stand at the worst point

    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """Step by the gradient at the worst point near by; ``closure`` is called twice, and the first loss is given."""
        if closure is None:
            raise TypeError("SAM: step needs a closure, which computes the loss and its gradients: step(closure)")
        with enable_grad():
            loss = closure()
        self._look_from_worst_point(closure)
        self.optimizer.step()
        return loss

    def _look_from_worst_point(self, closure: Callable[[], Any]) -> None:
        """Have the gradients computed there; the parameters are back then, in the memory where they were."""
        start = [(parameter, parameter._array) for parameter in self._parameters() if parameter.grad is not None]
        norm = np.sqrt(sum(self._direct(*each) for each in start))
        for parameter, values in start:
            away = self._away[parameter]
            away *= (self.rho / (norm + 1e-12)).astype(values.real.dtype)
            away += values
            parameter._array = away
        try:
            with enable_grad():
                closure()
        finally:
            for parameter, values in start:
                parameter._array = values

    def _direct(self, parameter: Any, values: Any) -> Any:
        """Write the direction of a parameter's move where it will stand; give the square that it adds to the norm."""
        if parameter not in self._away or not is_held_once(self._away[parameter]):
            self._away[parameter] = np.empty_like(values)
        away, gradient = self._away[parameter], parameter.grad._array
        if self.adaptive:
            np.square(np.abs(values, out=away), out=away)
            away *= gradient
        else:
            away[...] = gradient
        order = "F" if values.flags.fnc else "C"  # no copy is needed for numbers in the order that they have in memory
        return np.vdot(away.ravel(order), gradient.ravel(order)).real


class Lookahead(Wrapper):
    """Lets the optimizer inside run ahead ``k`` steps, then goes a part of that way.

    Every ``k`` steps, ``s = s + alpha * (p - s); p = s``. Zhang et al., "Lookahead Optimizer: k steps
    forward, 1 step back" (2019), algorithm 1.

    Parameters
    ----------
    optimizer
        The optimizer inside.
    k
        How many steps it runs ahead, at least 1.
    alpha
        Which part of the way is kept, in [0, 1].

    Raises
    ------
    TypeError
        If there is no optimizer inside.
    ValueError
        If an option is out of its range.

    >>> import nn, optim
    >>> x = nn.Parameter(1.0)
    >>> optimizer = optim.Lookahead(optim.SGD([x], lr=0.25), k=2, alpha=0.5)
    >>> for _ in range(2):
    ...     x.grad = 1.0
    ...     optimizer.step()
    >>> x.item()                            # half the way from 1 to 0.5
    0.75
    """

    def __init__(self, optimizer: Optimizer | Wrapper, k: int = 5, alpha: float = 0.5) -> None:
        super().__init__(optimizer)
        if k < 1:
            raise ValueError(f"Invalid k value: {k}; it must be at least 1")
        if not 0 <= alpha <= 1:
            raise ValueError(f"Invalid alpha value: {alpha}; it must be at least 0 and at most 1")
        self.k = k
        self.alpha = alpha
        self._count = 0
        self._slow = [np.array(parameter._array) for parameter in self._parameters()]

    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """Step the optimizer inside; each ``k``-th time, go back a part of the way."""
        loss = self.optimizer.step(closure)
        self._count += 1
        if self._count % self.k == 0:
            arrays = (array for group in self.param_groups for array in group.writable())
            for slow, array in zip(self._slow, arrays, strict=True):
                self._go_back(slow, array)
        return loss

    def _go_back(self, slow: Any, array: Any) -> None:
        array -= slow
        array *= slow.real.dtype.type(self.alpha)
        array += slow
        slow[...] = array

    def add_param_group(self, param_group: Mapping[str, Any]) -> None:
        """Optimise further parameters; see ``Optimizer.add_param_group``."""
        super().add_param_group(param_group)
        self._slow += [np.array(parameter._array) for parameter in self.param_groups[-1]["params"]]

    def state_dict(self) -> dict[str, Any]:
        """Give the state of the optimizer inside, and under ``"lookahead"`` the count and the slow parameters."""
        slow = [Tensor(values) for values in self._slow]
        return {**super().state_dict(), "lookahead": {"count": self._count, "slow": slow}}

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Take over a state; ``ValueError`` if shapes do not fit, and then nothing has been changed."""
        if "lookahead" not in state_dict:
            raise ValueError("load_state_dict: 'lookahead' is missing; this is the state of the optimizer inside alone")
        given = state_dict["lookahead"]
        slow = [np.array(np.asarray(values)) for values in given["slow"]]
        shapes, own = ([values.shape for values in some] for some in (slow, self._slow))
        if shapes != own:
            raise ValueError(f"load_state_dict: slow has the shapes {shapes}, the parameters have {own}")
        super().load_state_dict(state_dict)
        self._slow = [values.astype(own.dtype) for values, own in zip(slow, self._slow, strict=True)]
        self._count = given["count"]


class Guard(Wrapper):
    """Lets no NaN or Inf into the parameters: a step with such a gradient is refused, or skipped as a whole.

    Parameters
    ----------
    optimizer
        The optimizer inside.
    nonfinite
        ``"raise"`` or ``"skip"``.

    Raises
    ------
    TypeError
        If there is no optimizer inside.
    ValueError
        If ``nonfinite`` is something else.
    FloatingPointError
        By ``step``, if it is to raise; nothing has been changed then.

    >>> import nn, optim
    >>> x = nn.Parameter([1.0, 2.0], name="x")
    >>> optimizer = optim.Guard(optim.SGD([x], lr=0.25))
    >>> x.grad = [1.0, float("nan")]
    >>> optimizer.step()
    Traceback (most recent call last):
    FloatingPointError: step: the gradient of parameter 0 of group 0 ('x') has 1 of 2 numbers that are not finite, ...
    """

    def __init__(self, optimizer: Optimizer | Wrapper, nonfinite: Literal["raise", "skip"] = "raise") -> None:
        super().__init__(optimizer)
        if nonfinite not in ("raise", "skip"):
            raise ValueError(f"Invalid nonfinite value: {nonfinite!r}; it is 'raise' or 'skip'")
        self.nonfinite = nonfinite
        self.skipped = 0  #: how many steps were skipped

    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """Step the optimizer inside, if all gradients are finite; a step that is skipped is warned of."""
        loss = None
        if closure is not None:
            with enable_grad():
                loss = closure()
        if problem := next(self._problems(), None):
            if self.nonfinite == "raise":
                raise FloatingPointError(f"step: {problem}; nothing was changed")
            self.skipped += 1
            warnings.warn(f"step: {problem}; this step was skipped", RuntimeWarning, stacklevel=2)
            return loss
        self.optimizer.step()
        return loss

    def _problems(self) -> Iterator[str]:
        for number, group in enumerate(self.param_groups):
            for index, parameter in enumerate(group["params"]):
                if parameter.grad is None or _is_finite(parameter.grad._array):
                    continue
                finite = np.isfinite(parameter.grad._array)
                known = group["param_names"][index] if "param_names" in group else parameter.name
                name = f" ({known!r})" if known else ""
                first = tuple(map(int, np.argwhere(~finite)[0]))
                yield (
                    f"the gradient of parameter {index} of group {number}{name} has {np.count_nonzero(~finite)} of "
                    f"{finite.size} numbers that are not finite, the first {parameter.grad._array[first]} at {first}"
                )


def _is_finite(array: Any) -> bool:
    """Tell whether all numbers are finite, by the least and the largest, which NaN would be: they need no memory."""
    flat = array.ravel(order="K").view(array.real.dtype)
    return bool(np.isfinite(flat.min(initial=0)) and np.isfinite(flat.max(initial=0)))
