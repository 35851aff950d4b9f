"""Augmentation: each image is changed as it should be, by a draw of its own, and the same again from the same seed."""

import numpy as np
import pytest
from scipy import ndimage

import autograd as ag
from autograd import Tensor
from nn.data import Compose, Cutout, GaussianNoise, RandomCrop, RandomFlip, RandomRotation, RandomShift

ALL = [
    RandomShift(2),
    RandomCrop((4, 5), padding=1),
    RandomFlip(p=0.5),
    RandomFlip("vertical"),
    RandomRotation(30),
    GaussianNoise(0.5),
    Cutout(3),
    Compose([RandomShift(1), RandomFlip(), Cutout(2)]),
]
#: Those that only move or replace pixels.
MOVING = [each for each in ALL if not isinstance(each, (RandomRotation, GaussianNoise))]


@pytest.fixture(autouse=True)
def _seed():
    ag.manual_seed(0)


def images(count=40, channels=2, height=6, width=7, dtype=np.float64):
    """Images of which no pixels are equal, nor 0."""
    return 1 + np.arange(count * channels * height * width).reshape(count, channels, height, width).astype(dtype)


def shown(each):
    return repr(each)


@pytest.mark.parametrize("augment", ALL, ids=shown)
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_shape_and_dtype_stay(augment, dtype):
    x = images(dtype=dtype) / 4096
    y = augment(x)
    assert isinstance(y, Tensor)
    assert y.dtype == dtype
    assert y.shape == ((40, 2, 4, 5) if isinstance(augment, RandomCrop) else x.shape)
    assert not np.array_equal(y.data, x)


@pytest.mark.parametrize("augment", ALL, ids=shown)
def test_the_same_seed_gives_the_same(augment):
    x = images(dtype=np.float32)
    first, second = augment(x).data, augment(x).data
    ag.manual_seed(0)
    again = augment(Tensor(x)).data
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, second)


@pytest.mark.parametrize("augment", ALL, ids=shown)
def test_images_without_channels(augment):
    x = images(channels=1)
    with_channels = augment(x).data
    ag.manual_seed(0)
    np.testing.assert_array_equal(augment(x[:, 0]).data, with_channels[:, 0])


@pytest.mark.parametrize("augment", ALL, ids=shown)
def test_what_is_given_stays(augment):
    x = images()
    x.flags.writeable = False
    augment(x)
    np.testing.assert_array_equal(x, images())


@pytest.mark.parametrize("augment", ALL, ids=shown)
def test_no_images(augment):
    assert augment(images(count=0)).shape[0] == 0


@pytest.mark.parametrize("augment", MOVING, ids=shown)
@pytest.mark.parametrize("dtype", [np.uint8, np.int64, bool])
def test_whole_numbers_are_moved_too(augment, dtype):
    assert augment(images().astype(dtype)).dtype == dtype


@pytest.mark.parametrize("augment", [each for each in MOVING if not isinstance(each, (Compose, RandomCrop))], ids=shown)
def test_each_image_has_a_draw_of_its_own_for_all_its_channels(augment):
    one = images(count=1, channels=1)
    x = np.concatenate([np.repeat(one, 40, axis=0)] * 2, axis=1)
    y = augment(x).data
    np.testing.assert_array_equal(y[:, 0], y[:, 1])
    assert len(np.unique(y[:, 0], axis=0)) > 1


def test_shifts_are_by_whole_pixels_and_all_of_them():
    x = np.repeat(images(count=1), 300, axis=0)
    y = RandomShift((1, 2), fill=-1.0)(x).data
    padded = np.pad(x[0], [(0, 0), (1, 1), (2, 2)], constant_values=-1.0)
    expected = {padded[:, top : top + 6, left : left + 7].tobytes() for top in range(3) for left in range(5)}
    assert {image.tobytes() for image in y} == expected


def test_shifts_by_nothing_and_by_more_than_the_image():
    np.testing.assert_array_equal(RandomShift(0)(images()).data, images())
    assert RandomShift(20)(images()).shape == images().shape


def test_crops_are_all_windows():
    x = np.repeat(images(count=1), 200, axis=0)
    y = RandomCrop((4, 5))(x).data
    expected = {x[0, :, top : top + 4, left : left + 5].tobytes() for top in range(3) for left in range(3)}
    assert {image.tobytes() for image in y} == expected


