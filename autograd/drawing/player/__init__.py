"""The player: one page that plays a recorded graph forwards and backwards, step by step, without a network.

``replay`` has the engine walk the graph once more and watches it. ``contents`` says all of it as data, by ``arrays``
and ``formulas``. ``pictures`` takes the drawing's own SVG, with the colours of a ``palette`` and simpler ``outlines``.
``pages`` puts that, and the modules of JavaScript in ``page/``, into one file. ``playing`` has what users call.
"""

from .playing import Player, StepRecorder, play

__all__ = ["Player", "StepRecorder", "play"]
