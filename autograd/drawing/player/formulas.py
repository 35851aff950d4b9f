"""Rules as formulas: the Python of a gradient rule, read from its source and written as one writes mathematics.

A formula is a list of pieces: texts, and names in lists of one, ``["g"]``, into which a page puts numbers.
"""

from __future__ import annotations

import ast
import functools
import linecache
import math
import re
import textwrap
from collections.abc import Callable, Mapping, Sequence
from typing import Any

Piece = str | list[str]
Formula = list[Piece]

_SIGNS: dict[type[ast.AST], tuple[str, int]] = {
    ast.Add: (" + ", 4),
    ast.Sub: (" − ", 4),
    ast.Mult: (" · ", 5),
    ast.Div: (" / ", 5),
    ast.FloorDiv: (" // ", 5),
    ast.Mod: (" mod ", 5),
    ast.MatMult: (" @ ", 5),
    ast.Pow: ("^", 7),
    ast.BitAnd: (" and ", 2),
    ast.BitOr: (" or ", 1),
    ast.Lt: (" < ", 3),
    ast.LtE: (" ≤ ", 3),
    ast.Gt: (" > ", 3),
    ast.GtE: (" ≥ ", 3),
    ast.Eq: (" = ", 3),
    ast.NotEq: (" ≠ ", 3),
    ast.USub: ("−", 6),
    ast.UAdd: ("", 6),
    ast.Invert: ("not ", 6),
    ast.Not: ("not ", 6),
}
_HIGHEST = 9

#: The labels of operations that stand between their operands.
_INFIX = {"+": "+", "-": "−", "×": "×", "÷": "÷", "@": "@"}
#: What a label with its operand in it is made of.
_SUPERSCRIPT, _BARS, _ROOT = "x²", "|x|", "√"

#: What some rules compute that are programs, as a textbook writes it: for speed they go other ways.
_TEXTBOOK = {
    "_linear_by_weight": "gᵀ @ x",
    "_matmul_by_first": "g @ yᵀ",
    "_matmul_by_second": "xᵀ @ g",
    "_power_by_base": "g · y · x^(y − 1)",
    "_shared": "g / n, to each of n elements",
    "spread": "g, to each element",
    "_scattered": "g, added up where it was taken from",
    "_part_of_joined": "g, the part that came from here",
    "_reverse_cumulative": "g, summed from the end",
    "binary._by_probability": "g · (p − y) / (p · (1 − p))",
    "classes._by_logits": "g · (softmax(x) − onehot(target)), by the share of each sample",
    "padding._folded": "g, without the border",
    "pooling._by_x": "g, to the largest of each window",
    "convolutions._by_weight": "x ⋆ g, slid over each other",
}
#: Rules that divide by the number of elements of an operand where a mean was asked for.
_AVERAGED = {"binary._by_probability": "p"}
#: And helpers that are a sign between their operands.
_SIGNED = {"times_matrix": " @ "}
#: What operations compute whose labels have names of operands in them.
_RESULTS: dict[str, Formula] = {"Wx+b": [["x"], " @ ", ["weight"], "ᵀ + ", ["bias"]]}

#: A rule longer than this is no formula any more, but a program.
LONGEST = 160


def rule_formula(rule: Callable[..., Any] | None) -> Formula | None:
    """Write a rule as a formula, or give ``None`` where its source is not known or is more than one expression.

    >>> from autograd import multiply, exp
    >>> rule_formula(multiply.rules.declared["x"]), rule_formula(exp.rules.declared["x"])
    ([['g'], ' · ', ['y']], [['g'], ' · ', ['out']])
    """
    known = next((_TEXTBOOK[name] for name in _names(rule) if name in _TEXTBOOK), None)
    if known is not None:
        return _read(known, rule)
    body = _body(rule)
    if body is None:
        return None
    try:
        formula = _joined(_Writer(rule).pieces(body, 0))
    except _NotAFormulaError:
        return None
    return formula if sum(map(len, formula)) <= LONGEST else None


def averaged(formula: Formula, rule: Callable[..., Any] | None, given: Mapping[str, Any]) -> Formula:
    """Say of the formula of a rule that it is divided by a number, where that is so by what the rule was given."""
    counted = next((_AVERAGED[name] for name in _names(rule) if name in _AVERAGED), None)
    if counted is None or given.get("reduction") != "mean":
        return formula
    return [*formula, f" / {math.prod(given[counted].shape)}"]