def test_crops_of_padded_images():
    y = RandomCrop(8, padding=1, fill=-1.0)(images(height=6, width=6)).data
    np.testing.assert_array_equal(
        y, np.pad(images(height=6, width=6), [(0, 0), (0, 0), (1, 1), (1, 1)], constant_values=-1)
    )


def test_a_number_for_each_side():
    x = images(height=6, width=6)
    y = RandomCrop([6, 10], padding=(0, 2), fill=-1.0)(x).data
    np.testing.assert_array_equal(y, np.pad(x, [(0, 0), (0, 0), (0, 0), (2, 2)], constant_values=-1))
    ag.manual_seed(0)
    turned = RandomRotation((-10, 10))(x).data
    for degrees in ([-10, 10], 10, np.float32(10)):
        ag.manual_seed(0)
        np.testing.assert_array_equal(RandomRotation(degrees)(x).data, turned)


@pytest.mark.parametrize(("direction", "axis"), [("horizontal", 3), ("vertical", 2)])
def test_flips(direction, axis):
    x = images(count=400, channels=1)
    y = RandomFlip(direction, p=0.3)(x).data
    flipped = (y != x).any(axis=(1, 2, 3))
    np.testing.assert_array_equal(y, np.where(flipped[:, None, None, None], np.flip(x, axis), x))
    assert 0.2 < flipped.mean() < 0.4
    np.testing.assert_array_equal(RandomFlip(direction, p=0.0)(x).data, x)
    np.testing.assert_array_equal(RandomFlip(direction, p=1.0)(x).data, np.flip(x, axis))


@pytest.mark.parametrize("quarters", [-2, -1, 0, 1, 2])
def test_quarter_turns(quarters):
    x = images(height=5, width=5)
    y = RandomRotation((90 * quarters, 90 * quarters))(x).data
    np.testing.assert_allclose(y, np.rot90(x, quarters, axes=(2, 3)), rtol=1e-10)


@pytest.mark.parametrize("degrees", [20, -35])
@pytest.mark.parametrize("size", [(9, 9), (6, 11)])
def test_turns_of_any_angle(degrees, size):
    x = np.random.default_rng(0).random((1, 1, *size))
    y = RandomRotation((degrees, degrees))(x).data[0, 0]
    turned = ndimage.rotate(x[0, 0], degrees, reshape=False, order=1, mode="grid-constant")
    np.testing.assert_allclose(y, turned, atol=1e-10)


def test_angles_are_in_the_range():
    bar = np.zeros((300, 25, 25))
    bar[:, 12, 12:] = 1.0  # from the middle to the right
    y = RandomRotation(60)(bar).data
    rows, columns = np.mgrid[:25, :25] - 12
    angles = np.degrees(np.arctan2(-(y * rows).sum((1, 2)), (y * columns).sum((1, 2))))
    assert -60 <= angles.min() < -50
    assert 50 < angles.max() <= 60
    assert abs(angles.mean()) < 8


def test_corners_are_filled():
    y = RandomRotation((45, 45), fill=7.0)(np.ones((1, 9, 9))).data[0]
    assert y[0, 0] == y[8, 8] == 7
    assert y[4, 4] == pytest.approx(1)


def test_noise_is_normal():
    x = images()
    noise = GaussianNoise(0.5)(x).data - x
    assert abs(noise.mean()) < 0.05
    assert noise.std() == pytest.approx(0.5, rel=0.05)
    assert len(np.unique(noise)) > 0.99 * noise.size
    np.testing.assert_array_equal(GaussianNoise(0.0)(x).data, x)


@pytest.mark.parametrize(("size", "height", "width"), [(3, 3, 3), (2, 2, 2), ((1, 4), 1, 4)])
def test_cutouts(size, height, width):
    x = images(count=500, channels=1)
    y = Cutout(size, fill=-1.0)(x).data[:, 0]
    covered = y == -1
    np.testing.assert_array_equal(y[~covered], x[:, 0][~covered])
    sizes = covered.any(axis=2).sum(axis=1), covered.any(axis=1).sum(axis=1)
    np.testing.assert_array_equal(covered.sum(axis=(1, 2)), sizes[0] * sizes[1])
    assert (sizes[0].max(), sizes[1].max()) == (height, width)
    assert sizes[0].min() >= (height + 1) // 2
    assert covered.any(axis=0).all()


