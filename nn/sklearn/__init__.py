"""nn.sklearn: neural networks as scikit-learn's estimators, for its pipelines, searches and scores.

``MLPClassifier`` and ``MLPRegressor`` are called as those of scikit-learn, and take the place of them where Adam is the
solver: the parameters that both have mean the same. ``ModuleClassifier`` and ``ModuleRegressor`` train any
``nn.Module``, which a function builds when it is known how many features and outputs there are.

>>> from nn.sklearn import MLPClassifier
>>> from sklearn.datasets import load_iris
>>> from sklearn.pipeline import make_pipeline
>>> from sklearn.preprocessing import StandardScaler
>>> X, y = load_iris(return_X_y=True)
>>> model = make_pipeline(StandardScaler(), MLPClassifier([16], learning_rate_init=0.02, random_state=0)).fit(X, y)
>>> model.score(X, y) > 0.95
True
"""

try:
    import sklearn  # noqa: F401 - asked for here, so that its absence is told in our words
except ModuleNotFoundError as error:
    raise ModuleNotFoundError(
        "nn.sklearn: its estimators build on scikit-learn, which is not installed: pip install glassgrad[sklearn]"
    ) from error

from .modules import ModuleClassifier, ModuleRegressor
from .perceptrons import MLPClassifier, MLPRegressor

__all__ = ["MLPClassifier", "MLPRegressor", "ModuleClassifier", "ModuleRegressor"]
