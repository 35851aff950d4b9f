"""Sentences of the standard on special values, read: when they hold, and what the result is then.

``If ``x1_i`` is ``+0`` and ``x2_i`` is less than ``0``, the result is ``-0``.`` holds of some pairs of numbers, and is
kept by some results. A number is a float; complex results are complex. The operands of a sentence have names: ``x_i``,
``x1_i`` and ``x2_i``, or ``a``, ``b``, ``c``, ``d`` for the real and imaginary parts of one or two complex numbers.
"""

import math
import operator
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

Values = Mapping[str, float]
Condition = Callable[[Values], bool]
Check = Callable[[Values, Any], bool]


class UnreadError(ValueError):
    """A sentence in words that are not known here."""


@dataclass(frozen=True)
class Case:
    """One sentence on the special values of one function."""

    function: str
    sentence: str
    complex: bool  # whether it speaks of the parts of complex numbers
    holds: Condition
    checks: Mapping[str, Check]  # by the dtype of a real number, or of the parts of a complex one

    def kept(self, values: Values, result: Any, precision: str = "float64") -> bool:
        """Whether a result for numbers of which the sentence holds is as it says."""
        return self.checks[precision](values, result)


@dataclass(frozen=True)
class Said:
    """A sentence, and the dtype whose numbers are looked at."""

    sentence: str
    plain: str  # without remarks in brackets
    precision: str

    def rounded(self, exact: float) -> float:
        """The nearest number of the dtype."""
        with np.errstate(over="ignore", under="ignore"):
            return float(np.dtype(self.precision).type(exact))

    def near(self, x: float, y: float) -> bool:
        """Whether a number is the nearest one to ``y``, or one of those beside it: for what is no fraction, as π."""
        return same(x, y) or abs(x - y) <= 4 * float(np.finfo(self.precision).eps) * abs(y)


#: What says nothing that could be checked.
OPEN = re.compile("the result is implementation dependent|according to the rules of complex number division")
REMAINING = "In the remaining cases"


def read(function: str, sentences: list[str]) -> Iterator[Case]:
    """Read the sentences on one function, in order: some speak of the cases that remain after those before them."""
    earlier: list[Case] = []
    for sentence in sentences:
        if OPEN.search(sentence):
            continue
        plain = _without_remarks(sentence)
        of_parts = bool(re.search("``[ab]``", plain))
        if plain.startswith(REMAINING):
            of_parts = earlier[-1].complex
        before = [case.holds for case in earlier if case.complex is of_parts]
        said = [Said(sentence, plain, precision) for precision in ("float32", "float64")]
        checks = {each.precision: _result(function, each) for each in said}
        case = Case(function, sentence, of_parts, _condition(plain, before), checks)
        earlier.append(case)
        yield case


def _without_remarks(sentence: str) -> str:
    sentence = sentence.replace("Similarly, if", "If")
    sentence = re.sub(r",? ?\(?including ``NaN``\)?|,? even if ``x1_i`` is ``NaN``", "", sentence)
    return re.sub(r" \((?!j\))[^()]*(?:\(\w+\))?[^()]*\)\.?", "", sentence)


def _meaning(phrases: Mapping[str, Callable[..., Any]], text: str, *context: Any) -> Any:
    """What is made of the first phrase, a pattern, that is the whole of a text: of the groups found in it."""
    for pattern, make in phrases.items():
        if found := re.fullmatch(pattern, text):
            return make(*found.groups(), *context)
    raise UnreadError(text)


# Numbers


def number(text: str) -> float:
    """A number as the standard writes it: ``-infinity``, ``3π/4``, ``NaN``, ``+0``."""
    found = re.fullmatch(r"([+-]?)(NaN|infinity|\d*(?:\.\d+)?)(π?)j?(?:/(\d))?", text.replace(" ", ""))
    if not found or not (found[2] or found[3]):
        raise UnreadError(text)
    size = float(found[2].replace("infinity", "inf") or 1) / float(found[4] or 1)
    return (-1.0 if found[1] == "-" else 1.0) * size * (math.pi if found[3] else 1.0)


def same(x: float, y: float) -> bool:
    """Whether they are one number, zeros of different signs being two, and NaN one."""
    if math.isnan(x) or math.isnan(y):
        return math.isnan(x) and math.isnan(y)
    return x == y and _sign(x) == _sign(y)


def _sign(x: float) -> float:
    return math.copysign(1.0, x)


def _is_nonzero_and_finite(x: float) -> bool:
    return math.isfinite(x) and x != 0


def _has_sign_of(wanted: float, x: float) -> bool:
    return math.isnan(x) or _sign(x) == wanted


# When a sentence holds

