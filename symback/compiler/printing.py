"""Stage print, the end: lines of code become functions, through ``sympy.lambdify`` itself.

``lambdify`` takes the ordered, named statements through its ``cse=`` hook and prints each with the
printer below; what it compiles is the text that ``Program.source`` shows.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import wraps
from types import FunctionType

import numpy
from sympy import Expr, Symbol, lambdify
from sympy.core.symbol import Str
from sympy.printing.pycode import PythonCodePrinter

from symback.compiler.imports import function_on_arrays, function_on_numbers
from symback.compiler.variables import Code, Line
from symback.errors import ValuesError


class CodeText(Expr):
    """One right-hand side of a program: text over names."""

    __slots__ = ()

    def __new__(cls, text: str) -> CodeText:
        return Expr.__new__(cls, Str(text))


class _Printer(PythonCodePrinter):
    """Prints names and right-hand sides as they are."""

    def doprint(self, expr: Expr, assign_to: None = None) -> str:
        # Why not _print_CodeText? The general machinery would take most of the compile time.
        return expr.args[0].name if isinstance(expr, CodeText) else expr.name


@dataclass(frozen=True, slots=True)
class Functions:
    """The three functions of a program, without floating-point warnings.

    ``careful`` is ``run`` with NumPy's numbers in place of plain ones, for programs on numbers.
    """

    workspace: Callable
    views: Callable
    text: Callable
    run: Callable
    careful: Callable | None
    steps: tuple[Callable, ...] = ()


def functions(code: Code, given: Mapping[str, Callable] | None = None) -> Functions:
    """Return the functions that the code says; ``run`` may call those ``given`` besides."""
    namespace = {name: function_on_arrays(function) for function, name in code.functions.items()}
    workspace = function_of(code.sizes, code.workspace, code.made, namespace)
    views = function_of((*code.sizes, *code.arguments), code.views, code.viewed, namespace)
    parameters = (*code.arguments, *code.viewed, *code.made)
    if not code.scalars:
        steps = tuple(
            function_of(step.parameters, step.lines, (step.lines[-1].name,), namespace)
            for step in code.steps
        )
        own = {step.name: made for step, made in zip(code.steps, steps, strict=True)}
        own |= given or {}
        text = run = function_of(parameters, code.run, code.results, namespace | own)
        if "check_inside" in code.functions:
            run = _refusing(run)
        return Functions(_quiet(workspace), views, text, _quiet(run), None, steps)
    plain = {name: function_on_numbers(function) for function, name in code.functions.items()}
    run = function_of(parameters, code.run, code.results, plain)
    # NumPy's numbers for Python's: 1/0 is inf there, and no error.
    exact = {
        name: numpy.float64 for function, name in code.functions.items() if function == "float"
    }
    careful = FunctionType(run.__code__, {**run.__globals__, **namespace, **exact}, "run")
    return Functions(_quiet(workspace), views, run, run, _quiet(careful))


def _quiet(function: Callable) -> Callable:
    # Why a decorator? It costs half of a with statement.
    return numpy.errstate(all="ignore")(function)


def _refusing(function: Callable) -> Callable:
    """Return the function of a program whose integer inputs may point outside of a tensor."""

    @wraps(function)
    def refusing(*operands: object) -> tuple:
        try:
            return function(*operands)
        except IndexError as error:
            raise ValuesError(
                "a program was called", str(error), "positions count from 0; check what is gathered"
            ) from None

    return refusing


def lines_of(function: Callable) -> list[str]:
    """Return the lines of text that a function was made from."""
    return inspect.getsource(function).splitlines()


def function_of(
    parameters: Sequence[str],
    lines: Sequence[Line],
    results: Sequence[str],
    namespace: Mapping[str, object],
) -> Callable:
    """Return the function with these lines, which returns the results."""
    statements = [(Symbol(line.name), CodeText(line.text)) for line in lines]
    returned = CodeText(f"({', '.join(results)}{',' * (len(results) == 1)})")
    return lambdify(
        # Why one text? lambdify sorts its arguments, which takes long for thousands of them.
        [", ".join(parameters)] if parameters else [],
        returned,
        modules=[dict(namespace)],
        printer=_Printer(),
        cse=lambda expression: (statements, expression),
        use_imps=False,
        docstring_limit=0,
    )
