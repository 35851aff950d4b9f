"""What of NumPy a Tensor answers: every public function, and what becomes of its gradient.

``python -m autograd.coverage`` prints the table that the documentation holds.

>>> status_of("exp")
'differentiable'
>>> status_of("linalg.matrix_rank")
'no derivative'
>>> status_of("savez")
'files'
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from .primitives.declaration import Primitive
from .registry import by_numpy, without_derivative
from .transforms import batching as _batching  # noqa: F401 - enters all batching rules
from .transforms.batching_rules import rule_of

#: The namespaces that are looked through.
NAMESPACES = ("", "linalg", "fft")

DIFFERENTIABLE = "differentiable"
NO_DERIVATIVE = "no derivative"
GAP = "not covered"

#: Why a function is left to NumPy: it takes no array that could require grad, or gives nothing that has a gradient.
LEFT_TO_NUMPY: dict[str, str] = {
    "makes arrays": """
        arange array asanyarray asarray asarray_chkfinite asmatrix bartlett blackman bmat diag_indices empty eye
        fft.fftfreq fft.rfftfreq from_dlpack frombuffer fromfunction fromiter fromstring full hamming
        hanning identity indices kaiser mask_indices ones tri tril_indices triu_indices zeros""",
    "files": "fromfile fromregex genfromtxt load loadtxt save savetxt savez savez_compressed",
    "texts": """
        base_repr binary_repr format_float_positional format_float_scientific info show_config show_runtime typename""",
    "settings": """
        get_printoptions getbufsize geterr geterrcall printoptions set_printoptions setbufsize seterr seterrcall""",
    "types": """
        broadcast_shapes isdtype isscalar issubdtype iterable min_scalar_type mintypecode promote_types require""",
    "asks no other library": "ascontiguousarray asfortranarray row_stack",
    "memory": "isfortran may_share_memory nested_iters shares_memory",
    "dates": "busday_count busday_offset datetime_as_string datetime_data is_busday isnat",
    "bits and places of integers": "packbits ravel_multi_index unpackbits unravel_index",
    "tools": "frompyfunc get_include test linalg.test fft.test",
}

_REASONS = {name: reason for reason, names in LEFT_TO_NUMPY.items() for name in names.split()}


def functions() -> Iterator[tuple[str, Callable[..., Any]]]:
    """Give the public functions of NumPy and of the namespaces in it, by name."""
    for namespace in NAMESPACES:
        module = operator.attrgetter(namespace)(np) if namespace else np
        for name in sorted(dir(module)):
            function = getattr(module, name)
            if not name.startswith("_") and callable(function) and not isinstance(function, type):
                yield f"{namespace}.{name}" if namespace else name, function


def status_of(name: str) -> str:
    """Tell what becomes of the gradient in a function of NumPy, or why it is left to NumPy."""
    answer = by_numpy[operator.attrgetter(name)(np)]
    if answer is None:
        return _REASONS.get(name, GAP)
    has_rules = bool(answer.differentiable) if isinstance(answer, Primitive) else answer not in without_derivative
    return DIFFERENTIABLE if has_rules else NO_DERIVATIVE


def table() -> str:
    """Give all functions with their statuses, as a table in Markdown."""
    lines = ["| NumPy's function | with a Tensor | answered by | in `vmap` |", "| --- | --- | --- | --- |"]
    for name, function in functions():
        status = status_of(name)
        answer = by_numpy[function]
        how, batched = ("", "") if answer is None else (f"{_kind(answer)} `{answer.__name__}`", _in_vmap(answer))
        left = status not in (DIFFERENTIABLE, NO_DERIVATIVE, GAP)
        lines.append(f"| `np.{name}` | {f'left to NumPy: {status}' if left else status} | {how} | {batched} |")
    return "\n".join(lines)


def _kind(answer: Callable[..., Any]) -> str:
    return "primitive" if isinstance(answer, Primitive) else "composition"


def _in_vmap(answer: Callable[..., Any]) -> str:
    """Tell how a primitive is applied to the examples of ``vmap``; a composition is as what it is made of."""
    if not isinstance(answer, Primitive):
        return ""
    return "one by one" if rule_of(answer) is None else "at once"


if __name__ == "__main__":
    print(table())  # noqa: T201 - what it is run for