def rule_source(rule: Callable[..., Any] | None, lines: int = 14) -> str | None:
    """Give the source of a rule: of a function its lines, of a lambda what it gives; ``None`` where it is not known."""
    code: Any = getattr(rule, "__code__", None)
    defined = [node for node in _functions(code) if isinstance(node, ast.FunctionDef)]
    found = next((node for node in defined if node.lineno <= code.co_firstlineno <= _last(node)), None)
    if found is None:
        body = _body(rule)
        return None if body is None else ast.unparse(body)
    text = linecache.getlines(code.co_filename)[found.lineno - 1 : _last(found)]
    return textwrap.dedent("".join(text[:lines])).rstrip() + ("\n…" if len(text) > lines else "")


def result_formula(label: str, operands: Sequence[str]) -> Formula:
    """Write what an operation computes, from its label and the names of its operands.

    >>> result_formula("×", ["x", "y"]), result_formula("ln", ["x"]), result_formula("x²", ["x"])
    ([['x'], ' × ', ['y']], ['ln(', ['x'], ')'], [['x'], '²'])
    """
    if label in _RESULTS and len(operands) == 3:
        return list(_RESULTS[label])
    names: list[Piece] = [[name] for name in operands]
    if label in _INFIX and len(names) == 2:
        return [names[0], f" {_INFIX[label]} ", names[1]]
    if len(names) == 1 and label in (_SUPERSCRIPT, _BARS, _ROOT, "-"):
        before, behind = {_SUPERSCRIPT: ("", "²"), _BARS: ("|", "|"), _ROOT: ("√", ""), "-": ("−", "")}[label]
        return [piece for piece in (before, names[0], behind) if piece]
    if label == "pow" and len(names) == 2:
        return [names[0], "^", names[1]]
    listed = [piece for name in names for piece in (", ", name)][1:]
    return [f"{label}(", *listed, ")"]


def _names(rule: Any) -> tuple[str, str]:
    """What a rule is known by: its name, and that behind the name of its module."""
    name = getattr(rule, "__name__", "")
    return name, f"{getattr(rule, '__module__', '').rpartition('.')[2]}.{name}"


def _read(text: str, rule: Any) -> Formula:
    """Part a text at the names of the rule's parameters."""
    names = set(rule.__code__.co_varnames[: rule.__code__.co_argcount])
    parts = re.split(r"(\b[a-z]+)(?![a-z])", text)
    return _joined([[part] if part in names else part for part in parts if part])


class _NotAFormulaError(Exception):
    """The source has something in it that no formula says."""


def _last(node: ast.AST) -> int:
    return int(getattr(node, "end_lineno", 0))


def _functions(code: Any) -> tuple[ast.Lambda | ast.FunctionDef, ...]:
    """All functions in the file that a function's code comes from."""
    return () if code is None else _functions_in("".join(linecache.getlines(code.co_filename)))


@functools.lru_cache(maxsize=256)
def _functions_in(text: str) -> tuple[ast.Lambda | ast.FunctionDef, ...]:
    try:
        tree = ast.parse(text)
    except SyntaxError:
        return ()
    return tuple(node for node in ast.walk(tree) if isinstance(node, (ast.Lambda, ast.FunctionDef)))


def _body(rule: Callable[..., Any] | None) -> ast.expr | None:
    """The expression that a rule gives: of a lambda, or of a function that does nothing else."""
    code: Any = getattr(rule, "__code__", None)
    places = [] if code is None else [place for place in code.co_positions() if None not in place]
    places = [place for place in places if place[2] != place[3]]
    for node in _functions(code):
        if isinstance(node, ast.Lambda):
            body = node.body
            start, end = (body.lineno, body.col_offset), (body.end_lineno, body.end_col_offset)
            is_this = code.co_name == "<lambda>" and all(start <= (p[0], p[2]) and (p[1], p[3]) <= end for p in places)
            if places and is_this:
                return body
        elif (node.name, node.lineno) == (code.co_name, code.co_firstlineno):
            steps = [step for step in node.body if not _is_docstring(step)]
            if len(steps) == 1 and isinstance(steps[0], ast.Return):
                return steps[0].value
    return None


