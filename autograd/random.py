"""The library's one source of random numbers: initialisation, dropout and shuffling draw from it."""

from __future__ import annotations

import numpy as np


class _Source:
    """Holds the generator, so that seeding it anew reaches everybody who draws."""

    generator: np.random.Generator | None = None


_source = _Source()


def manual_seed(seed: int) -> np.random.Generator:
    """Start the library's random numbers anew from ``seed``, a whole number of at least 0; give their generator.

    The same seed gives the same bits, in initialisation, dropout and shuffling.

    >>> import autograd as ag
    >>> first = ag.manual_seed(7).normal()
    >>> first == ag.manual_seed(7).normal()
    True
    """
    _source.generator = np.random.default_rng(seed)
    return _source.generator


def generator() -> np.random.Generator:
    """Give NumPy's generator that the library draws from at the moment."""
    if _source.generator is None:
        _source.generator = np.random.default_rng()
    return _source.generator
