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

from .adam import Adam
from .optimizer import Optimizer
from .sgd import SGD

__all__ = ["SGD", "Adam", "Optimizer"]
