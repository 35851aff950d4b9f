"""What all tests share: how hard Hypothesis tries, and random numbers whose seed is told when a test fails."""

import os
import secrets

import numpy as np
import pytest
from hypothesis import HealthCheck, settings

from autograd import registry

# Plots are made without a screen; set before anything can import matplotlib.
os.environ["MPLBACKEND"] = "Agg"


def register_profile(name: str, max_examples: int) -> None:
    """Register a Hypothesis profile that behaves alike on every machine.

    It starts from Hypothesis's own default, not from the profile that Hypothesis switches to when it sees CI. A
    failure prints the line that reproduces it anywhere; in the thorough profile it is also kept in ``.hypothesis``
    and tried first next time.
    """
    settings.register_profile(
        name,
        parent=settings.get_profile("default"),
        derandomize=name == "quick",  # the same examples each time; new ones are what the thorough profile is for
        max_examples=max_examples,
        deadline=None,  # a busy machine is no error
        suppress_health_check=[HealthCheck.too_slow],
        print_blob=True,
    )


register_profile("quick", max_examples=25)
register_profile("thorough", max_examples=1000)
settings.load_profile(os.environ.get("GLASSGRAD_PROFILE", "quick"))


def pytest_report_header() -> str:
    return f"hypothesis profile: {settings.get_current_profile_name()}, {settings.default.max_examples} examples a test"


@pytest.fixture
def rng() -> np.random.Generator:
    """Random numbers for tests that do not need Hypothesis: new ones in each run, unless GLASSGRAD_SEED is set."""
    seed = int(os.environ.get("GLASSGRAD_SEED") or secrets.randbits(32))
    print(f"\nrepeat these random numbers with GLASSGRAD_SEED={seed}")  # shown when the test fails
    return np.random.default_rng(seed)


@pytest.fixture
def throwaway():
    """Forget the primitives that a test declares, so that the checks generated from the registry never meet them."""
    registry.load_further()
    contents = vars(registry.operations), registry.primitives, registry.by_numpy
    known = [dict(content) for content in contents]
    yield
    for content, before in zip(contents, known, strict=True):
        content.clear()
        content.update(before)