def _is_docstring(step: ast.stmt) -> bool:
    return isinstance(step, ast.Expr) and isinstance(step.value, ast.Constant)


class _Writer:
    """Writes one rule."""

    def __init__(self, rule: Any) -> None:
        self._names = set(rule.__code__.co_varnames[: rule.__code__.co_argcount])

    def pieces(self, node: ast.expr, around: int) -> Formula:
        """Write an expression inside one whose sign binds as strongly as ``around`` says."""
        formula, strength = self._written(node)
        return ["(", *formula, ")"] if strength < around else formula

    def _written(self, node: ast.expr) -> tuple[Formula, int]:
        """Write an expression; say how strongly what holds it together binds."""
        match node:
            case ast.BinOp(left=left, op=ast.Pow(), right=ast.Constant(value=2)):
                return [*self.pieces(left, 8), "²"], 7
            case ast.BinOp(left=left, op=op, right=right) | ast.Compare(left=left, ops=[op], comparators=[right]):
                sign, strength = _sign(op)
                inside = strength + 1 if isinstance(node, ast.Compare) else strength
                return self._between(sign, [self.pieces(left, inside), self.pieces(right, strength + 1)]), strength
            case ast.UnaryOp(op=op, operand=operand):
                sign, strength = _sign(op)
                return [sign, *self.pieces(operand, strength)], strength
        return self._whole(node), _HIGHEST

    def _whole(self, node: ast.expr) -> Formula:
        """Write what needs no brackets."""
        match node:
            case ast.Name(id=name):
                return [[name]] if name in self._names else [name.lstrip("_")]
            case ast.Constant(value=bool() | int() | float() | str() | None as value):
                return [f"{value:g}" if isinstance(value, float) else str(value)]
            case ast.Call():
                return self._called(node)
            case ast.Attribute(value=inner, attr="T" | "mT"):
                return [*self.pieces(inner, _HIGHEST), "ᵀ"]
            case ast.Subscript(value=inner, slice=index):
                return [*self.pieces(inner, _HIGHEST), "[", *self.pieces(index, 0), "]"]
            case ast.Tuple(elts=parts) | ast.List(elts=parts):
                return ["(", *self._between(", ", [self.pieces(part, 0) for part in parts]), ")"]
        raise _NotAFormulaError

    def _called(self, node: ast.Call) -> Formula:
        """Write a call: ``np.exp(x)`` as ``exp(x)``, ``x.conj()`` as ``conj(x)``, ``masked(g, x > 0)`` as words."""
        arguments = [self.pieces(each, 0) for each in node.args]
        if any(isinstance(each, ast.Starred) for each in node.args):
            raise _NotAFormulaError
        match node.func:
            case ast.Name(id="masked") if len(arguments) == 2:
                return [*arguments[0], " where ", *arguments[1]]
            case ast.Name(id="number") if arguments:
                return arguments[0]
            case ast.Name(id=name) if name.lstrip("_") in _SIGNED and len(arguments) == 2:
                return [*arguments[0], _SIGNED[name.lstrip("_")], *arguments[1]]
            case ast.Name(id=name):
                title = name.lstrip("_")
            case ast.Attribute(value=ast.Name(id=module), attr=name) if module not in self._names:
                title = module if name == "alike" else name
            case ast.Attribute(value=value, attr=name):
                title, arguments = name, [self.pieces(value, 0), *arguments]
            case _:
                raise _NotAFormulaError
        arguments += [[f"{each.arg}=", *self.pieces(each.value, 0)] for each in node.keywords if each.arg]
        return [f"{title}(", *self._between(", ", arguments), ")"]

    @staticmethod
    def _between(sign: str, parts: Sequence[Formula]) -> Formula:
        return [piece for part in parts for piece in (sign, *part)][1:]


def _sign(operator: ast.AST) -> tuple[str, int]:
    """How an operator is written, and how strongly it binds."""
    if type(operator) not in _SIGNS:
        raise _NotAFormulaError
    return _SIGNS[type(operator)]


def _joined(formula: Formula) -> Formula:
    """Make one text of texts that follow each other."""
    joined: Formula = []
    for piece in formula:
        if isinstance(piece, str) and joined and isinstance(joined[-1], str):
            joined[-1] += piece
        else:
            joined.append(piece)
    return joined
