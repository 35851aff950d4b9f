"""Lines of Python that run a failed check again, as they stand; what they cannot write down, they name in a comment."""

from __future__ import annotations

import keyword
import re
import sys
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from ..errors import describe
from .numeric import Array
from .subject import Argument, Subject

#: Arrays of up to so many numbers are written down.
_WRITTEN = 64

#: The dtypes that NumPy gives such numbers anyway.
_USUAL = ("f8", "c16", "b1", np.array(0).dtype)


def reproduction(subject: Subject, options: Mapping[str, object]) -> list[str]:
    """Give lines that import, define the inputs, and check them with these options."""
    lines = Lines(subject.check, {"np", "ag", subject.check})
    arguments = [lines.function(function, name) for function, name in subject.functions]
    variables = {variable.name: variable for variable in subject.variables}
    for name, given in subject.given:
        variable = variables.get(name)
        arguments.append(lines.argument(name, given if variable is None else variable.as_given))
    parameters = [variable for variable in subject.variables if not isinstance(variable, Argument)]
    if parameters:
        for variable in parameters:
            lines.note(variable.name, _array(variable.as_given) or describe(variable.as_given))
        model = arguments[0] if hasattr(subject.functions[0][0], "named_parameters") else None
        arguments.append(f"parameters={f'dict({model}.named_parameters())' if model else 'parameters'}")
        if model is None:
            lines.note("parameters", f"{', '.join(variable.name for variable in parameters)}, as they were handed over")
    arguments += [f"{name}={value!r}" for name, value in options.items()]
    return lines.all(f"{subject.check}({', '.join(arguments)})")


class Lines:
    """Lines that are gathered: imports, comments and definitions, in this order."""

    def __init__(self, check: str, taken: set[str]) -> None:
        self._imports = [f"from autograd.testing import {check}"]
        self._notes: list[str] = []
        self._definitions: list[str] = []
        self._taken = taken

    def all(self, call: str) -> list[str]:
        """Give all lines, with the call as the last one."""
        needs_numpy = any("np." in line for line in (*self._definitions, call))
        numpy = ["import numpy as np"] if needs_numpy else []
        return [*numpy, *self._imports, *self._notes, *self._definitions, call]

    def function(self, function: Callable[..., Any], name: str) -> str:
        """Give what a function is called with: where it can be imported it is, and else a comment names it."""
        home, path = _home(function)
        if home == "np":
            return path
        if home == "ag":
            self._imports.insert(0, "import autograd as ag")
            return path
        if home:
            self._imports.append(f"from {home} import {path}")
            self._taken.add(path)
            return path
        is_instance = not hasattr(function, "__name__")
        identifier = self._identifier(name.lower() if is_instance else name)
        what = f"the {type(function).__name__}" if is_instance else "the function"
        self.note(identifier, f"{what} that was checked")
        return identifier

    def argument(self, name: str, given: Any) -> str:
        """Give what an argument is called with: itself, if it is short, or a name that is defined before."""
        if not isinstance(given, np.ndarray):
            written = _written(given)
            if written is not None:
                return written
        identifier = self._identifier(name)
        written = _array(given) if isinstance(given, np.ndarray) else None
        if written is None:
            self.note(identifier, f"{describe(given)}, as it was given")
        else:
            self._definitions.append(f"{identifier} = {written}")
        return identifier

    def note(self, name: str, what: str) -> None:
        """Add a comment on what something is."""
        self._notes.append(f"# {name}: {what}")

    def _identifier(self, name: str) -> str:
        """Give a name that is one of Python's, and not yet taken."""
        identifier = re.sub(r"\W", "_", name).strip("_") or "x"
        if identifier[0].isdigit():
            identifier = f"x{identifier}"
        while identifier in self._taken or keyword.iskeyword(identifier):
            identifier += "_"
        self._taken.add(identifier)
        return identifier


