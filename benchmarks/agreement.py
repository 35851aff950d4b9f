"""Proof that both sides do the same work: the same losses and the same way gone, or the same values.

Equal losses alone prove little: over a few steps a loss may hardly move. So the arrays that the work changes (the
parameters of a training step, the gradient of a chain) are compared, too, by how far they moved from where they began.
A derivative of a function has no loss and changes nothing: there the values themselves are compared.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

STEPS: Final = 5
LOSS_TOLERANCE: Final = 1e-4
MOVE_TOLERANCE: Final = 1e-2
VALUE_TOLERANCE: Final = 1e-9

Floats = npt.NDArray[np.float64]


class DisagreementError(Exception):
    """The two sides do not compute the same numbers, so that their times cannot be compared."""


@dataclass(frozen=True)
class Workload:
    """One library's side of a case, ready to run.

    `step` does one unit of work and gives its loss, a tensor of one number. `state` gives all numbers that steps
    change as one flat float64 array.
    """

    step: Callable[[], Any]
    state: Callable[[], Floats]


def assert_agreement(ours: Workload, theirs: Workload) -> None:
    """Run a few steps of both, and raise `DisagreementError` unless they do the same work.

    The losses of all steps must agree to a relative 1e-4, and the moves of the states to 1e-2 of their length:
    Adam's first steps follow the signs of the gradients, and the sign of a gradient of almost nothing is noise.
    """
    our_losses, our_move = _run(ours)
    losses, move = _run(theirs)
    if not np.allclose(our_losses, losses, rtol=LOSS_TOLERANCE, atol=0.0):
        raise DisagreementError(f"the losses differ: ours {our_losses.tolist()}, theirs {losses.tolist()}")
    if our_move.shape != move.shape:
        raise DisagreementError(f"the states differ in size: ours {our_move.size}, theirs {move.size}")
    length = float(np.linalg.norm(move))
    error = float(np.linalg.norm(our_move - move))
    if not (length > 0.0 and error <= MOVE_TOLERANCE * length):
        raise DisagreementError(f"the states moved differently: {error:.3g} apart after a way of {length:.3g}")


def assert_equal_values(ours: Any, theirs: Floats) -> None:
    """Raise `DisagreementError` unless both results hold the same numbers, to 1e-9 of the length of all of them.

    Ours is an array, or nested lists and tuples of arrays; theirs are the numbers of such a one, in the same order.
    """
    values = _flat(ours)
    if values.shape != theirs.shape:
        raise DisagreementError(f"the results differ in size: ours {values.size}, theirs {theirs.size}")
    length = float(np.linalg.norm(theirs))
    error = float(np.linalg.norm(values - theirs))
    if not (length > 0.0 and error <= VALUE_TOLERANCE * length):
        raise DisagreementError(f"the values differ: {error:.3g} apart at a length of {length:.3g}")


def _flat(result: Any) -> Floats:
    """Give all numbers of an array, or of nested lists and tuples of arrays, in one row."""
    if isinstance(result, list | tuple):
        return np.concatenate([_flat(part) for part in result])
    return np.ravel(np.asarray(result, dtype=np.float64))


def _run(workload: Workload) -> tuple[Floats, Floats]:
    """Give the losses of the first steps, and the move of the state over them."""
    before = workload.state()
    losses = [float(workload.step().item()) for _ in range(STEPS)]
    return np.array(losses, dtype=np.float64), workload.state() - before
