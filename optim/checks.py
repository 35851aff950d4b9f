"""What several optimizers ask of their options."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from autograd import Tensor


def check_betas(options: Mapping[str, Any]) -> None:
    """Raise ``ValueError`` unless there are two betas, each at least 0 and below 1."""
    if not isinstance(options["betas"], (tuple, list)) or len(options["betas"]) != 2:
        raise ValueError(f"Invalid betas: {options['betas']}; they are two numbers")
    for index, beta in enumerate(options["betas"]):
        if not 0.0 <= beta < 1.0:
            raise ValueError(f"Invalid beta parameter at index {index}: {beta}; it must be at least 0 and below 1")


def check_at_least_zero(options: Mapping[str, Any], **names: str) -> None:
    """Raise ``ValueError`` for an option below zero, or not a number; ``names`` says what messages call each."""
    for option, name in names.items():
        if not options[option] >= 0:
            raise ValueError(f"Invalid {name}: {options[option]}; {option} must be at least 0")


def refuse_complex(name: str, options: Mapping[str, Any]) -> None:
    """Raise ``TypeError`` for complex parameters, whose rows and norms a formula would not see."""
    parameters: Sequence[Tensor] = options.get("params", ())
    if any(parameter.dtype.kind == "c" for parameter in parameters):
        raise TypeError(f"{name} does not support complex parameters")
