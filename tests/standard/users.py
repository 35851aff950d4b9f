"""Functions of SciPy and scikit-learn that are written for the standard, called with our arrays.

A program, as SciPy reads ``SCIPY_ARRAY_API`` when it is imported: ``python -m tests.standard.users scipy`` prints, as
JSON, for each function how far its result is from that for NumPy's arrays, what it gives, and how far its gradient is
from that of differences.
"""

import contextlib
import json
import sys
import warnings

import numpy as np

import autograd as ag
from autograd import Tensor

POINTS = np.array([[0.5, 1.0, -1.5], [2.0, -0.5, 0.25], [1.5, 3.0, 1.0], [-2.5, 0.75, 4.0], [0.1, -3.0, 2.0]])
POSITIVE = np.array([1.0, 2.5, 3.0, 5.0, 0.5, 4.0])
CLASSES = np.array([0, 1, 1, 0, 1])


def of_scipy():
    """What to call, and with what."""
    from scipy import integrate, optimize, signal, special, stats
    from scipy.cluster import vq

    return {
        "special.logsumexp": (special.logsumexp, POSITIVE),
        "special.softmax": (special.softmax, POSITIVE),
        "special.log_softmax": (special.log_softmax, POSITIVE),
        "special.expit": (special.expit, POSITIVE),
        "stats.gmean": (stats.gmean, POSITIVE),
        "stats.hmean": (stats.hmean, POSITIVE),
        "stats.entropy": (stats.entropy, POSITIVE),
        "stats.skew": (stats.skew, POSITIVE),
        "stats.kurtosis": (stats.kurtosis, POSITIVE),
        "stats.variation": (stats.variation, POSITIVE),
        "stats.zscore": (stats.zscore, POSITIVE),
        "stats.pearsonr": (lambda x: stats.pearsonr(x, x * x).statistic, POSITIVE),
        "stats.quantile": (lambda x: stats.quantile(x, 0.3), POSITIVE),
        "signal.fftconvolve": (lambda x: signal.fftconvolve(x, x), POSITIVE),
        "signal.hilbert": (lambda x: abs(signal.hilbert(x)), POSITIVE),
        "integrate.trapezoid": (integrate.trapezoid, POSITIVE),
        "optimize.rosen": (optimize.rosen, POSITIVE),
        "cluster.vq.whiten": (vq.whiten, POINTS),
    }


def of_sklearn():
    """What to call, and with what."""
    from sklearn import preprocessing
    from sklearn.decomposition import PCA
    from sklearn.linear_model import Ridge
    from sklearn.metrics import pairwise

    def coefficients(x):
        xp = x.__array_namespace__()
        return Ridge(solver="svd").fit(x, xp.asarray(POINTS @ [1.0, 2.0, 3.0])).coef_

    return {
        "metrics.pairwise.euclidean_distances": (lambda x: pairwise.euclidean_distances(x, x + 1), POINTS),
        "metrics.pairwise.cosine_similarity": (pairwise.cosine_similarity, POINTS),
        "metrics.pairwise.rbf_kernel": (pairwise.rbf_kernel, POINTS),
        "metrics.pairwise.polynomial_kernel": (pairwise.polynomial_kernel, POINTS),
        "preprocessing.Normalizer": (lambda x: preprocessing.Normalizer().fit_transform(x), POINTS),
        "preprocessing.MinMaxScaler": (lambda x: preprocessing.MinMaxScaler().fit_transform(x), POINTS),
        "decomposition.PCA": (lambda x: PCA(2, svd_solver="full").fit_transform(x), POINTS),
        "linear_model.Ridge": (coefficients, POINTS),
    }


def learned():
    """How often estimators decide otherwise than on NumPy's arrays, which gives no gradient."""
    from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
    from sklearn.metrics import accuracy_score, mean_squared_error
    from sklearn.naive_bayes import GaussianNB

    decisions = {}
    for make in (LinearDiscriminantAnalysis, GaussianNB):
        expected = make().fit(POINTS, CLASSES).predict(POINTS)
        found = make().fit(Tensor(POINTS), Tensor(CLASSES)).predict(Tensor(POINTS))
        decisions[make.__name__] = (type(found).__name__, int(np.sum(found.data != expected)))
    decisions["accuracy_score"] = accuracy_score(Tensor(CLASSES), Tensor(CLASSES))
    decisions["mean_squared_error"] = mean_squared_error(Tensor(POSITIVE), Tensor(POSITIVE + 2.0))
    return decisions


def refused():
    """What is said to a weight where SciPy goes on in compiled code, which sees plain arrays only."""
    from scipy import fft

    try:
        fft.dct(Tensor(POSITIVE, requires_grad=True))
    except TypeError as error:
        return str(error)
    return ""


def weighted(result):
    """A number that every element of a result counts in."""
    weights = np.cos(np.arange(1.0, result.size + 1)).reshape(result.shape)
    return ag.sum(result * weights)


def judged(function, x):
    """The distances of value and gradient from what they should be."""
    expected = np.asarray(function(x))
    result = function(Tensor(x))
    weight = Tensor(x, requires_grad=True)
    weighted(function(weight)).backward()
    return {
        "type": type(result).__name__,
        "value": float(np.max(np.abs(result.data - expected))),
        "gradient": float(np.max(np.abs(weight.grad.data - by_differences(function, x)))),
    }


def by_differences(function, x, step=1e-6):
    gradient = np.empty_like(x)
    for place in np.ndindex(x.shape):
        ends = []
        for sign in (1, -1):
            moved = x.copy()
            moved[place] += sign * step
            ends.append(weighted(Tensor(np.asarray(function(moved)))).item())
        gradient[place] = (ends[0] - ends[1]) / (2 * step)
    return gradient


def dispatching(library):
    """What makes scikit-learn ask its arguments for their namespace; SciPy's is a variable of the environment."""
    if library == "scipy":
        return contextlib.nullcontext()
    import sklearn

    return sklearn.config_context(array_api_dispatch=True)


def main(library):
    """Judge the functions of a library, print what was found."""
    warnings.simplefilter("ignore")  # what others do that others will remove is not ours to mend
    functions = of_scipy() if library == "scipy" else of_sklearn()
    with dispatching(library):
        found = {name: judged(function, x) for name, (function, x) in functions.items()}
        if library == "sklearn":
            found["decisions"] = learned()
        else:
            found["refused"] = refused()
    print(json.dumps(found))


if __name__ == "__main__":
    main(sys.argv[1])
