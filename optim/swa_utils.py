"""Averages of a model over the steps of its training, which often do better than its last weights.

With PyTorch's names and arguments. The equal mean of all (stochastic weight averaging, SWA): Izmailov, Podoprikhin,
Garipov, Vetrov and Wilson, "Averaging Weights Leads to Wider Optima and Better Generalization" (2018). A mean that
forgets (exponential moving average, EMA), after Polyak and Juditsky, "Acceleration of Stochastic Approximation by
Averaging" (1992).

>>> import nn, optim
>>> from optim.swa_utils import SWALR, AveragedModel
>>> model = nn.Linear(1, 1)
>>> optimizer = optim.SGD(model.parameters(), lr=0.1)
>>> averaged, scheduler = AveragedModel(model), SWALR(optimizer, swa_lr=0.05)
>>> for epoch in range(20):
...     optimizer.zero_grad()
...     nn.functional.mse_loss(model([[1.0], [2.0]]), [[2.0], [4.0]]).backward()
...     optimizer.step()
...     averaged.update_parameters(model)
...     scheduler.step()
>>> averaged([[3.0]]).shape, averaged.n_averaged.item(), optimizer.param_groups[0]["lr"]
((1, 1), 20, 0.05)
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Literal, Self

import numpy as np

from autograd import Tensor, no_grad
from autograd.errors import check_device

from .averaging import Averaging, AveragingOfAll, NumberByNumber, of_all
from .lr_scheduler.scheduler import LRScheduler, along_cosine, along_line, is_positive_integer, of_each_group


class AveragedModel:
    """A copy of a model whose parameters are averages of those that the model had at each ``update_parameters``.

    Parameters
    ----------
    model
        A module, which is copied as ``module``.
    device
        ``None`` or ``"cpu"``.
    avg_fn
        A function of the average, the present value and how many were averaged before, that gives the new average:
        ``get_ema_avg_fn(0.999)``. By default it is the equal mean, ``get_swa_avg_fn()``. These work in blocks in the
        memory of the averages; one of your own gets each parameter whole, and takes what memory it takes.
    multi_avg_fn
        Or a function of lists of them, that changes the averages in place: ``get_ema_multi_avg_fn(0.999)``.
    use_buffers
        Whether buffers are averaged, too; otherwise they are those of the model at the last update. Whole numbers lose
        their fractions.

    Attributes
    ----------
    module
        The averaged model, for all that takes a module: ``nn.save(averaged.module, path)``, a ``Trainer``, a summary.
    n_averaged
        How many were averaged, an integer Tensor.

    Raises
    ------
    ValueError
        If both functions are given (PyTorch: ``AssertionError``), the device is another one, or, by
        ``update_parameters``, a model has other parameters.

    Notes
    -----
    It is called like the model, and has ``train``, ``eval``, ``parameters``, ``modules`` and a ``state_dict`` with the
    keys that PyTorch's has, but is no module itself.

    >>> import nn
    >>> from optim.swa_utils import AveragedModel, get_ema_multi_avg_fn
    >>> model = nn.Linear(1, 1, bias=False)
    >>> mean, moving = AveragedModel(model), AveragedModel(model, multi_avg_fn=get_ema_multi_avg_fn(0.75))
    >>> for value in (1.0, 2.0, 6.0):
    ...     model.weight.data = [[value]]
    ...     mean.update_parameters(model)
    ...     moving.update_parameters(model)
    >>> mean([[1.0]]).item(), moving([[1.0]]).item()        # (1 + 2 + 6) / 3; 0.75 * (0.75 * 1 + 0.25 * 2) + 0.25 * 6
    (3.0, 2.4375)
    """

    def __init__(
        self,
        model: Any,
        device: Any = None,
        avg_fn: Averaging | None = None,
        multi_avg_fn: AveragingOfAll | None = None,
        use_buffers: bool = False,
    ) -> None:
        if avg_fn is not None and multi_avg_fn is not None:
            raise ValueError("Only one of avg_fn and multi_avg_fn should be provided")
        check_device("AveragedModel", device)
        self.module = copy.deepcopy(model)
        self.n_averaged = Tensor(0, np.int64)
        self.avg_fn = avg_fn
        self.multi_avg_fn = multi_avg_fn
        self.use_buffers = use_buffers

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Compute the output of the averaged model."""
        return self.module(*args, **kwargs)

    def update_parameters(self, model: Any) -> None:
        """Take the parameters of a model as they are into the averages; the first ones are the averages."""
        averages, values = self._averaged(self.module), self._averaged(model)
        if [each.shape for each in averages] != [each.shape for each in values]:
            raise ValueError(
                f"update_parameters: the averages have the shapes {[each.shape for each in averages]}, the parameters "
                f"of the model {[each.shape for each in values]}"
            )
        with no_grad():
            self._update(averages, values)
        if not self.use_buffers:
            _take_over(list(self.module.buffers()), list(model.buffers()), 0)
        self.n_averaged = self.n_averaged + 1

    def _averaged(self, model: Any) -> list[Tensor]:
        return [*model.parameters(), *(model.buffers() if self.use_buffers else ())]

    def _update(self, averages: list[Tensor], values: list[Tensor]) -> None:
        count = int(self.n_averaged)
        averaging = self.multi_avg_fn or of_all(self.avg_fn or get_swa_avg_fn())
        (averaging if count else _take_over)(averages, values, count)

    # What a module has

    @property
    def training(self) -> bool:
        """Whether the averaged model is in training mode."""
        return bool(self.module.training)

    def train(self, mode: bool = True) -> Self:
        """Set the training mode of the averaged model. Gives this object."""
        self.module.train(mode)
        return self

    def eval(self) -> Self:
        """Set evaluation mode, which is ``train(False)``. Gives this object."""
        return self.train(False)

    def modules(self) -> Iterator[Any]:
        """Give the averaged model and all modules inside it."""
        modules: Iterator[Any] = self.module.modules()
        return modules

    def parameters(self) -> Iterator[Tensor]:
        """Give the averages."""
        parameters: Iterator[Tensor] = self.module.parameters()
        return parameters

    def named_parameters(self) -> Iterator[tuple[str, Tensor]]:
        """Give the averages with their paths, which begin with ``module``."""
        named: Iterator[tuple[str, Tensor]] = self.module.named_parameters("module")
        return named

    def state_dict(self) -> dict[str, Tensor]:
        """Give ``n_averaged``, and the state of the averaged model under ``"module."``; the functions are no part."""
        state = {f"module.{path}": value for path, value in self.module.state_dict().items()}
        return {"n_averaged": self.n_averaged.detach(), **state}

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Take over a state, also PyTorch's; ``RuntimeError`` if it does not fit, and then nothing has been changed."""
        if "n_averaged" not in state_dict:
            raise RuntimeError("load_state_dict: n_averaged is missing; this is not the state of an AveragedModel")
        inside = {path: value for path, value in state_dict.items() if path != "n_averaged"}
        self.module.load_state_dict({path.removeprefix("module."): value for path, value in inside.items()})
        self.n_averaged = Tensor(int(state_dict["n_averaged"]), np.int64)

    def __repr__(self) -> str:
        return f"AveragedModel of {self.n_averaged.item()}: {self.module!r}"


