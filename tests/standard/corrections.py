"""Sentences of the standard that neither this library nor NumPy keeps, by their function, and what is so instead."""

import itertools

POSITIVE = "a positive (i.e., greater than ``0``) finite number"

INSTEAD = {
    "sqrt": {
        # The infinities of these two are exchanged: C99 has them so.
        f"If ``a`` ``-infinity`` and ``b`` is {POSITIVE}, the result is ``NaN + NaN j``.": (
            f"If ``a`` is ``-infinity`` and ``b`` is {POSITIVE}, the result is ``+0 + infinity j``."
        ),
        f"If ``a`` is ``+infinity`` and ``b`` is {POSITIVE}, the result is ``+0 + infinity j``.": (
            f"If ``a`` is ``+infinity`` and ``b`` is {POSITIVE}, the result is ``+infinity + 0j``."
        ),
        # Another sentence says that it is infinite where ``b`` is.
        "If ``a`` is ``NaN`` and ``b`` is any value, the result is ``NaN + NaN j``.": (
            "If ``a`` is ``NaN`` and ``b`` is a finite number, the result is ``NaN + NaN j``."
        ),
    },
    "tanh": {
        # C99 gives the zero the sign of ``sin(2b)``.
        f"If ``a`` is ``+infinity`` and ``b`` is {POSITIVE}, the result is ``1 + 0j``.": (
            f"If ``a`` is ``+infinity`` and ``b`` is {POSITIVE}, the result is ``1 ± 0j``."
        ),
    },
    "__complex__": {
        # Python's own ``complex(nan)`` has the imaginary part 0.
        "If ``self`` is ``NaN``, the result is ``NaN + NaN j``.": (
            "If ``self`` is ``NaN``, the result is ``NaN + 0j``."
        ),
    },
}

#: What goes without saying in the standard: a number is not equal to an infinity.
BEFORE = {
    ("not_equal", "In the remaining cases, the result is ``False``."): [
        "If ``x1_i`` is a finite number and ``x2_i`` is either ``+infinity`` or ``-infinity``, the result is ``True``.",
        "If ``x1_i`` is either ``+infinity`` or ``-infinity`` and ``x2_i`` is a finite number, the result is ``True``.",
    ],
}


def corrected(function: str, sentences: list[str]) -> list[str]:
    """The sentences on a function, with what is so in the place of those that do not hold."""
    instead = INSTEAD.get(function, {})
    missing = instead.keys() - {*sentences}
    assert not missing, f"the standard does not say of {function}: {missing}"
    told = [[*BEFORE.get((function, sentence), []), instead.get(sentence, sentence)] for sentence in sentences]
    return list(itertools.chain.from_iterable(told))
