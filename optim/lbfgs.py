"""L-BFGS: steps by a quadratic model of the loss, made from the last gradients."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from itertools import pairwise
from typing import Any

import numpy as np

from autograd import Tensor, enable_grad
from autograd.ownership import is_held_once

from .bundle import States
from .checks import check_at_least_zero
from .line_search import Trial, largest_of, strong_wolfe
from .optimizer import Optimizer


class Rows:
    """Rows as long as all parameters together, each of which is written again when nobody holds it any more."""

    def __init__(self, length: int, dtype: Any) -> None:
        self._length = length
        self._dtype = dtype
        self._rows: list[Any] = []

    def __reduce__(self) -> Any:
        """Copy, and pickle, without the rows: what somebody holds is copied there."""
        return Rows, (self._length, self._dtype)

    def free(self) -> Any:
        """Give a row that nobody holds, with any numbers in it; a new one if there is none."""
        for number in range(len(self._rows)):
            if is_held_once(self._rows[number]):
                return self._rows[number]
        self._rows.append(np.empty(self._length, self._dtype))
        return self._rows[-1]


@dataclass
class History:
    """What is remembered from step to step, by PyTorch's names; vectors hold all parameters in their order."""

    func_evals: int = 0
    n_iter: int = 0
    d: Any = None  #: the last direction
    t: float = 0.0  #: and how far it was followed
    old_dirs: list[Any] = field(default_factory=list)  #: changes of the gradient
    old_stps: list[Any] = field(default_factory=list)  #: changes of the parameters
    ro: list[float] = field(default_factory=list)  #: one over the products of both
    H_diag: float = 1.0  #: the scale of the inverse Hessian
    prev_flat_grad: Any = None
    prev_loss: float | None = None

    def direction(self, gradient: Any, size: int, rows: Rows) -> Any:
        """Give the direction of the next move, and remember it: the inverse Hessian times the gradient, downwards."""
        self.n_iter += 1
        if self.n_iter > 1:
            change = np.subtract(gradient, self.prev_flat_grad, out=rows.free())
            self._learn(change, np.multiply(self.d, self.t, out=rows.free()), size)
        direction, shares = np.negative(gradient, out=rows.free()), []
        scratch = rows.free()
        pairs = list(zip(self.old_dirs, self.old_stps, self.ro, strict=True))
        for change, move, scale in reversed(pairs):
            shares.append(move @ direction * scale)
            direction -= np.multiply(shares[-1], change, out=scratch)
        direction *= self.H_diag
        for change, move, scale in pairs:
            direction += np.multiply(shares.pop() - change @ direction * scale, move, out=scratch)
        self.d, self.prev_flat_grad = direction, gradient
        return direction

    def _learn(self, change: Any, move: Any, size: int) -> None:
        """Remember the last move, if the loss curves upwards along it; forget the oldest beyond ``size``."""
        product = change @ move
        if product <= 1e-10:
            return
        for kept, new in ((self.old_dirs, change), (self.old_stps, move), (self.ro, 1 / product)):
            kept.append(new)
            del kept[:-size]
        self.H_diag = product / (change @ change)