def get_ema_avg_fn(decay: float = 0.999) -> Averaging:
    """Give the mean that forgets, ``a = decay * a + (1 - decay) * p``; raises ``ValueError`` outside of [0, 1]."""
    if not 0 <= decay <= 1:
        raise ValueError(f"Invalid decay value {decay} provided. Please provide a value in [0,1] range.")
    return NumberByNumber(lambda average, value, _: decay * average + (1 - decay) * value)


def get_swa_avg_fn() -> Averaging:
    """Give the equal mean, ``a = a + (p - a) / (n + 1)``."""
    return NumberByNumber(lambda average, value, count: average + (value - average) / (count + 1))


def get_ema_multi_avg_fn(decay: float = 0.999) -> AveragingOfAll:
    """Give what ``get_ema_avg_fn`` gives, for lists."""
    return of_all(get_ema_avg_fn(decay))


def get_swa_multi_avg_fn() -> AveragingOfAll:
    """Give what ``get_swa_avg_fn`` gives, for lists."""
    return of_all(get_swa_avg_fn())


_take_over = of_all(NumberByNumber(lambda _, value, __: value))


def update_bn(loader: Iterable[Any], model: Any, device: Any = None) -> None:
    """Compute the running statistics of batch normalisation anew, as the means over all batches of a loader.

    Averaged weights have other activations than the weights whose statistics a model has.

    Parameters
    ----------
    loader
        Gives batches: inputs, or tuples or lists that begin with them.
    model
        A module, or an ``AveragedModel``; the mode that it is in stays.
    device
        ``None`` or ``"cpu"``; ``ValueError`` for another.

    >>> import nn, numpy as np
    >>> from optim.swa_utils import update_bn
    >>> model = nn.BatchNorm1d(2)
    >>> update_bn(np.array([[[1.0, 2.0], [3.0, 2.0]], [[4.0, 5.0], [6.0, 5.0]]], np.float32), model)
    >>> model.running_mean.tolist()
    [3.5, 3.5]
    """
    check_device("update_bn", device)
    momentums = {module: module.momentum for module in model.modules() if _is_batch_normalisation(module)}
    if not momentums:
        return
    was_training = model.training
    try:
        model.train()
        for module in momentums:
            module.reset_running_stats()
            module.momentum = None  # the mean over all batches
        with no_grad():
            for batch in loader:
                model(batch[0] if isinstance(batch, (list, tuple)) else batch)
    finally:
        for module, momentum in momentums.items():
            module.momentum = momentum
        model.train(was_training)


