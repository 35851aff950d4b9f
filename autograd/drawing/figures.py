"""Numbers and shapes as the few characters that fit in a drawing."""

from __future__ import annotations

import math
from typing import Any


def figure(number: Any) -> str:
    """Write a number with two or three significant digits; exact zeros as ``0``, and nothing else so.

    >>> [figure(number) for number in (0.0, -0.0, 1, 1.873, -0.264, 0.02951, -5.3e-5, 12345.0, float("nan"))]
    ['0', '0', '1', '1.87', '-0.26', '0.030', '-5.3e-5', '1.23e4', 'NaN']
    """
    if isinstance(number, bool):
        return str(number)
    if isinstance(number, int):
        return str(number) if abs(number) < 1_000_000 else _scientific(float(number), 2)
    if isinstance(number, complex):
        return _complex(number)
    return _real(float(number))


def _real(number: float) -> str:
    if not math.isfinite(number):
        return "NaN" if math.isnan(number) else f"{number:+}".replace("+", "")
    if number == 0:
        return "0"
    size = abs(float(f"{number:.2e}"))  # rounded first: 9.999 is written like 10
    if size < 0.001:
        return _scientific(number, 1)
    for limit, decimals in ((0.01, 4), (0.1, 3), (10, 2), (100, 1), (10_000, 0)):
        if size < limit:
            return f"{number:.{decimals}f}"
    return _scientific(number, 2)


def _complex(number: complex) -> str:
    if number == 0:
        return "0"
    imaginary = _real(number.imag)
    sign = "" if imaginary.startswith("-") else "+"
    return f"{_real(number.real)}{sign}{imaginary}j"


def _scientific(number: float, decimals: int) -> str:
    mantissa, exponent = f"{number:.{decimals}e}".split("e")
    return f"{mantissa}e{int(exponent)}"


def constant(number: Any) -> str:
    """Write a constant as a program would, with at most four significant digits.

    >>> constant(2), constant(0.5), constant(1e-7), constant(3.14159265)
    ('2', '0.5', '1e-7', '3.142')
    """
    if isinstance(number, bool | int) and abs(number) < 1_000_000:
        return str(number)
    if isinstance(number, complex):
        return f"{number:.4g}"
    mantissa, e, exponent = f"{number:.4g}".partition("e")
    return f"{mantissa}e{int(exponent)}" if e else mantissa


def share(error: float) -> str:
    """Write a relative error: large ones in per cent.

    >>> share(0.5), share(2e-5)
    ('50 %', '2.0e-5')
    """
    if not math.isfinite(error):
        return "wrong shape"
    return f"{100 * error:.0f} %" if error >= 0.01 else figure(error)


def power_of_ten(exponent: int) -> str:
    """Write ``10**exponent`` for a scale.

    >>> [power_of_ten(exponent) for exponent in (-4, -2, 0, 1, 5)]
    ['1e-4', '0.01', '1', '10', '1e5']
    """
    return f"{10.0**exponent:g}" if -3 < exponent < 3 else f"1e{exponent}"


def shape_text(shape: tuple[int, ...]) -> str:
    """Write a shape.

    >>> shape_text((2, 4)), shape_text((3,)), shape_text(())
    ('2 × 4', '3', 'scalar')
    """
    return " × ".join(map(str, shape)) if shape else "scalar"