class LBFGS(Optimizer):
    """Minimises by a quadratic model of the loss: ``p = p - t * H * g``, several times a step.

    ``H`` is the inverse Hessian as the last ``history_size`` moves ``s`` and changes of the gradient ``y`` tell it: Liu
    and Nocedal, "On the limited memory BFGS method for large scale optimization" (1989); Nocedal and Wright, "Numerical
    Optimization" (2006), algorithms 7.4, 3.5 and 3.6. It needs a loss without randomness, computed by a closure, and
    remembers two vectors of the size of all parameters for each move.

    Parameters
    ----------
    params
        Tensors, as ``model.parameters()`` gives them: one group.
    lr
        How far to go along a direction, or how far to try first with a line search.
    max_iter
        How many moves there are in a step, at most.
    max_eval
        How often the loss is computed in a step, at most; ``max_iter * 1.25`` if ``None``.
    tolerance_grad
        A step ends when no gradient is larger.
    tolerance_change
        A step ends when neither a parameter nor the loss changes more.
    history_size
        How many moves are remembered.
    line_search_fn
        ``"strong_wolfe"`` to look for how far to go; ``None`` to go ``lr`` far.

    Raises
    ------
    ValueError
        If an option is out of its range, or there is more than one group.

    >>> import nn, optim
    >>> x = nn.Parameter([-1.5, 2.0])
    >>> optimizer = optim.LBFGS([x], line_search_fn="strong_wolfe")
    >>> def closure():
    ...     optimizer.zero_grad()
    ...     loss = (1 - x[0]) ** 2 + 100 * (x[1] - x[0] ** 2) ** 2
    ...     loss.backward()
    ...     return loss
    >>> for _ in range(3):
    ...     _ = optimizer.step(closure)
    >>> x.data.round(2).tolist()
    [1.0, 1.0]
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1,
        max_iter: int = 20,
        max_eval: int | None = None,
        tolerance_grad: float = 1e-7,
        tolerance_change: float = 1e-9,
        history_size: int = 100,
        line_search_fn: str | None = None,
    ) -> None:
        defaults = {
            "lr": lr,
            "max_iter": max_iter,
            "max_eval": max_iter * 5 // 4 if max_eval is None else max_eval,
            "tolerance_grad": tolerance_grad,
            "tolerance_change": tolerance_change,
            "history_size": history_size,
            "line_search_fn": line_search_fn,
        }
        self.history = History()
        super().__init__(params, defaults)
        parameters = self.param_groups[0]["params"]
        self._bounds = np.cumsum([0, *(p.size * (2 if p.dtype.kind == "c" else 1) for p in parameters)]).tolist()
        self._rows = Rows(self._bounds[-1], np.result_type(*{p._array.real.dtype for p in parameters}))

    @staticmethod
    def check(options: Mapping[str, Any]) -> None:
        """Raise ``ValueError`` if an option is not valid."""
        check_at_least_zero(options, lr="learning rate")
        if options["history_size"] < 1:
            raise ValueError(f"Invalid history_size: {options['history_size']}; it must be at least 1")
        if options["line_search_fn"] not in (None, "strong_wolfe"):
            raise ValueError(f"only 'strong_wolfe' is supported as line_search_fn, not {options['line_search_fn']!r}")

    @staticmethod
    def states(options: Mapping[str, Any]) -> States:  # noqa: ARG004
        """Name what is remembered of each parameter: nothing, for it is remembered of all together."""
        return ()

    @staticmethod
    def numbers(lr: Any, step: Any, options: Mapping[str, Any]) -> Any:  # noqa: ARG004
        """Give the numbers that the formula needs: how far to go."""
        return (lr,)

    @staticmethod
    def formula(
        parameter: Any,
        gradient: Any,
        states: Mapping[str, Any],  # noqa: ARG004
        numbers: Any,
        options: Mapping[str, Any],  # noqa: ARG004
        scratch: Any,
    ) -> tuple[Any, Mapping[str, Any]]:
        """Give the point at a distance along a direction."""
        (distance,) = numbers
        return np.add(parameter, np.multiply(distance, gradient, out=scratch), out=scratch), {}

    def add_param_group(self, param_group: Mapping[str, Any]) -> None:
        """Take the one group that there may be; raise ``ValueError`` for another one."""
        if self.param_groups:
            raise ValueError("LBFGS doesn't support per-parameter options (parameter groups)")
        super().add_param_group(param_group)

    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """Make up to ``max_iter`` moves; give the loss before them.

        ``closure`` drops the gradients, computes the loss and its gradients, and gives the loss; it is called several
        times. Raises ``TypeError`` without one.
        """
        if closure is None:
            raise TypeError("LBFGS: step needs a closure, which computes the loss and its gradients: step(closure)")
        (group,), history = self.param_groups, self.history
        before = history.func_evals
        loss = self._evaluated(closure)
        now = Trial(0.0, float(loss), self._flat_gradient(), 0.0)
        for moves in range(1, group["max_iter"] + 1):
            if largest_of(now.gradient) <= group["tolerance_grad"]:
                break
            direction = history.direction(now.gradient, group["history_size"], self._rows)
            history.prev_loss = now.loss
            history.t = group["lr"] * (1 if history.n_iter > 1 else min(1.0, 1 / abs(now.gradient).sum()))
            now = Trial(0.0, now.loss, now.gradient, float(now.gradient @ direction))
            if now.slope > -group["tolerance_change"]:
                break
            evaluations_left = group["max_eval"] - (history.func_evals - before)
            now = self._moved(closure, now, direction, evaluations_left, is_last=moves == group["max_iter"])
            history.t = now.distance
            if history.func_evals - before >= group["max_eval"] or self._stands_still(now, direction):
                break
        return loss

    def _moved(self, closure: Any, now: Trial, direction: Any, evaluations: int, is_last: bool) -> Trial:
        """Go along a direction; give where that leads, if that is still asked for."""
        (group,) = self.param_groups
        start = self._in_row(parameter._array for parameter in group["params"])

        def evaluate(distance: float) -> Trial:
            self._place(start, distance, direction)
            loss, gradient = float(self._evaluated(closure)), self._flat_gradient()
            return Trial(distance, loss, gradient, float(gradient @ direction))

        if group["line_search_fn"] is not None:
            reached = strong_wolfe(evaluate, now, self.history.t, direction, group["tolerance_change"], evaluations)
            self._place(start, reached.distance, direction)
            return reached
        if not is_last:
            return evaluate(self.history.t)
        self._place(start, self.history.t, direction)
        return Trial(self.history.t, now.loss, now.gradient, now.slope)

    def _stands_still(self, now: Trial, direction: Any) -> bool:
        (group,), change = self.param_groups, now.loss - (self.history.prev_loss or 0.0)
        smallest = group["tolerance_change"]
        return bool(largest_of(direction) * abs(now.distance) <= smallest or abs(change) < smallest)

    def _evaluated(self, closure: Callable[[], Any]) -> Any:
        self.history.func_evals += 1
        with enable_grad():
            loss = closure()
        if loss is None:
            raise TypeError("LBFGS: the closure gave None; it must return the loss")
        return loss

    def _flat_gradient(self) -> Any:
        """Give all gradients in one row of real numbers; where there is none, zeros."""
        return self._in_row(p.grad if p.grad is None else p.grad._array for p in self.param_groups[0]["params"])

    def _in_row(self, arrays: Iterable[Any]) -> Any:
        """Write arrays of the parameters' shapes into one row of real numbers; zeros for ``None``."""
        row = self._rows.free()
        for part, array in zip(self._parts(row), arrays, strict=True):
            part[...] = 0 if array is None else array
        return row

    def _parts(self, row: Any) -> Iterator[Any]:
        """Give each parameter's part of a row, in its shape."""
        for parameter, (start, end) in zip(self.param_groups[0]["params"], pairwise(self._bounds), strict=True):
            is_complex = parameter.dtype.kind == "c"
            part = row[start:end].view(np.result_type(row, np.complex64) if is_complex else row.dtype)
            yield part.reshape(parameter.shape)

    def _place(self, start: Any, distance: float, direction: Any) -> None:
        """Put the parameters at a distance from where they were."""
        (group,) = self.param_groups
        row, _ = self.formula(start, direction, {}, (distance,), group, self._rows.free())
        for array, part in zip(group.writable(), self._parts(row), strict=True):
            array[...] = part

    def state_dict(self) -> dict[str, Any]:
        """Give the options, and what is remembered of all parameters together, under the number 0, as PyTorch does."""
        saved = super().state_dict()
        if self.history.func_evals:
            saved["state"] = {0: {each.name: _saved(getattr(self.history, each.name)) for each in fields(History)}}
        return saved

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Take over what a ``state_dict`` holds, also PyTorch's; a ``ValueError`` if it does not fit."""
        given = dict(state_dict["state"].get(0, {}))
        history = History(**{each.name: _loaded(given[each.name]) for each in fields(History) if each.name in given})
        size = self._bounds[-1]
        for vector in (history.d, history.prev_flat_grad, *history.old_dirs, *history.old_stps):
            if vector is not None and vector.shape != (size,):
                raise ValueError(
                    f"load_state_dict: a vector has the shape {vector.shape}, the parameters need ({size},)"
                )
        super().load_state_dict({**state_dict, "state": {}})
        self.history = history


def _saved(value: Any) -> Any:
    if isinstance(value, list):
        return [_saved(each) for each in value]
    return Tensor(np.asarray(value)) if isinstance(value, (np.ndarray, np.floating)) else value


def _loaded(value: Any) -> Any:
    """Give arrays and numbers, which later steps do not share."""
    if isinstance(value, list):
        return [_loaded(each) for each in value]
    if value is None or isinstance(value, (int, float)):
        return value
    array = np.array(np.asarray(value))
    return array if array.ndim else float(array)
