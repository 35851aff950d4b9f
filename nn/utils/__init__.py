"""What goes with modules: sequences of several lengths, in ``rnn``."""

from . import rnn

__all__ = ["rnn"]
