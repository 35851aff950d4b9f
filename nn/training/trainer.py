"""Trainer: Keras' fit, evaluate and predict for a model, a loss and an optimizer that are made as in PyTorch."""

from __future__ import annotations

import math
import os
from collections.abc import Mapping, Sequence
from typing import Any, Literal

import numpy as np

from autograd import asarray, no_grad
from autograd.errors import describe

from ..data import DataLoader, IterableDataset
from ..metrics.reading import is_number
from ..module import Module
from .batches import batches_of, count_of, dtype_of, holds_samples, loader_of, positive, split
from .callbacks import Callback, Callbacks
from .history import History
from .loop import Plan, Run
from .modes import evaluating
from .objective import ClassWeights, Objective
from .progress import progress_for, timed
from .tally import Tally, metrics_by_name


class Trainer:
    """Trains a model, and says how good it is.

    Parameters
    ----------
    model
        The module that is trained.
    loss
        What is to fall: a loss module, ``nn.MSELoss()``, or a function of output and target that gives one number.
    optimizer
        An optimizer of the model's parameters, ``optim.Adam(model.parameters())``.
    metrics
        What else is told about each epoch: names, ``"mae"``, ``"accuracy"``, as ``nn.metrics.get`` has them; metrics of
        ``nn.metrics``; functions of output and target, of which it is the mean over the samples; or a dict, which gives
        each a name of its own. What outputs mean, a name knows from the loss: with ``BCEWithLogitsLoss`` the answer is
        yes above 0, with ``BCELoss`` above 0.5, and with ``CrossEntropyLoss`` and ``NLLLoss`` scores are logits.

    Attributes
    ----------
    history
        What the last ``fit`` has reached, also if it was interrupted.
    stop_training
        Whether ``fit`` is to end after this epoch; callbacks set it.

    Raises
    ------
    TypeError
        If one of them is something else.
    ValueError
        If a metric is not known, two have the same name, or none of the optimizer's parameters is the model's.

    Notes
    -----
    Samples are the first axis of arrays. Floating numbers get the dtype of the model's first floating parameter, so
    float64 arrays may be given to a float32 model; whole numbers stay what they are.

    >>> import autograd as ag, numpy as np, nn, optim
    >>> _ = ag.manual_seed(0)
    >>> x = np.linspace(-1, 1, 64)[:, None]
    >>> model = nn.Sequential(nn.Linear(1, 1))
    >>> trainer = nn.Trainer(model, nn.MSELoss(), optim.SGD(model.parameters(), lr=0.1), metrics=["mae"])
    >>> history = trainer.fit(x, 3 * x + 1, epochs=50, batch_size=16, verbose=0)
    >>> history.values["loss"][-1] < 1e-6
    True
    >>> trainer.predict([[2.0]]).round(2)
    array([[7.]], dtype=float32)
    """

    def __init__(self, model: Module, loss: Any, optimizer: Any, metrics: Any = ()) -> None:
        if not isinstance(model, Module):
            raise TypeError(f"Trainer: model is an nn.Module, got {model!r}")
        self.model = model
        self.objective = Objective(loss)
        self.optimizer = _checked_optimizer(optimizer, model, loss)
        self.metrics = metrics_by_name(metrics, loss)
        self.history = History()
        self.stop_training = False

    def fit(  # noqa: PLR0913 - what Keras has, and what a training loop in PyTorch has beside it
        self,
        x: Any,
        y: Any = None,
        *,
        epochs: int = 1,
        batch_size: int | None = None,
        validation_data: Any = None,
        validation_split: float = 0.0,
        shuffle: bool | None = None,
        class_weight: Mapping[Any, float] | Sequence[float] | None = None,
        sample_weight: Any = None,
        accumulate: int = 1,
        clip_norm: float | None = None,
        clip_value: float | None = None,
        callbacks: Callback | Sequence[Callback] | None = None,
        verbose: int | Literal["auto"] = "auto",
        resume: str | os.PathLike[str] | None = None,
        checkpoint_every: int | None = None,
    ) -> History:
        """Train for some epochs. Another call goes on from the weights and the optimizer as they are then.

        Parameters
        ----------
        x, y
            Inputs and targets: arrays, Tensors or nested lists, with a row for each sample. A tuple of arrays as ``x``
            means several inputs, ``model(*x)``. Or, as ``x`` alone, a ``Dataset`` or ``DataLoader`` of samples
            ``(x, y)`` or ``(x, y, weight)``, in which ``x`` may again be a tuple.
        epochs
            How often all samples are gone through.
        batch_size
            How many samples make a step; 32 if nothing is said. The last batch of an epoch may be smaller.
        validation_data
            ``(x, y)``, ``(x, y, weight)``, a ``Dataset`` or a ``DataLoader``, on which the model is evaluated after
            each epoch; the history has it as ``"val_loss"`` and so on.
        validation_split
            Or the share of the samples, taken from the end as in Keras, that are not trained on but serve for that.
        shuffle
            Whether each epoch has its own order; it has unless this is false. ``autograd.manual_seed`` fixes them.
        class_weight
            How much the loss of samples of each class counts: a dict, or a weight for each class from 0 on.
        sample_weight
            How much each sample counts, for loss and metrics: ``(N,)``. A loss is multiplied with its weights and still
            divided by the number of samples, as in Keras.
        accumulate
            Of how many batches the gradients are added for each step, which is then that of one larger batch.
        clip_norm, clip_value
            The largest norm of all gradients together, and the largest value of each of their numbers.
        callbacks
            An object of ``nn.Callback``, or several, which are called in this order.
        verbose
            0 prints nothing, 1 a bar, 2 a line for each epoch; ``"auto"`` a bar in terminals and notebooks, else lines.
        resume
            A file in which the run is kept, so that it can be killed at any moment: the same call goes on from there,
            and ends with the same bits as if nothing had happened. If there is no such file yet, the run begins anew.
            It is written before the first epoch and after each; see the notes.
        checkpoint_every
            Or after every so many steps.

        Returns
        -------
        History
            What each epoch has reached, which ``trainer.history`` also has if there is an error or Ctrl-C.

        Raises
        ------
        TypeError, ValueError
            For arguments that make no sense, samples of different numbers or none at all, a file of something else.
        FloatingPointError
            If the loss is no finite number, with its epoch and batch; the weights are those before that batch.
        OSError
            If the checkpoint cannot be read or written.

        Notes
        -----
        The loss and the metrics of an epoch are means over its batches while the model was learning, as in Keras.

        A checkpoint holds the weights, the optimizer, the history, the state of the callbacks with their schedules, the
        place in the data and the random numbers. It is a safetensors file that is replaced whole. The program makes
        model, optimizer and callbacks in the same way again before it goes on; ``epochs`` may be more than before.
        """
        plan = Plan(
            epochs=positive("fit", "epochs", epochs),
            accumulate=positive("fit", "accumulate", accumulate),
            clip_norm=_limit("clip_norm", clip_norm),
            clip_value=_limit("clip_value", clip_value),
            class_weights=None if class_weight is None else ClassWeights(class_weight),
            checkpoint=None if resume is None else os.fspath(resume),
            checkpoint_every=_every(checkpoint_every, resume),
        )
        loader, validation = _loaders(
            x, y, sample_weight, validation_data, validation_split, batch_size=batch_size, shuffle=shuffle
        )
        tally = Tally(self.metrics, self.objective.is_mean)
        batches = count_of(loader)
        steps = None if batches is None else math.ceil(batches / plan.accumulate)
        progress = progress_for(verbose, plan.epochs, steps, tally.results)
        self.history, self.stop_training = History(), False
        run = Run(self, plan, loader, validation, Callbacks(callbacks, progress, self), tally, dtype_of(self.model))
        try:
            with progress:
                run.train()
        finally:
            self.optimizer.zero_grad()
        return self.history

    def evaluate(
        self,
        x: Any,
        y: Any = None,
        *,
        batch_size: int | None = None,
        sample_weight: Any = None,
        verbose: int | Literal["auto"] = 0,
    ) -> dict[str, float]:
        """Give the loss and the metrics by name, in evaluation mode. Arguments and errors are those of ``fit``.

        Unless ``verbose`` is 0, a line tells them, too.

        The loss is the mean of those of the batches by their samples. Where it is itself no mean over samples, but by
        weights of classes or without those of an ``ignore_index``, it depends a little on the batches.

        >>> import nn, optim
        >>> model = nn.Identity()
        >>> model.shift = nn.Parameter([0.0])
        >>> trainer = nn.Trainer(model, nn.MSELoss(), optim.SGD(model.parameters()), metrics=["mae"])
        >>> trainer.evaluate([1.0, 2.0], [1.0, 4.0])
        {'loss': 2.0, 'mae': 1.0}
        """
        loader = loader_of("evaluate", x, y, sample_weight, batch_size=batch_size)
        with timed("evaluate", verbose) as logs:
            logs.update(self._evaluated("evaluate", loader))
        return logs

    def _evaluated(self, caller: str, loader: DataLoader, prefix: str = "") -> dict[str, float]:
        tally = Tally(self.metrics, self.objective.is_mean)
        with no_grad(), evaluating(self.model):
            for batch in batches_of(caller, loader, dtype_of(self.model)):
                output = self.model(*batch.inputs)
                loss = self.objective(output, batch.target, batch.weight)
                tally.add(float(loss.item()), batch, output)
        if not tally.count:
            raise ValueError(f"{caller}: there are no samples to evaluate on")
        return tally.results(prefix)

    def predict(self, x: Any, *, batch_size: int | None = None, verbose: int | Literal["auto"] = 0) -> Any:
        """Give the model's outputs for inputs, in evaluation mode.

        Parameters
        ----------
        x
            Inputs as for ``fit``. Of a ``Dataset`` or ``DataLoader``, targets are passed over.
        batch_size
            How many samples are computed at a time; 32 if nothing is said.
        verbose
            0 prints nothing, anything else of ``fit`` a line with the time it took.

        Returns
        -------
        numpy.ndarray or tuple of them
            With a row for each sample; a tuple if the model gives one.

        Raises
        ------
        TypeError, ValueError
            For inputs as in ``fit``, a ``DataLoader`` that shuffles, and outputs without a row for each sample.
        """
        loader = loader_of("predict", x, batch_size=batch_size, with_target=False)
        if loader.shuffle:
            raise ValueError(
                "predict: the loader shuffles, so nobody would know which row belongs to which sample; give its "
                "dataset, or a loader without shuffle"
            )
        with timed("predict", verbose), no_grad(), evaluating(self.model):
            batches = batches_of("predict", loader, dtype_of(self.model), with_target=False)
            outputs = [_checked_rows(self.model(*batch.inputs), len(batch)) for batch in batches]
        if not outputs:
            raise ValueError("predict: there are no samples to predict for")
        return _joined(outputs)

    def __repr__(self) -> str:
        metrics = f", metrics={list(self.metrics)}" if self.metrics else ""
        loss = self.objective.loss
        told = type(loss).__name__ if isinstance(loss, Module) else getattr(loss, "__name__", repr(loss))
        return f"Trainer({type(self.model).__name__}, {told}, {type(self.optimizer).__name__}{metrics})"


