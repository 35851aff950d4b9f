"""optim: optimizers for the parameters of a model, with PyTorch's names, defaults and forms.

>>> import autograd, optim
>>> x = autograd.Tensor([5.0, -3.0], requires_grad=True)
>>> optimizer = optim.Adam([x], lr=0.5)
>>> for _ in range(300):
...     optimizer.zero_grad()
...     ((x - [1.0, 2.0]) ** 2).sum().backward()
...     optimizer.step()
>>> x.data.round(3).tolist()
[1.0, 2.0]
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from . import lr_scheduler
from .adadelta import Adadelta
from .adafactor import Adafactor
from .adagrad import Adagrad
from .adam import Adam, AdamW
from .adamax import Adamax
from .asgd import ASGD
from .clipping import clip_grad_norm_, clip_grad_value_
from .faces import GradientDescent, Momentum, Nesterov
from .lbfgs import LBFGS
from .muon import Muon
from .nadam import NAdam
from .optimizer import Optimizer
from .radam import RAdam
from .rmsprop import RMSprop
from .sgd import SGD
from .signs import Lion, Rprop
from .wrappers import SAM, Guard, Lookahead

__all__ = [
    "ASGD",
    "LBFGS",
    "SAM",
    "SGD",
    "Adadelta",
    "Adafactor",
    "Adagrad",
    "Adam",
    "AdamW",
    "Adamax",
    "GradientDescent",
    "Guard",
    "Lion",
    "Lookahead",
    "Momentum",
    "Muon",
    "NAdam",
    "Nesterov",
    "Optimizer",
    "RAdam",
    "RMSprop",
    "Rprop",
    "clip_grad_norm_",
    "clip_grad_value_",
    "lr_scheduler",
    "surfaces",
    "swa_utils",
    "visualize",
]

#: What is loaded when first used.
_LATE = ("surfaces", "swa_utils", "visualize")

if TYPE_CHECKING:
    from . import surfaces as surfaces
    from . import swa_utils as swa_utils
    from . import visualize as visualize


def __getattr__(name: str) -> Any:
    if name in _LATE:
        return importlib.import_module(f".{name}", __name__)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