def test_composed_transforms_follow_each_other():
    assert Compose([lambda x: x + 1, lambda x: x * 2])(3) == 8
    assert Compose([])(3) == 3
    assert repr(Compose([RandomShift(1), RandomFlip()])) == (
        "Compose([RandomShift(pixels=1, fill=0.0), RandomFlip(direction='horizontal', p=0.5)])"
    )


@pytest.mark.parametrize(
    ("make", "error", "told"),
    [
        (lambda: RandomShift(-1), ValueError, "RandomShift: pixels must be a whole number of at least 0"),
        (lambda: RandomShift((1, 2, 3)), ValueError, r"got \(1, 2, 3\)"),
        (lambda: RandomShift(1.5), ValueError, "got 1.5"),
        (lambda: RandomCrop(0), ValueError, "size must be positive"),
        (lambda: RandomCrop(3, padding=-1), ValueError, "padding must be"),
        (lambda: RandomFlip("up"), ValueError, "direction is 'horizontal' or 'vertical', got 'up'"),
        (lambda: RandomFlip(p=1.5), ValueError, "p must be a probability"),
        (lambda: RandomRotation(-5), ValueError, "degrees must be"),
        (lambda: RandomRotation((5, 4)), ValueError, "degrees must be"),
        (lambda: RandomRotation(np.nan), ValueError, "degrees must be"),
        (lambda: GaussianNoise(-0.1), ValueError, "GaussianNoise: std must be a number of at least 0"),
        (lambda: Cutout(-1), ValueError, "Cutout: size must be"),
        (lambda: RandomShift(True), ValueError, "got True"),
        (lambda: RandomShift(1, fill=(1, 2)), ValueError, r"RandomShift: fill must be a number, got \(1, 2\)"),
        (lambda: RandomCrop(3, fill=None), ValueError, "RandomCrop: fill must be a number, got None"),
        (lambda: Cutout(1, fill="0"), ValueError, "Cutout: fill must be a number, got '0'"),
        (lambda: RandomRotation(5, fill=[0]), ValueError, r"RandomRotation: fill must be a number, got \[0\]"),
        (lambda: RandomFlip(p="half"), ValueError, "p must be a probability, .* got 'half'"),
        (lambda: RandomRotation((1, 2, 3)), ValueError, r"degrees must be .* got \(1, 2, 3\)"),
        (lambda: RandomRotation("ten"), ValueError, "degrees must be .* got 'ten'"),
        (lambda: RandomRotation((None, 5)), ValueError, "degrees must be"),
        (lambda: GaussianNoise(None), ValueError, "std must be a number of at least 0, got None"),
        (lambda: GaussianNoise(np.inf), ValueError, "std must be"),
        (lambda: Compose([None]), TypeError, r"takes a list of functions, got \[None\]"),
        (lambda: Compose(RandomFlip()), TypeError, r"takes a list of functions, got RandomFlip\("),
    ],
)
def test_arguments_that_make_no_sense(make, error, told):
    with pytest.raises(error, match=told):
        make()


@pytest.mark.parametrize(
    ("augment", "x", "error", "told"),
    [
        (RandomFlip(), np.ones((3, 3)), ValueError, r"RandomFlip\(.*a batch of images, .* got float64 \(3, 3\)"),
        (RandomCrop(9), images(), ValueError, r"larger than the images, which have \(6, 7\) pixels"),
        (RandomRotation(5), images(dtype=np.int64), TypeError, "takes floating numbers, got int64"),
        (GaussianNoise(), images(dtype=np.uint8), TypeError, "takes floating numbers, got uint8"),
        (Cutout(2, fill=0.5), images(dtype=np.int64), ValueError, "images of int64 cannot hold the fill 0.5"),
        (RandomShift(1, fill=300), images(dtype=np.uint8), ValueError, "images of uint8 cannot hold the fill 300"),
        (RandomFlip(), Tensor(images(), requires_grad=True), TypeError, "requires grad"),
    ],
)
def test_images_that_do_not_fit(augment, x, error, told):
    with pytest.raises(error, match=told):
        augment(x)
