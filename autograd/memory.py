"""Freed memory is kept for the next step, where the C library would give it back.

A step frees arrays of some megabytes and asks for as many again. By default glibc gives them back to the system each
time, and the system clears every page anew: on arrays of a million numbers that takes longer than the arithmetic.
glibc learns from what a program frees (mallopt(3), M_MMAP_THRESHOLD: the "dynamic" threshold): once a block of its
largest size, 32 MiB, was freed, up to twice as much stays at hand. The block is never written, so it costs nothing.
"""

from __future__ import annotations

import numpy as np

_LARGEST = 32 << 20
_MANAGEMENT = 1 << 13  # what the C library adds must fit in, too


def keep_freed_memory() -> None:
    """Let the C library keep up to 64 MiB of freed memory; where it is not glibc, nothing happens."""
    np.empty(_LARGEST - _MANAGEMENT, np.uint8)
