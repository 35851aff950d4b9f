"""PyTorch's way to declare an operation: a class with a forward and a backward.

``classes`` has the class that users derive from, ``contexts`` what its methods share. ``applying`` calls the forward,
which gives ``results``; ``recording`` makes an operation of that, whose primitive is ``declared``; ``pulling`` calls
the backward. ``several`` is for several results, ``one_by_one`` for ``vmap``; ``following`` sees where the
arrays of a forward are from, and ``holding`` what somebody else had before.
"""

from __future__ import annotations

from .classes import Function as Function
from .once import once_differentiable as once_differentiable

__all__ = ["Function", "once_differentiable"]
