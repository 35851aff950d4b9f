"""What a check ends in: a report, or an error that reads like a diagnosis."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..tensor import Tensor


class GradientMismatch(AssertionError):  # noqa: N818 - it says what was found
    """A gradient, or something that it rests on, is wrong; the text says what, where, and what may be the cause.

    ``results`` are the recorded Tensors whose gradients are wrong, where there is a graph to look at, and nothing
    otherwise: ``autograd.draw(*mismatch.results)`` draws it.
    """

    def __init__(self, text: str, results: Sequence[Tensor] = ()) -> None:
        super().__init__(text)
        self.results = tuple(results)


@dataclass(frozen=True)
class Checked:
    """One variable that was checked: its name, what it is, how many derivatives were compared, the worst error."""

    name: str
    given: str
    derivatives: int
    error: float

    def __str__(self) -> str:
        checked = f"{self.derivatives:>6} derivatives"
        return f"{self.name:<16} {self.given:<20} {checked}   worst relative error {self.error:.1e}"


@dataclass(frozen=True)
class Report:
    """The verdict on a function whose gradients are right; true wherever Python asks. ``str`` gives it in words.

    ``method`` says how the numeric derivatives were made, ``tolerance`` what relative error would have been too much.
    ``kinks`` names places where the slope changes, and where the right gradient is a matter of convention: that it
    agreed with the mean of both slopes there says little. ``modes`` are those that were checked, and ``unchecked`` says
    why another one could not be.
    """

    name: str
    variables: tuple[Checked, ...]
    method: str
    tolerance: float
    kinks: tuple[str, ...] = ()
    compared: str = "the gradient"
    modes: tuple[str, ...] = ("reverse",)
    unchecked: tuple[str, ...] = ()

    @property
    def error(self) -> float:
        """The worst relative error of all derivatives."""
        return max(variable.error for variable in self.variables)

    def __bool__(self) -> bool:
        return True

    def __str__(self) -> str:
        verdict = (
            f"{self.compared.capitalize()}s of {self.name} are right: worst relative error {self.error:.1e} against "
            f"{self.method}, {self.tolerance:.0e} allowed"
        )
        modes = [f"  checked in {_listed(self.modes)} mode"] if len(self.modes) > 1 else []
        unchecked = [f"  not checked: {reason}" for reason in self.unchecked]
        kinks = [f"  a kink at {kink}: there is no derivative, and a convention was not checked" for kink in self.kinks]
        return "\n".join([verdict, *(f"  {variable}" for variable in self.variables), *modes, *unchecked, *kinks])


def _listed(names: Sequence[str]) -> str:
    return f"{', '.join(names[:-1])} and {names[-1]}"