SUBJECT = r"``(?:abs\()?\w+\)?``"
CLAUSES = re.compile(rf"(?:, and |, | and )(?=the sign bit|{SUBJECT} (?:is|equals|does))")
CONDITION = re.compile(r"If (.*?), (?:the (?:(?:real|imaginary) component of the )?result|raise)")


def _condition(sentence: str, earlier: list[Condition]) -> Condition:
    if re.match(f"{REMAINING}, whe(re|n) neither", sentence):
        usable = _is_nonzero_and_finite if "``-0``" in sentence else math.isfinite
        return lambda values: all(map(usable, values.values()))
    if sentence.startswith(REMAINING):
        return lambda values: not any(holds(values) for holds in earlier)
    if sentence.startswith("If two integers are equally close"):
        return lambda values: abs(values["x_i"]) % 1 == 0.5
    found = CONDITION.match(sentence)
    if not found:
        raise UnreadError(sentence)
    clauses = [_clause(clause) for clause in CLAUSES.split(found[1])]
    return lambda values: all(clause(values) for clause in clauses)


def _subject(text: str) -> Callable[[Values], float]:
    name = text.strip("`")
    if found := re.fullmatch(r"abs\((\w+)\)", name):
        return lambda v: abs(v[found[1]])
    return lambda v: v[name]


def _of(which: Callable[[Iterable[bool]], bool]) -> Callable[[str, str], Condition]:
    """Conditions that all, or any, of several numbers keep."""

    def make(names: str, phrase: str) -> Condition:
        subjects, predicate = list(map(_subject, re.findall(SUBJECT, names))), _predicate(phrase)
        return lambda v: which(predicate(subject(v)) for subject in subjects)

    return make


def _of_signs(first: str, second: str, relation: str, others: str) -> Condition:
    subjects = _subject(first), _subject(second)
    usable = _is_nonzero_and_finite if others else (lambda x: not math.isnan(x))

    def holds(v: Values) -> bool:
        x, y = (subject(v) for subject in subjects)
        return usable(x) and usable(y) and (_sign(x) == _sign(y)) is (relation == "the same")

    return holds


def _either(first: str, second: str) -> Condition:
    conditions = _clause(first), _clause(second)
    return lambda v: any(condition(v) for condition in conditions)


def _equal(first: str, relation: str, second: str) -> Condition:
    x, y = _subject(first), _subject(second)
    return lambda v: (x(v) == y(v)) is (relation == "equals")


CLAUSE: dict[str, Callable[..., Condition]] = {
    rf"({SUBJECT}) and ({SUBJECT}) have (the same|different) mathematical signs?( and .*)?": _of_signs,
    r"((?:``\w``, )+and ``\w``) are all (.*)": _of(all),
    r"((?:``\w``, )+or ``\w``|(?:either )?``\w+`` or ``\w+``) is (.*)": _of(any),
    rf"({SUBJECT} is .*) or ({SUBJECT} is .*)": _either,
    r"the sign bit of ``(\w+)`` is ``([01])``": lambda name, bit: lambda v: (_sign(v[name]) < 0) is (bit == "1"),
    rf"({SUBJECT}) (does not equal|equals) ({SUBJECT})": _equal,
    r"``(\w+)`` is ``-(\w+_i)``": lambda name, other: lambda v: v[name] == -v[other],
    rf"({SUBJECT}) is (.*)": _of(all),
}


def _clause(text: str) -> Condition:
    condition: Condition = _meaning(CLAUSE, text)
    return condition


Predicate = Callable[[Any], bool]


def _compared(relation: str, bound: str) -> Predicate:
    compare = {"greater": operator.gt, "less": operator.lt}[relation]
    return lambda x: compare(x, number(bound))


def _not(phrase: str) -> Predicate:
    inner = _predicate(phrase)
    return lambda x: not inner(x)


def _one_of(first: str, second: str) -> Predicate:
    predicates = _predicate(first), _predicate(second)
    return lambda x: any(predicate(x) for predicate in predicates)


#: What a number may be said to be.
PREDICATE: dict[str, Callable[..., Predicate]] = {
    "any value": lambda: lambda x: True,
    "a finite number": lambda: math.isfinite,
    "a nonzero finite number": lambda: _is_nonzero_and_finite,
    "a nonzero number|not equal to ``0``": lambda: lambda x: x != 0 and not math.isnan(x),
    "a positive finite number": lambda: lambda x: math.isfinite(x) and x > 0,
    "a negative finite number": lambda: lambda x: math.isfinite(x) and x < 0,
    "an integer value|already integer-valued": lambda: lambda x: math.isfinite(x) and x % 1 == 0,
    "an odd integer value": lambda: lambda x: math.isfinite(x) and x % 2 == 1,
    "(?:either )?(.*) or (.*)": _one_of,
    "not (?:equal to )?(.*)": _not,
    "(greater|less) than ``(.*)``": _compared,
    "``(True|False)``": lambda text: lambda x: x is (text == "True"),
    "``(.*)``": lambda text: lambda x: not isinstance(x, bool) and same(x, number(text)),
}


