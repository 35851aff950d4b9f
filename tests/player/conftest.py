"""Graphs that several tests play."""

from tests.drawing.conftest import network

__all__ = ["network"]