def _home(function: Callable[..., Any]) -> tuple[str, str]:
    """Give the module that has a function, ``np`` or ``ag`` for short, and its name there; "" if there is none."""
    name = str(getattr(function, "__name__", ""))
    for short, module in (("np", "numpy"), ("np.linalg", "numpy.linalg"), ("np.fft", "numpy.fft"), ("ag", "autograd")):
        if name and getattr(sys.modules.get(module), name, None) is function:
            return short.partition(".")[0], f"{short}.{name}"
    home = str(getattr(function, "__module__", None) or "")
    home = _public_home(function, name, home) or home
    is_there = name.isidentifier() and getattr(sys.modules.get(home), name, None) is function
    return (home, name) if is_there and home != "__main__" else ("", name)


def _public_home(function: Callable[..., Any], name: str, home: str) -> str:
    """Give the shortest name of a module that has a function in its ``__all__``, if its own says none or is private."""
    if home and "._" not in home:
        return ""
    package = home.partition(".")[0]
    homes = [
        path
        for path, module in list(sys.modules.items())
        if "._" not in f".{path}"
        and (not package or path.partition(".")[0] == package)
        and getattr(module, "__dict__", {}).get(name) is function
        and name in (module.__dict__.get("__all__") or ())
    ]
    return min(homes, key=lambda path: (path.count("."), path), default="")


def _array(array: Array) -> str | None:
    """Write an array down, if it is small.

    >>> _array(np.array([[np.inf, 1.0]], dtype="f4")), _array(np.zeros((2, 0))), _array(np.zeros(100))
    ('np.array([[np.inf, 1.0]], dtype=np.float32)', 'np.zeros((2, 0), dtype=np.float64)', None)
    """
    dtype = "" if array.dtype in _USUAL else f", dtype=np.{array.dtype}"
    if not array.size:
        return f"np.zeros({array.shape}, dtype=np.{array.dtype})"
    numbers = _written(array.tolist()) if array.size <= _WRITTEN and array.dtype.kind in "biufc" else None
    return None if numbers is None else f"np.array({numbers}{dtype})"


def _written(value: Any) -> str | None:
    """Write a value down as Python does, if it is one that can be.

    >>> [_written(value) for value in (0.5, float("nan"), (slice(1, None), ...), {"axis": None}, np.float32, object())]
    ['0.5', 'np.nan', '(slice(1, None, None), ...)', "{'axis': None}", 'np.float32', None]
    """
    if value is None or isinstance(value, (bool, int, str, bytes, range)):
        return repr(value)
    if isinstance(value, np.generic):
        number = _written(value.item())
        return None if number is None else f"np.{value.dtype}({number})"
    if isinstance(value, (float, complex)):
        return repr(value) if np.isfinite(value) else _not_finite(value)
    return _array(value) if isinstance(value, np.ndarray) else _collection(value)


def _not_finite(value: complex) -> str:
    real = "np.nan" if np.isnan(value.real) else repr(value.real).replace("inf", "np.inf")
    return f"complex({real}, {_written(value.imag)})" if type(value) is complex else real


def _collection(value: Any) -> str | None:
    """Write lists, tuples, dicts and slices of what can be written, and what indices and options are besides."""
    if value is Ellipsis or (isinstance(value, type) and issubclass(value, np.generic)):
        return "..." if value is Ellipsis else f"np.{value.__name__}"
    if type(value) is slice:
        inside = _collection((value.start, value.stop, value.step))
        return None if inside is None else f"slice{inside}"
    if type(value) is dict:
        pairs = [(_written(key), _written(item)) for key, item in value.items()]
        return None if any(None in pair for pair in pairs) else f"{{{', '.join(f'{k}: {v}' for k, v in pairs)}}}"
    if type(value) not in (list, tuple):
        return None
    items = [_written(item) for item in value]
    if None in items:
        return None
    inside = ", ".join(map(str, items))
    return f"[{inside}]" if type(value) is list else f"({inside},)" if len(value) == 1 else f"({inside})"