def _predicate(phrase: str) -> Predicate:
    predicate: Predicate = _meaning(PREDICATE, phrase)
    return predicate


# What the result is then


def _number(text: str, said: Said) -> Check:
    equal = said.near if "π" in text else same
    parts = re.fullmatch(r"(.+?) ?([+±-]) ?(\S*?) ?(j(?:/\d)?)", text)
    if not parts:
        return lambda v, r: equal(r, number(text))
    texts = parts[1], parts[2] + parts[3] + parts[4]
    wanted = [number(part.replace("±", "+")) for part in texts]
    free = [part.startswith("±") for part in texts]
    if "unspecified" in said.sentence:
        free = [bool(re.search(f"signs? of .*{part}.* unspecified", said.sentence)) for part in ("real", "imaginary")]

    def kept(v: Values, r: complex) -> bool:
        both = zip((r.real, r.imag), wanted, free, strict=True)
        return all(equal(abs(x), abs(y)) if either else equal(x, y) for x, y, either in both)

    return kept


def _turned(size: str, less: str, said: Said) -> Check:
    """Of a number of that size in the direction of ``b``, which has the signs of its cosine and sine."""

    def kept(v: Values, r: complex) -> bool:
        real, imaginary = number(size) * math.cos(v["b"]), number(size) * math.sin(v["b"])
        return same(r.real, real - float(less or 0)) and same(r.imag, imaginary)

    return kept


def _operand(sign: str, absolute: str, name: str, said: Said) -> Check:
    def kept(v: Values, r: float) -> bool:
        wanted = abs(v[name]) if absolute else v[name]
        return same(r, -wanted if sign == "-" else wanted)

    return kept


def _with_sign_bit(bit: str, said: Said) -> Check:
    return lambda v, r: math.isnan(r) and (_sign(r) < 0) is (bit == "1")


def _compared_by_parts(relation: str, said: Said) -> Check:
    return lambda v, r: r is (((v["a"], v["b"]) == (v["c"], v["d"])) is (relation == "AND"))


#: What a result may be said to be: each maker is given the whole of what is said, too.
RESULT: dict[str, Callable[..., Check]] = {
    "``(True|False)``": lambda text, said: lambda v, r: r is (text == "True"),
    r"(?:equal to |equivalent to )?``([+-]?)(abs\(|\|)?(x\w*_i|[ab])(?:\)|\|)?``": _operand,
    "``NaN`` with a sign bit of ``([01])``": _with_sign_bit,
    "the integer part of ``self``": lambda said: lambda v, r: r == math.trunc(v["self"]),
    r"``self \+ 0j``": lambda said: lambda v, r: r == complex(v["self"], 0.0),
    r"``(\+0|\+infinity) \* cis\(b\)(?: - (1\.0))?``": _turned,
    "(?:an implementation-dependent approximation to )?``([^`]*)``": _number,
    "the even integer closest to ``x_i``": lambda said: lambda v, r: r % 2 == 0 and abs(r - v["x_i"]) == 0.5,
    "a signed infinity with .*": lambda said: (
        lambda v, r: math.isinf(r) and _sign(r) == math.prod(map(_sign, v.values()))
    ),
    "the logical (AND|OR) of the equality comparison .*": _compared_by_parts,
}

#: What a whole sentence may say of its result.
SAYING: dict[str, Callable[..., Check]] = {
    r".* raise ``(\w+)``\.": lambda name, said: lambda v, r: type(r).__name__ == name,
    ".* the result has a (positive|negative) mathematical sign.*": lambda sign, said: (
        lambda v, r: _has_sign_of(1.0 if sign == "positive" else -1.0, r)
    ),
    ".* the (real|imaginary) component of the result is ``(.*)``\\.": lambda part, text, said: (
        lambda v, r: same({"real": r.real, "imaginary": r.imag}[part], number(text))
    ),
    r".*the result is (.*?)\.?": lambda text, said: _meaning(RESULT, text, said),
}

#: What the remaining cases are told to be, in many words: the exact result, rounded.
EXACT = {
    "add": operator.add,
    "divide": operator.truediv,
    "floor_divide": operator.floordiv,
    "multiply": operator.mul,
    "remainder": operator.mod,
}


def _result(function: str, said: Said) -> Check:
    if said.plain.startswith(REMAINING) and function in EXACT:
        return lambda v, r: same(r, said.rounded(EXACT[function](*v.values())))
    kept: Check = _meaning(SAYING, said.plain, said)
    if permitted := re.search("libraries may return ``(.*?)``", said.sentence):
        return lambda v, r: kept(v, r) or same(r, number(permitted[1]))
    return kept
