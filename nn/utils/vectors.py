"""All parameters as one vector, for what thinks in vectors: optimizers of SciPy's, Hessians, distances of models."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from autograd import Tensor, asarray, concat
from autograd.errors import describe


def parameters_to_vector(parameters: Iterable[Tensor] | Tensor) -> Tensor:
    """Put all elements of parameters, or of a single one, one after the other, ``(n,)``; gradients go through.

    Raises ``ValueError`` for no parameters, ``TypeError`` for what is no Tensor.

    >>> import nn
    >>> nn.utils.parameters_to_vector(nn.Linear(3, 2).parameters()).shape
    (8,)
    """
    flat = [parameter.reshape(-1) for parameter in _tensors("parameters_to_vector", parameters)]
    if not flat:
        raise ValueError("parameters_to_vector: there are no parameters")
    vector: Tensor = concat(flat)
    return vector


def vector_to_parameters(vec: Any, parameters: Iterable[Tensor] | Tensor) -> None:
    """Give parameters, or a single one, the values of a vector ``(n,)``, in the order of ``parameters_to_vector``.

    Nothing is recorded.

    Raises ``ValueError``, and changes nothing, if it is no vector of as many elements as they have; ``TypeError`` for
    what is no Tensor.

    >>> import nn, numpy as np
    >>> layer = nn.Linear(1, 2)
    >>> nn.utils.vector_to_parameters(np.arange(4.0), layer.parameters())
    >>> layer.weight.tolist(), layer.bias.tolist()
    ([[0.0], [1.0]], [2.0, 3.0])
    """
    values, given = asarray(vec).detach().data, _tensors("vector_to_parameters", parameters)
    count = sum(parameter.size for parameter in given)
    if values.shape != (count,):
        raise ValueError(f"vector_to_parameters: the parameters have {count} elements, got {describe(values)}")
    first = 0
    for parameter in given:
        parameter.data = values[first : first + parameter.size].reshape(parameter.shape)
        first += parameter.size


def _tensors(caller: str, parameters: Iterable[Tensor] | Tensor) -> list[Tensor]:
    if isinstance(parameters, Tensor):
        return [parameters]
    given = list(parameters)
    for each in given:
        if not isinstance(each, Tensor):
            raise TypeError(f"{caller}: takes parameters, as model.parameters() gives them, got {each!r:.60}")
    return given