def _checked_optimizer(optimizer: Any, model: Module, loss: Any) -> Any:
    if isinstance(optimizer, type) or not (hasattr(optimizer, "step") and hasattr(optimizer, "param_groups")):
        name = optimizer.__name__ if isinstance(optimizer, type) else "Adam"
        raise TypeError(f"Trainer: optimizer is an object, as optim.{name}(model.parameters()), got {optimizer!r}")
    modules = [module for module in (model, loss) if isinstance(module, Module)]
    own = {id(parameter) for module in modules for parameter in module.parameters()}
    if not any(id(parameter) in own for group in optimizer.param_groups for parameter in group["params"]):
        raise ValueError(
            "Trainer: the optimizer has none of the model's parameters, so nothing would be learnt; make it by "
            f"optim.{type(optimizer).__name__}(model.parameters()) for this model"
        )
    return optimizer


def _loaders(
    x: Any,
    y: Any,
    weight: Any,
    validation: Any,
    share: float,
    *,
    batch_size: int | None,
    shuffle: bool | None,
) -> tuple[DataLoader, DataLoader | None]:
    """Give the loaders of what is trained on and of what the model is validated on."""
    if share:
        if validation is not None:
            raise ValueError("fit: validation_data and validation_split cannot both be given")
        if isinstance(x, DataLoader | IterableDataset):
            raise ValueError(
                f"fit: validation_split needs samples with numbers, not {type(x).__name__}; give validation_data"
            )
        samples = loader_of("fit", x, y, weight, batch_size=1).dataset
        x, validation = split("fit", samples, share)
        y = weight = None
    if shuffle is None and not isinstance(x, DataLoader | IterableDataset):
        shuffle = True
    loader = loader_of("fit", x, y, weight, batch_size=batch_size, shuffle=shuffle)
    if validation is None or isinstance(validation, DataLoader):
        return loader, validation
    parts = (validation,) if holds_samples(validation) else _checked_pair(validation)
    size = batch_size if batch_size is not None else loader.batch_size
    return loader, loader_of("fit: validation_data", *parts, batch_size=size)


