"""Each sentence that is read tells that some results are wrong."""

import pytest

from tests.standard.test_special_cases import CASES, CONVERSIONS, NUMBERS, of_functions, operands

TRUTHS = {"equal", "not_equal", "isfinite", "isinf", "isnan", "signbit", "__bool__"}


@pytest.mark.parametrize("case", of_functions({case.function for case in CASES}))
def test_a_wrong_result_is_told(case):
    if case.function in TRUTHS:
        results = [True, False]
    else:
        results = [-7.25, 7.25] if not case.complex or case.function == "abs" else [-7.25 + 7.25j, 7.25 - 7.25j]
    if case.function in CONVERSIONS:
        values = [{"self": value} for value in [*NUMBERS, True, False] if case.holds({"self": value})]
    else:
        _, values = operands(case, "complex128" if case.complex else "float64")
    assert not all(case.kept(values[0], result) for result in results)
