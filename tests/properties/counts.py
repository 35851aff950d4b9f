"""How many examples a property gets that takes long for each: all in a thorough run, fewer in a quick one."""

from hypothesis import settings

#: From so many examples on a run is thorough.
THOROUGH = 1000


def share(part, whole):
    """Give settings with ``part / whole`` of the examples of a quick run.

    >>> share(1, 1).max_examples == settings.default.max_examples
    True
    """
    count = settings.default.max_examples
    return settings(max_examples=count if count >= THOROUGH else max(1, count * part // whole))