def _checked_pair(validation: Any) -> Sequence[Any]:
    """Give inputs, targets and weights, if there are any, as they are."""
    if isinstance(validation, (tuple, list)) and len(validation) in (2, 3):
        return validation
    is_sequence = isinstance(validation, (tuple, list))
    got = f"a {type(validation).__name__} of {len(validation)}" if is_sequence else describe(validation)
    raise TypeError(f"fit: validation_data is (x, y), (x, y, weight), a Dataset or a DataLoader, got {got}")


def _limit(name: str, given: Any) -> float | None:
    if given is not None and not (is_number(given) and 0 < given < np.inf):
        raise ValueError(f"fit: {name} is a number above 0, got {given!r}")
    return None if given is None else float(given)


def _every(given: Any, resume: Any) -> int | None:
    if given is None:
        return None
    if resume is None:
        raise ValueError("fit: checkpoint_every needs a file to write into; give resume='run.safetensors'")
    return positive("fit", "checkpoint_every", given)


def _checked_rows(output: Any, count: int) -> Any:
    """Give an output as it is, if each of its parts has as many rows as there are samples."""
    for part in output if isinstance(output, (tuple, list)) else [output]:
        if isinstance(part, (tuple, list)):
            _checked_rows(part, count)
        elif asarray(part).shape[:1] != (count,):
            raise ValueError(
                f"predict: the model must give a row for each of {count} samples, got {describe(asarray(part))}"
            )
    return output


def _joined(outputs: Sequence[Any]) -> Any:
    """Put the outputs for batches together, place by place."""
    if isinstance(outputs[0], (tuple, list)):
        return tuple(_joined(list(column)) for column in zip(*outputs, strict=True))
    return np.concatenate([asarray(output).detach().data for output in outputs])
