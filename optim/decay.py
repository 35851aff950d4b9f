"""Weight decay: in the gradient, as that of a penalty, or decoupled from it; and climbing, as falling the other way."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def penalised(parameter: Any, gradient: Any, weight_decay: Any, options: Mapping[str, Any]) -> Any:
    """Give the gradient of what is to fall, with that of ``weight_decay * parameter**2 / 2``; negative to maximise."""
    if options["maximize"]:
        gradient = -gradient
    if options["weight_decay"]:
        gradient = gradient + weight_decay * parameter
    return gradient


def decayed(parameter: Any, gradient: Any, decay: Any, options: Mapping[str, Any]) -> tuple[Any, Any]:
    """Give the parameter and the gradient with weight decay: decoupled, in the parameter, or else in the gradient."""
    if options["maximize"]:
        gradient = -gradient
    if options["weight_decay"]:
        if options["decoupled_weight_decay"]:
            parameter *= decay
        else:
            gradient = gradient + decay * parameter
    return parameter, gradient


def decay_of(lr: Any, options: Mapping[str, Any]) -> Any:
    """Give the number that ``decayed`` needs: what is left of the parameter, or what its share in the gradient is."""
    return 1 - lr * options["weight_decay"] if options["decoupled_weight_decay"] else options["weight_decay"]
