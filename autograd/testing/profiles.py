"""Hypothesis profiles: how hard property tests try."""

from __future__ import annotations

QUICK = "autograd-quick"
THOROUGH = "autograd-thorough"


def register() -> None:
    """Register the profiles ``autograd-quick`` and ``autograd-thorough`` with Hypothesis.

    The quick one tries the same 25 examples each time, for every change; the thorough one 1000 new ones, and keeps
    those that fail. Neither has a deadline, as a busy machine is no error. With the pytest plugin of this library they
    are there for ``pytest --hypothesis-profile=autograd-thorough``; elsewhere call this first.

    >>> from hypothesis import settings
    >>> register()
    >>> settings.get_profile("autograd-thorough").max_examples
    1000
    """
    from hypothesis import HealthCheck, settings

    for name, examples in ((QUICK, 25), (THOROUGH, 1000)):
        settings.register_profile(
            name,
            parent=settings.get_profile("default"),
            derandomize=name == QUICK,
            max_examples=examples,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow],
            print_blob=True,
        )
