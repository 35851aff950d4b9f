"""The one registry of cases with which compositions of primitives are checked; files of cases enter theirs here."""

#: For each function a source of cases: the arrays to differentiate by, and a call of the function with them.
CASES = {}


def case(*functions):
    """Enter the decorated source of cases for these functions."""

    def enter(source):
        CASES.update(dict.fromkeys(functions, source))
        return source

    return enter
