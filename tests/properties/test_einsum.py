"""``einsum`` on random subscripts: in each form NumPy's values, or an error where NumPy has one; right gradients."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

import autograd as ag
from autograd import Tensor
from autograd.testing import gradcheck

LETTERS = "aBcDe"


@st.composite
def sums_of_products(draw):
    """Operands, and their subscripts: repeated letters, ``...``, axes of size 1 that broadcast, implied output."""
    sizes = {letter: draw(st.integers(1, 3)) for letter in LETTERS}
    behind = draw(st.lists(st.integers(1, 2), max_size=2))
    terms, shapes = [], []
    for _ in range(draw(st.integers(1, 3))):
        letters = draw(st.text(LETTERS, max_size=3))
        axes = [sizes[letter] for letter in letters]
        for place, letter in enumerate(letters):
            if letters.count(letter) == 1 and draw(st.integers(0, 5)) == 5:
                axes[place] = 1
        term = letters
        if draw(st.booleans()):
            place = draw(st.integers(0, len(letters)))
            dots = [draw(st.sampled_from([size, 1])) for size in behind[draw(st.integers(0, len(behind))) :]]
            term = f"{letters[:place]}...{letters[place:]}"
            axes[place:place] = dots
        terms.append(term)
        shapes.append(tuple(axes))
    known = sorted({letter for term in terms for letter in term if letter != "."})
    output = None
    if draw(st.booleans()):
        chosen = draw(st.permutations(known))[: draw(st.integers(0, len(known)))]
        output = "".join(chosen)
        if any("..." in term for term in terms):
            place = draw(st.integers(0, len(output)))
            output = f"{output[:place]}...{output[place:]}"
    random = np.random.default_rng(draw(st.integers(0, 99)))
    return terms, output, [random.uniform(0.5, 1.5, shape) for shape in shapes]


def as_text(terms, output):
    return ",".join(terms) + ("" if output is None else f"->{output}")


def as_numbers(term):
    """The letters of a term as whole numbers, in the same order as the letters have."""
    known = sorted(LETTERS)
    before, dots, after = term.partition("...")
    return [*map(known.index, before), *([...] if dots else []), *map(known.index, after)]


def result_or_error(call):
    try:
        return call()
    except ValueError as error:
        return error


@given(drawn=sums_of_products(), optimize=st.sampled_from([False, True, "greedy", "optimal"]))
def test_the_values_are_numpys_in_all_forms(drawn, optimize):
    terms, output, operands = drawn
    text = as_text(terms, output)
    expected = result_or_error(lambda: np.einsum(text, *operands))
    interleaved = []
    for term, operand in zip(terms, operands, strict=True):
        interleaved += [Tensor(operand), as_numbers(term)]
    interleaved += [] if output is None else [as_numbers(output)]
    forms = {
        "letters": lambda: np.einsum(text, *map(Tensor, operands)),
        "with blanks": lambda: ag.einsum(text.replace(",", " , ").replace("->", " -> "), *operands),
        "ordered": lambda: np.einsum(text, *map(Tensor, operands), optimize=optimize),
        "numbers": lambda: np.einsum(*interleaved),
        "in single precision": lambda: np.einsum(text, *map(Tensor, operands), dtype=np.float32, casting="same_kind"),
    }
    for name, call in forms.items():
        result = result_or_error(call)
        if isinstance(expected, ValueError):
            assert isinstance(result, ValueError), name
            continue
        assert isinstance(result, Tensor), (name, result)
        assert result.shape == expected.shape, name
        np.testing.assert_allclose(result.data, expected, rtol=1e-4 if "single" in name else 1e-12, err_msg=name)
    if not isinstance(expected, ValueError):
        out = Tensor(np.zeros_like(expected))
        assert np.einsum(text, *map(Tensor, operands), out=out) is out
        np.testing.assert_allclose(out.data, expected, rtol=1e-12)


@given(drawn=sums_of_products())
def test_the_gradients_are_right(drawn):
    terms, output, operands = drawn
    text = as_text(terms, output)
    if not isinstance(result_or_error(lambda: np.einsum(text, *operands)), ValueError):
        gradcheck(lambda *operands: np.einsum(text, *operands), *operands)
