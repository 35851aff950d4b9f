"""Whose random numbers a block draws, and that nobody else gets them."""

import threading

import numpy as np

import autograd as ag
from autograd.random import Stretch, drawing_from


def made(seed=7):
    return np.random.default_rng(seed)


def test_a_block_draws_from_a_generator_of_its_own():
    ag.manual_seed(0)
    expected = ag.generator().normal(), made().normal(size=2).tolist()
    ag.manual_seed(0)
    with drawing_from(made):
        inside = [ag.generator().normal(), ag.generator().normal()]
    assert (ag.generator().normal(), inside) == expected


def test_nothing_is_made_that_nobody_asks_for():
    with drawing_from(lambda: 1 / 0):
        pass


def test_seeding_inside_concerns_the_block_alone():
    before = ag.manual_seed(3)
    with drawing_from(made):
        ag.manual_seed(1)
        assert ag.generator().normal() == made(1).normal()
    assert ag.generator() is before


def test_blocks_inside_each_other():
    with drawing_from(made):
        first = ag.generator().normal()
        with drawing_from(lambda: made(8)):
            assert ag.generator().normal() == made(8).normal()
        assert [first, ag.generator().normal()] == made().normal(size=2).tolist()


def test_a_stretch_inside_can_be_drawn_again():
    stretch = Stretch()
    with drawing_from(made):
        with stretch.numbers():
            first = ag.generator().normal()
        after = ag.generator().normal()
        with stretch.numbers():
            assert ag.generator().normal() == first
    assert [first, after] == made().normal(size=2).tolist()


def test_other_threads_draw_from_the_shared_one():
    shared, found = ag.manual_seed(0), []
    with drawing_from(made):
        thread = threading.Thread(target=lambda: found.append(ag.generator()))
        thread.start()
        thread.join()
    assert found == [shared]
