"""PyTorch's own databases, which its wheel carries for its tests."""

import importlib
import importlib.util
import sys
import types
import unittest

from hypothesis import settings


def read_database(module, name):
    """Import one of PyTorch's lists, and undo what that import changes for other tests."""
    # The base of PyTorch's own tests, which are not run here; another list may have been read before.
    if "expecttest" not in sys.modules and importlib.util.find_spec("expecttest") is None:
        sys.modules["expecttest"] = types.ModuleType("expecttest")
        sys.modules["expecttest"].TestCase = unittest.TestCase
    profile = settings.get_current_profile_name()
    database = getattr(importlib.import_module(f"torch.testing._internal.{module}"), name)
    settings.load_profile(profile)
    return database


def flat(outputs):
    """Give the Tensors of an output, in order; ``None`` stays."""
    return [leaf for each in outputs for leaf in flat(each)] if isinstance(outputs, tuple | list) else [outputs]
