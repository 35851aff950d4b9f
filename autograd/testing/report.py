"""What a check ends in: a report, or an error that reads like a diagnosis."""

from __future__ import annotations

from dataclasses import dataclass


class GradientMismatch(AssertionError):  # noqa: N818 - it says what was found
    """A gradient, or something that it rests on, is wrong; the text says what, where, and what may be the cause."""


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
    """

    name: str
    variables: tuple[Checked, ...]
    method: str
    tolerance: float

    @property
    def error(self) -> float:
        """The worst relative error of all derivatives."""
        return max(variable.error for variable in self.variables)

    def __bool__(self) -> bool:
        return True

    def __str__(self) -> str:
        verdict = (
            f"The gradients of {self.name} are right: worst relative error {self.error:.1e} against {self.method}, "
            f"{self.tolerance:.0e} allowed"
        )
        return "\n".join([verdict, *(f"  {variable}" for variable in self.variables)])
