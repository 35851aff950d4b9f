"""The families of functions that are loaded when one of them is first met, so that ``import autograd`` stays light.

``autograd`` shows all names of this module as its own; ``registry.load_further`` loads it.
"""

from __future__ import annotations

from . import fft as fft
from . import linalg as linalg
from . import special as special
from .primitives import faces as _faces  # noqa: F401 - registers its answers
from .primitives import inquiries as _inquiries  # noqa: F401 - registers its answers
from .primitives import partial_reductions as _partial_reductions  # noqa: F401 - registers its answers
from .primitives.applying import *
from .primitives.arranging import *
from .primitives.contraction import *
from .primitives.convolution1d import *
from .primitives.convolutions import *
from .primitives.creation import *
from .primitives.cumulative import *
from .primitives.diagonals import *
from .primitives.differences import *
from .primitives.exponentials import *
from .primitives.floating import *
from .primitives.histograms import *
from .primitives.hyperbolics import *
from .primitives.integers import *
from .primitives.interpolation import *
from .primitives.joining import *
from .primitives.mean_pooling import *
from .primitives.nans import *
from .primitives.padding import *
from .primitives.picking import *
from .primitives.polynomial_fits import *
from .primitives.polynomials import *
from .primitives.pooling import *
from .primitives.products import *
from .primitives.quantiles import *
from .primitives.repeating import *
from .primitives.rounding import *
from .primitives.running import *
from .primitives.searching import *
from .primitives.sets import *
from .primitives.splitting import *
from .primitives.statistics import *
from .primitives.tensor_products import *
from .primitives.trigonometry import *
from .primitives.windowing import *
from .primitives.writing import *
from .transforms import *