def _is_batch_normalisation(module: Any) -> bool:
    """Known by the name of its base: optimizers know nothing of modules."""
    return any(base.__name__ == "_BatchNorm" for base in type(module).__mro__)


class SWALR(LRScheduler):
    """Lets the rate go to ``swa_lr`` in ``anneal_epochs`` epochs, and stay there; while a model is averaged.

    Parameters
    ----------
    optimizer
        Its groups get ``"swa_lr"``.
    swa_lr
        The rate of all groups, or a list of those of each.
    anneal_epochs
        How many epochs the way takes; for 0, one.
    anneal_strategy
        ``"cos"``, half a wave of the cosine, or ``"linear"``.
    last_epoch
        See ``LRScheduler``.

    Raises
    ------
    ValueError
        If an argument is something else.

    >>> import nn, optim
    >>> optimizer = optim.SGD([nn.Parameter([1.0])], lr=1.0)
    >>> scheduler = optim.swa_utils.SWALR(optimizer, swa_lr=0.5, anneal_epochs=2, anneal_strategy="linear")
    >>> for _ in range(3):
    ...     scheduler.step()
    ...     print(optimizer.param_groups[0]["lr"])
    0.75
    0.5
    0.5
    """

    def __init__(
        self,
        optimizer: Any,
        swa_lr: float | Sequence[float],
        anneal_epochs: int = 10,
        anneal_strategy: Literal["cos", "linear"] = "cos",
        last_epoch: int = -1,
    ) -> None:
        if anneal_strategy not in ("cos", "linear"):
            raise ValueError(f"anneal_strategy must be one of 'cos' or 'linear', instead got {anneal_strategy}")
        if anneal_epochs != 0 and not is_positive_integer(anneal_epochs):
            raise ValueError(f"anneal_epochs must be equal or greater than 0, got {anneal_epochs}")
        for group, rate in zip(optimizer.param_groups, of_each_group("swa_lr", optimizer, swa_lr), strict=True):
            group["swa_lr"] = rate
        self.anneal_epochs = anneal_epochs
        self.anneal_strategy = anneal_strategy
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> list[float]:
        """Give the rates of this epoch, from those before, so that other schedules may have set them."""
        epoch = self._step_count - 1
        if self.anneal_epochs == 0:
            epoch = max(1, epoch)
        before, now = self._share(epoch - 1), self._share(epoch)
        return [
            group["swa_lr"] * now + _where_it_began(group["lr"], group["swa_lr"], before) * (1 - now)
            for group in self.optimizer.param_groups
        ]

    def _share(self, epoch: int) -> float:
        """How much of the way is behind after so many epochs."""
        passed = max(0.0, min(1.0, epoch / max(1, self.anneal_epochs)))
        along = along_cosine if self.anneal_strategy == "cos" else along_line
        return along(0.0, 1.0, passed)


def _where_it_began(rate: float, target: float, share: float) -> float:
    """Give the rate from which a share of the way to the target leads to this one."""
    return target if share == 1 else (rate - share * target) / (1 - share)
