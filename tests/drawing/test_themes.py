"""Colours that mean different things stay apart, for eyes of all kinds, and texts can be read on all of them."""

import itertools

import numpy as np
import pytest

from autograd.drawing.theme import THEMES
from tests.drawing.test_options import contrast

#: What eyes without one kind of cone see of linear RGB, at full severity: Machado, Oliveira and Fernandes, "A
#: physiologically-based model for simulation of color vision deficiency", IEEE TVCG 15, 2009.
EYES = {
    "usual": np.eye(3),
    "protan": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deutan": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritan": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}


def seen(color, eyes):
    """A colour in CIE L*a*b*, D65, as it looks to some eyes."""
    channels = np.array([int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    linear = np.clip(np.asarray(EYES[eyes]) @ linear, 0, 1)
    to_xyz = [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
    ratios = (to_xyz @ linear) / [0.9505, 1.0, 1.089]
    f = np.where(ratios > 0.008856, np.cbrt(ratios), 7.787 * ratios + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def difference(one, other, eyes):
    return np.linalg.norm(seen(one, eyes) - seen(other, eyes))


@pytest.mark.parametrize("eyes", EYES)
@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
def test_negative_and_positive_cells_differ(theme, eyes):
    for hues in (theme.value, theme.gradient):
        negative, positive = (theme.tint(hues, sign, 1.0) for sign in (-1.0, 1.0))
        assert difference(negative, positive, eyes) > 12  # 2.3 is just noticeable
        assert difference(negative, theme.neutral, eyes) > 12
        assert difference(positive, theme.neutral, eyes) > 12


@pytest.mark.parametrize("eyes", EYES)
@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
def test_kinds_of_cards_differ(theme, eyes):
    for one, other in itertools.combinations(theme.bars.values(), 2):
        assert difference(one, other, eyes) > 10


@pytest.mark.parametrize("eyes", EYES)
@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
def test_steps_of_the_ramp_differ_and_none_looks_like_no_gradient(theme, eyes):
    for one, other in itertools.pairwise(theme.ramp):
        assert difference(one, other, eyes) > 7
    for color in theme.ramp:
        assert difference(color, theme.idle, eyes) > 12
    assert difference(theme.fault, theme.disc, eyes) > 20


@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
def test_texts_on_faults_pills_and_edges_can_be_read(theme):
    assert contrast(theme.on_fault, theme.fault) >= 4.5
    for ground in (theme.ground, theme.frame, *theme.bodies.values()):
        assert contrast(theme.fault, ground) >= 4.5  # shapes on edges, what a check says
        assert contrast(theme.ink, ground) >= 4.5
    assert contrast(theme.ink, theme.neutral) >= 4.5
    assert contrast(theme.ground, theme.ink) >= 4.5


@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
def test_discs_and_strong_edges_stand_out_from_the_ground(theme):
    """At least 3 to 1, which WCAG 2.1 asks of graphics."""
    for ground in (theme.ground, theme.frame):
        assert contrast(theme.disc, ground) >= 3
        assert contrast(theme.ramp[-1], ground) >= 3
        assert contrast(theme.ramp[-2], ground) >= 3
