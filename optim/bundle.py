"""Bundle: some parameters, treated as one flat array together with the state that an optimizer keeps for them.

NumPy takes as long to start an operation as to do it on a thousand numbers. So small parameters are laid side by side,
and one pass of a formula serves all of them. Large ones are passed through in blocks that stay in the processor's
cache from one operation of the formula to the next; so the formula's intermediate results are small, too, whatever
the size of the model.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from autograd import Tensor
from autograd.ownership import is_held_once

#: Bytes of each array that one pass of a formula works on.
BLOCK = 1 << 16

#: What a formula gets: flat arrays of parameters, gradients and states. It gives the new parameters and states.
Formula = Callable[[Any, Any, Sequence[Any]], tuple[Any, Sequence[Any]]]


def bundled(parameters: Sequence[Tensor], steps: Sequence[int]) -> Iterator[Bundle]:
    """Divide parameters into bundles: of one dtype, stepped equally often, and one block large or a single parameter."""
    gathering: dict[tuple[Any, int], list[Tensor]] = {}
    for parameter, step in zip(parameters, steps, strict=True):
        if parameter.nbytes > BLOCK:
            yield Bundle([parameter], step)
            continue
        gathered = gathering.setdefault((parameter.dtype, step), [])
        if sum(other.nbytes for other in gathered) + parameter.nbytes > BLOCK:
            yield Bundle(gathered, step)
            gathered = gathering[parameter.dtype, step] = []
        gathered.append(parameter)
    for (_, step), gathered in gathering.items():
        yield Bundle(gathered, step)


class Bundle:
    """Parameters of one dtype that have been stepped equally often.

    Complex numbers are treated as pairs of real ones.
    """

    def __init__(self, parameters: Sequence[Tensor], step: int = 0) -> None:
        self.parameters = list(parameters)
        self.dtype = self.parameters[0].dtype
        self.ends = np.cumsum([parameter.size for parameter in self.parameters]).tolist()
        self.size: int = self.ends[-1]
        #: How often these parameters were stepped. An array, for a program that was recorded once counts on.
        self.step = np.array(float(step))
        #: What the optimizer remembers, by name: flat arrays as long as all parameters together.
        self.state: dict[str, Any] = {}
        ...
