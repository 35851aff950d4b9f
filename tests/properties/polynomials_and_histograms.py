"""Cases for polynomials, histograms, and numbers in geometric sequence; ``test_compositions`` runs them."""

import numpy as np

from autograd.primitives.domains import POSITIVE, REAL
from tests.properties.cases import case


@case(np.geomspace)
def ranges_of_equal_factors(draw):
    num = draw.integer(0, 3)
    return draw.broadcastable(POSITIVE, POSITIVE), lambda x, y: np.geomspace(x, y, num)


@case(np.histogram, np.histogramdd, np.histogram2d)
def histograms(draw):
    function = draw.choice([np.histogram, np.histogramdd])
    x = draw.array(REAL, (draw.integer(1, 4),))
    options = {"bins": draw.choice([2, np.array([-4.0, 0.5, 4.0])]), "density": draw.boolean(), "range": None}
    if function is np.histogramdd:
        options |= {"bins": [options["bins"]]}
    weights = draw.array(POSITIVE, x.shape)
    if draw.boolean():
        return (weights,), lambda w: np.histogram2d(x, -x, 2, weights=w)[0]
    # With the sum, densities depend on weights even where there is one bin only.
    return (weights,), lambda w: function(x, weights=w, **options)[0] * np.sum(w)


@case(np.histogram_bin_edges)
def edges_of_bins(draw):
    x = draw.distinct(min_dims=1, min_side=2)
    bins = draw.choice([2, "sturges"])
    return (x,), lambda x: np.histogram_bin_edges(x, bins)


@case(np.polydiv)
def polynomial_division(draw):
    # Numbers without coincidences: a coefficient of the remainder that happens to be 0 would be left out.
    u, v = 2 + draw.generic((draw.integer(1, 4),)), 2 + draw.generic((draw.integer(1, 3),)) ** 2
    place = draw.choice([0, 1]) if u.size >= v.size else 1  # of a longer divisor, the quotient is 0
    return (u, v), lambda u, v: np.sum(u) * np.sum(v) + np.sum(np.polydiv(u, v)[place])


@case(np.poly)
def polynomials_of_zeros(draw):
    return (draw.array(REAL, (draw.integer(1, 3),)),), lambda x: np.poly(x) * np.sum(x)


@case(np.polyfit)
def fits(draw):
    x = np.array([-1.0, 0.0, 0.5, 2.0]) + draw.array(POSITIVE, (4,)) / 32
    y = draw.array(REAL, (4, *draw.choice([(), (2,)])))
    return (x, y), lambda x, y: np.polyfit(x, y, 1)


@case(np.polyval)
def polynomial_values(draw):
    return (draw.array(REAL, (draw.integer(1, 3),)), draw.array(REAL)), np.polyval


@case(np.polyadd, np.polysub, np.polymul)
def polynomial_arithmetic(draw):
    function = draw.choice([np.polyadd, np.polysub, np.polymul])
    return tuple(draw.array(POSITIVE, (draw.integer(1, 3),)) for _ in range(2)), function


@case(np.polyder, np.polyint)
def polynomial_calculus(draw):
    function = draw.choice([np.polyder, np.polyint])
    return (draw.array(POSITIVE, (draw.integer(2, 4),)),), function


@case(np.vander)
def powers(draw):
    count, increasing = draw.integer(2, 4), draw.boolean()  # one alone is a column of ones, whatever x is
    return (draw.array(REAL, (draw.integer(1, 3),)),), lambda x: np.vander(x, count, increasing)
