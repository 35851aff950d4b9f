"""What the forward of a Function leaves for its backward."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..errors import describe
from ..graph import Node
from ..tensor import Tensor


class Context:
    """The ``ctx`` of a ``Function``: what the forward leaves for the backward of the same application.

    Tensors are left by ``save_for_backward``, anything else as an attribute, as in ``ctx.axis = axis``. Plain arrays
    and numbers in attributes are constants to derivatives of the backward. Tensors there, also inside of lists, dicts
    and dataclasses, are as those that are saved; a derivative that goes through a result there raises as well.

    Attributes
    ----------
    needs_input_grad
        For each argument whether it is a Tensor that requires grad: a gradient that nobody needs can be ``None``.
    """

    __slots__ = (
        "__dict__",
        "_dirty",
        "_materializes",
        "_name",
        "_nodes",
        "_non_differentiable",
        "_read",
        "_to_save",
        "needs_input_grad",
    )

    def __init__(self, name: str, needs_input_grad: tuple[bool, ...]) -> None:
        self._name = name
        self._dirty: tuple[Any, ...] = ()
        self._non_differentiable: tuple[Any, ...] = ()
        self._materializes = True
        self._to_save: tuple[Any, ...] | None = ()
        self._read: tuple[Tensor | None, ...] = ()
        self._nodes: Sequence[Node | None] = ()
        self.needs_input_grad = needs_input_grad

    def save_for_backward(self, *tensors: Any) -> None:
        """Keep Tensors for the backward, which finds them in ``saved_tensors``; a second call replaces the first.

        Second derivatives pass through arguments and results of the forward. One that goes through what the forward
        has computed on its way raises ``RuntimeError``: give that back as a further result. So does one that goes
        through a floating array, or a Tensor that the forward has made of one, as nobody knows what it was computed
        from; ``ag.zeros(3)`` is such a Tensor, too, and can be left as an array in an attribute. Tensors from elsewhere
        are constants, and what operations make of these, as ``zeros_like`` does; integers and booleans, too. That
        somebody besides the context holds a Tensor says that it is from elsewhere.

        ``None`` keeps a place. What is saved goes through ``saved_tensors_hooks``, and is released once a backward has
        used it.
        """
        for place, tensor in enumerate(tensors):
            if tensor is not None and not isinstance(tensor, (Tensor, np.ndarray, np.generic)):
                raise TypeError(
                    f"{self._name}: ctx.save_for_backward takes Tensors, arrays and None; argument {place} is "
                    f"{describe(tensor)}, a {type(tensor).__name__}. Leave other things as attributes: ctx.n = n"
                )
        self._to_save = tensors

    @property
    def saved_tensors(self) -> tuple[Any, ...]:
        """The Tensors that the forward saved, in their order; in the backward only."""
        if self._to_save is not None:
            raise RuntimeError(
                f"{self._name}: ctx.saved_tensors is there in the backward, for as long as it runs; outside of it "
                "nothing is unpacked, and after it what was saved may be released"
            )
        return self._read

    def mark_non_differentiable(self, *outputs: Any) -> None:
        """Have these results be constants; integers and booleans are, unmarked. Their gradients come as zeros."""
        self._non_differentiable = outputs

    def mark_dirty(self, *inputs: Any) -> None:
        """Have arguments that the forward has changed in place, and gives back, be changed for the caller, too.

        A Tensor has value semantics, so that ``x *= 2`` in a forward changes its own ``x`` alone; of an argument that
        is marked, the Tensor that the caller gave moves on to the result, as in ``x *= 2`` outside.
        """
        self._dirty = inputs

    def set_materialize_grads(self, value: bool) -> None:
        """Have gradients of results that nothing depends on come as zeros, which is the default, or as ``None``."""
        if not isinstance(value, (bool, np.bool_)):
            raise TypeError(f"{self._name}: ctx.set_materialize_grads takes True or False, got {describe(value)}")
        self._materializes = bool(value)

    def save_for_forward(self, *tensors: Any) -> None:
        """Do nothing: what PyTorch keeps for ``jvp``; here derivatives in forward mode follow from the backward."""

    def _take_saved(self) -> tuple[Any, ...]:
        """Give what was saved; hold nothing of the forward any longer, but attributes."""
        saved = self._to_save or ()
        self._to_save = self._dirty = self._non_differentiable = ()
        return saved

    def _in_backward(self, saved: tuple[Tensor | None, ...], nodes: Sequence[Node | None]) -> Context:
        """Give the context of one walk: attributes are shared with this one, and saved Tensors are those of the walk.

        ``nodes`` are those of the Tensors that the Function was applied to.
        """
        other = Context(self._name, self.needs_input_grad)
        other.__dict__ = self.__dict__
        other._to_save, other._read, other._nodes = None, saved, nodes
        return other

    def __repr__(self) -> str:
        return f"<context of {self._name}>"
