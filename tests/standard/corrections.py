"""Sentences of the standard that hold of no library, by the function that they speak of, and what is so instead."""

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
    "not_equal": {
        # A number is not equal to an infinity either, which the sentences before this one do not say.
        "In the remaining cases, the result is ``False``.": (
            "If ``x1_i`` is a finite number and ``x2_i`` is ``+infinity``, the result is ``True``."
        ),
    },
}


def corrected(function: str, sentences: list[str]) -> list[str]:
    """The sentences on a function, with what is so in the place of those that do not hold."""
    instead = INSTEAD.get(function, {})
    missing = instead.keys() - {*sentences}
    assert not missing, f"the standard does not say of {function}: {missing}"
    return [instead.get(sentence, sentence) for sentence in sentences]
