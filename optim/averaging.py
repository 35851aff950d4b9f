"""Averages of parameters over the steps of a training, which often do better than the last ones."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np

from autograd import Tensor, asarray

from .group import parameters_of


class AveragedParameters(ABC):
    """Averages parameters each time ``update`` is called; ``applied`` puts the averages in their places for a while."""

    def __init__(self, parameters: Iterable[Tensor]) -> None:
        self._parameters = parameters_of(parameters)
        self._averages = [np.array(parameter._array) for parameter in self._parameters]
        self.count = 0  #: how many parameters each average is made of

    @abstractmethod
    def _share(self) -> float:
        """Give the share of the present parameters in the new averages."""

    @property
    def averages(self) -> list[Tensor]:
        """The averages, in the order of the parameters: constant Tensors, and a snapshot."""
        return [Tensor(values.copy()) for values in self._averages]

    def update(self) -> None:
        """Take the parameters as they are into the averages; the first ones are the averages."""
        share = self._share() if self.count else 1.0
        for average, parameter in zip(self._averages, self._parameters, strict=True):
            average[...] += average.real.dtype.type(share) * (parameter._array - average)
        self.count += 1

    @contextmanager
    def applied(self) -> Iterator[None]:
        """Have the parameters be the averages inside of a ``with`` statement, and what they were after it."""
        before = [parameter._array for parameter in self._parameters]
        self.apply()
        try:
            yield
        finally:
            for parameter, values in zip(self._parameters, before, strict=True):
                parameter.data = values

    def apply(self) -> None:
        """Put the averages into the parameters."""
        for average, parameter in zip(self._averages, self._parameters, strict=True):
            parameter.data = average

    def state_dict(self) -> dict[str, Any]:
        """Give the averages and their count."""
        return {"count": self.count, "averages": self.averages}

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Take over a state; ``ValueError`` if shapes do not fit, and then nothing has been changed."""
        given = [np.array(asarray(values).data) for values in state_dict["averages"]]
        if [values.shape for values in given] != [values.shape for values in self._averages]:
            raise ValueError(
                f"load_state_dict: the averages have the shapes {[values.shape for values in given]}, the parameters "
                f"{[values.shape for values in self._averages]}"
            )
        for average, values in zip(self._averages, given, strict=True):
            average[...] = values
        self.count = state_dict["count"]


class ExponentialMovingAverage(AveragedParameters):
    """A mean that forgets: ``a = decay * a + (1 - decay) * p``, from the second update on.

    Polyak and Juditsky, "Acceleration of Stochastic Approximation by Averaging" (1992); PyTorch's
    ``get_ema_multi_avg_fn``.

    >>> import nn, optim
    >>> x = nn.Parameter(1.0)
    >>> average = optim.ExponentialMovingAverage([x], decay=0.75)
    >>> for value in (1.0, 3.0):
    ...     x.data = value
    ...     average.update()
    >>> with average.applied():
    ...     print(x.item())
    1.5
    >>> x.item()
    3.0
    """

    def __init__(self, parameters: Iterable[Tensor], decay: float = 0.999) -> None:
        if not 0 <= decay <= 1:
            raise ValueError(f"Invalid decay value {decay}; it must be at least 0 and at most 1")
        super().__init__(parameters)
        self.decay = decay

    def _share(self) -> float:
        return 1 - self.decay


class StochasticWeightAverage(AveragedParameters):
    """The mean of all that was seen: ``a = a + (p - a) / (count + 1)``.

    Izmailov et al., "Averaging Weights Leads to Wider Optima and Better Generalization" (2018), section 3.2.

    >>> import nn, optim
    >>> x = nn.Parameter(0.0)
    >>> average = optim.StochasticWeightAverage([x])
    >>> for value in (1.0, 2.0, 6.0):
    ...     x.data = value
    ...     average.update()
    >>> average.averages
    [Tensor(3., dtype=float32)]
    """

    def _share(self) -> float:
        return 1 / (self.count + 1)
