"""Normalizer: mean and deviation of each feature, exact where nothing varies; saved and trained with a model."""

import numpy as np
import pytest
from sklearn.preprocessing import StandardScaler

import nn
from autograd import Tensor
from autograd.testing import gradcheck
from nn.data import Normalizer, TensorDataset

X = np.random.default_rng(0).normal(3.0, [1.0, 10.0, 0.1], size=(50, 3))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_features_get_mean_0_and_deviation_1(dtype):
    normalizer = Normalizer(3, dtype=dtype).fit(X)
    scaler = StandardScaler().fit(X)
    tolerance = {"rtol": 1e-6 if dtype == np.float32 else 1e-14}
    np.testing.assert_allclose(normalizer.mean.data, scaler.mean_, **tolerance)
    np.testing.assert_allclose(normalizer.std.data, scaler.scale_, **tolerance)
    x = X.astype(dtype)
    y = normalizer(x)
    assert y.dtype == dtype
    np.testing.assert_allclose(y.data, scaler.transform(X), rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(normalizer.inverse(y).data, x, rtol=1e-5)


@pytest.mark.parametrize(
    ("shape", "axes"),
    [((3, 1, 1), (0, 2, 3)), ((), (0, 1, 2, 3)), (5, (0, 1, 2)), ((1,), (0, 1, 2, 3)), ((4, 5), (0, 1))],
)
def test_shapes(shape, axes):
    images = np.random.default_rng(0).normal(2.0, 3.0, size=(6, 3, 4, 5))
    normalizer = Normalizer(shape, dtype=np.float64).fit(images)
    assert normalizer.mean.shape == normalizer.std.shape == ((5,) if shape == 5 else shape)
    y = normalizer(images).data
    np.testing.assert_allclose(y, (images - images.mean(axes, keepdims=True)) / images.std(axes, keepdims=True))


@pytest.mark.parametrize("value", [0.0, 0.1, 1e9 + 0.1, -7.0, 1e-300])
def test_what_never_varies_becomes_exactly_0(value):
    x = np.stack([np.full(30, value), np.arange(30.0)], axis=1)
    normalizer = Normalizer(2, dtype=np.float64).fit(x)
    assert not normalizer(x).data[:, 0].any()
    assert normalizer.std.data[0] == 1
    np.testing.assert_array_equal(normalizer.inverse(normalizer(x)).data[:, 0], x[:, 0])


def test_numbers_of_all_kinds():
    for data in (
        [[1, 2], [3, 5]],
        Tensor([[1.0, 2], [3, 5]]),
        np.uint8([[1, 2], [3, 5]]),
        [[True, False], [False, True]],
    ):
        assert np.isfinite(Normalizer(2).fit(data)(data).data).all()
    assert Normalizer(1).fit(np.uint8([[0], [250]])).std.item() == 125


def test_one_sample_has_no_deviation():
    assert Normalizer(2).fit([[1.0, 2.0]])([[1.0, 3.0]]).tolist() == [[0.0, 1.0]]


def test_deviations_too_small_for_the_dtype_do_not_divide_by_0():
    x = [[1e-60], [2e-60]]
    assert Normalizer(1).fit(x).std.item() == 1


def test_it_gives_what_it_gets_before_it_is_fitted():
    np.testing.assert_array_equal(Normalizer(3)(X).data, X)


def test_it_is_saved_and_loaded_with_a_model(tmp_path):
    def model():
        return nn.Sequential(Normalizer(3), nn.Linear(3, 2))

    trained, other = model(), model()
    trained[0].fit(X)
    assert list(trained.state_dict()) == ["0.mean", "0.std", "1.weight", "1.bias"]
    nn.save(trained, tmp_path / "model.safetensors")
    other.load_state_dict(nn.load(tmp_path / "model.safetensors"))
    x = X[:4].astype(np.float32)
    np.testing.assert_array_equal(other(x).data, trained(x).data)
    assert len(list(trained.parameters())) == 2


def test_gradients_pass():
    normalizer = Normalizer(3, dtype=np.float64).fit(X)
    assert gradcheck(lambda x: normalizer.inverse(normalizer(x) ** 2), X[:2])


def test_a_model_is_converted_with_it():
    model = nn.Sequential(Normalizer(3).fit(X)).double()
    assert model[0].mean.dtype == np.float64
    assert model[0].fit(X).mean.data.tolist() == pytest.approx(X.mean(axis=0).tolist(), rel=1e-14)


def broken(place, value):
    x = X.copy()
    x[place] = value
    return x


@pytest.mark.parametrize(
    ("data", "error", "told"),
    [
        (broken((17, 2), np.nan), ValueError, r"Normalizer\(3\).fit: 1 of the numbers .* nan, at \[17, 2\]"),
        (broken(4, -np.inf), ValueError, r"3 of the numbers are NaN or infinite, the first of them, -inf, at \[4, 0\]"),
        (X[:0], ValueError, r"at least one sample.* got float64 \(0, 3\)"),
        (X[:, :2], ValueError, r"ends with \(3,\).* got float64 \(50, 2\)"),
        (X[0, 0], ValueError, "at least one sample"),
        (X * 1j, TypeError, "real numbers, got complex128"),
        (broken((0, 0), 1e42), ValueError, "too large for float32"),
        (broken((0, 0), 1e300), ValueError, "too large for float32"),
        (np.float64([[1e39] * 3, [-1e39] * 3]), ValueError, "too large for float32"),
        (
            X + np.array([0, 0, 1.6e9]),
            ValueError,
            r"cannot hold the mean 160000000.* deviation 0\.\d+ .* dtype=np\.float64",
        ),
        (np.full((5, 3), 2**24 + 1), ValueError, r"float32 cannot hold the mean 16777217\.0 .* deviation 1 exactly"),
        (["a"], TypeError, "numbers"),
        (TensorDataset(X), TypeError, r"takes an array, as dataset\[:\]\[0\], got TensorDataset"),
    ],
)
def test_what_cannot_be_fitted_changes_nothing(data, error, told):
    normalizer = Normalizer(3).fit([[1.0] * 3, [5.0] * 3])
    with pytest.raises(error, match=told):
        normalizer.fit(data)
    assert normalizer.mean.tolist() == [3, 3, 3]
    assert normalizer.std.tolist() == [2, 2, 2]


def test_a_mean_that_the_dtype_rounds_is_held_by_a_wider_one():
    with pytest.raises(ValueError, match="float32 cannot hold the mean"):
        Normalizer(()).fit(X + 1e12)
    y = Normalizer(3, dtype=np.float64).fit(X + 1.6e9)(X + 1.6e9).data
    assert abs(y.mean(axis=0)).max() < 1e-5


@pytest.mark.parametrize("shape", [0, (3, -1), 2.5, (2.5,), "3", None])
def test_shapes_that_are_none(shape):
    with pytest.raises(ValueError, match="must be of positive numbers"):
        Normalizer(shape)


def test_dtypes_that_are_none():
    with pytest.raises(TypeError, match="floating numbers, got dtype int64"):
        Normalizer(3, dtype=np.int64)


def test_what_it_shows():
    assert repr(Normalizer((3, 1, 1))) == "Normalizer((3, 1, 1))"
    assert Normalizer(3).title == "Normalizer(3)"
