"""The ufuncs of ``scipy.special`` answer Tensors with the functions of the same names in ``autograd.special``.

``registry.load_further`` loads this module once SciPy is loaded, which nothing here brings about by itself.
"""

from __future__ import annotations

import importlib

import numpy as np

from . import special
from .registry import by_numpy

_theirs = importlib.import_module("scipy.special")  # waits, if another thread is just loading it

for _name in special.__all__:
    _function = getattr(_theirs, _name, None)
    if isinstance(_function, np.ufunc) and _function.__name__ == _name:  # it may have another name besides
        by_numpy.setdefault(_function, getattr(special, _name))
