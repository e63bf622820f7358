"""Programs: a network compiled to NumPy, called with values.

The stages, each with its Input and Output in its own docstring:

    selection   which equations the outputs need, logarithms in stable forms
    reading     equations -> pieces in normal form (sums, forms)
    lowering    pieces -> values and statements (elementwise, entries, matrices)
    storage     values -> buffers
    writing     statements -> lines of three functions
    printing    lines -> functions, through sympy.lambdify
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from sympy import Symbol

from symback.compiler.bound import Bound
from symback.compiler.lowering import lowered
from symback.compiler.names import Names
from symback.compiler.plan import ARGUMENT, View
from symback.compiler.printing import Functions, functions
from symback.compiler.selection import Selection, selected
from symback.compiler.source import source_of
from symback.compiler.storage import stored
from symback.compiler.writing import Writer
from symback.errors import ValuesError
from symback.network.network import Network
from symback.network.values import checked_values, size_value

DTYPES = ("float64", "float32")
MOST_POOLED = 8


def compile_network(
    network: Network,
    outputs: Sequence[str],
    *,
    dtype: str = "float64",
    value: str | None = None,
    gradients: Mapping[str, str | None] | None = None,
) -> Program:
    """Return the program that computes the outputs, or a value with gradients.

    Without ``value`` it returns {name: array} of the outputs. With ``value``, a loss or any tensor,
    it returns (value, {name: gradient}); ``gradients`` maps each tensor to the one that holds its
    adjoint, None where the value does not depend on it. Raises NotYetError, ValuesError.
    """
    if dtype not in DTYPES:
        raise ValuesError(
            f"a program with dtype={dtype!r}", "no such type", f"use {' or '.join(DTYPES)}"
        )
    return Program(network, tuple(outputs), dtype, value, dict(gradients or {}))


class Program:
    """A compiled network: call it with values, bind it to arrays, read or save its source."""

    def __init__(
        self,
        network: Network,
        outputs: tuple[str, ...],
        dtype: str,
        value: str | None,
        gradients: dict[str, str | None],
    ) -> None:
        self.network, self.dtype, self.value, self.gradients = network, dtype, value, gradients
        self.outputs = tuple(network[name].name for name in outputs)
        wanted = (*([value] if value else []), *filter(None, gradients.values()), *self.outputs)
        self._wanted = tuple(dict.fromkeys(wanted))
        self.selection: Selection = selected(network, self._wanted, gradients)
        self.inputs = self.selection.given
        sizes = tuple(s.name for s in self.selection.sizes)
        names = Names((*network.tensors, *network.letters, *network.sizes))
        self.plan = lowered(network, self.selection.equations, self._wanted, names)
        writer = Writer(self.plan, stored(self.plan, names), names, dtype, sizes)
        self.code = writer.write()
        self._functions: Functions = functions(self.code, writer.scalars)
        self._merged = _merged_arguments(self.plan)
        self._pools: dict[tuple[int, ...], list[tuple]] = {}

    # Calling -------------------------------------------------------------------------------------

    def __call__(self, values: Mapping[str, object], *, check_finite: bool = False):
        """Return (value, gradients), or the outputs, as new arrays; ``values`` are not changed.

        Raises ONE ValuesError that lists every problem of the values.
        """
        arrays, sizes = self._checked(values, check_finite)
        for name in self._merged:
            arrays[name] = np.ascontiguousarray(arrays[name])
        pool = self._pools.setdefault(sizes, [])
        # Why a pool? A workspace serves one call at a time; two threads take two.
        workspace = pool.pop() if pool else self._workspace(sizes)
        try:
            found = self._run(self._operands(arrays, sizes, workspace))
            results = dict(zip(self._wanted, map(self._fresh, found), strict=True))
        finally:
            if len(pool) < MOST_POOLED:
                pool.append(workspace)
        if self.value is None:
            return {name: results[name] for name in self.outputs}
        return self._value(results[self.value]), self._gradients(results, arrays)

    def bind(self, values: Mapping[str, object], *, check_finite: bool = False) -> Bound:
        """Return the program with these arrays, prepared once: ``g()`` only computes."""
        arrays, sizes = self._checked(values, check_finite)
        given, refresh = dict(arrays), []
        for name in self._merged:
            if not arrays[name].flags.c_contiguous:
                given[name] = np.ascontiguousarray(arrays[name])
                refresh.append((given[name], arrays[name]))
        operands = self._operands(given, sizes, self._workspace(sizes))
        place = {name: i for i, name in enumerate(self._wanted)}
        zeros = {n: np.zeros_like(arrays[n]) for n, a in self.gradients.items() if a is None}
        picked = [place[a] if a else None for a in self.gradients.values()]
        first = place[self.value] if self.value else None

        def run() -> tuple:
            found = self._run(operands)
            value = found[first] if first is not None else found
            return value, *(
                zeros[n] if p is None else found[p]
                for n, p in zip(self.gradients, picked, strict=True)
            )

        shapes = {name: arrays[name].shape for name in self.gradients}
        return Bound(run, arrays, refresh, self._is_scalar, shapes, self.dtype)

    def vector(
        self, values: Mapping[str, object]
    ) -> tuple[Callable, np.ndarray, Callable[[np.ndarray], dict[str, np.ndarray]]]:
        """Return (fun, theta0, unpack) for optimisers on one vector, such as SciPy's.

        ``fun(theta)`` is (loss, gradient) at the tensors that the gradients are by, laid end to end
        in ``theta``; the others keep the values given here. ``unpack(theta)`` names them again.
        """
        arrays, _ = self._checked(values, False)
        names = tuple(self.gradients)
        shapes = [arrays[name].shape for name in names]
        ends = np.cumsum([arrays[name].size for name in names])
        theta0 = np.concatenate([np.ravel(arrays[name]) for name in names]).astype(self.dtype)

        def unpack(theta: np.ndarray) -> dict[str, np.ndarray]:
            parts = np.split(np.asarray(theta, self.dtype), ends[:-1])
            return {n: p.reshape(s) for n, p, s in zip(names, parts, shapes, strict=True)}

        held = theta0.copy()
        bound = self.bind({**arrays, **unpack(held)})

        def fun(theta: np.ndarray) -> tuple[float, np.ndarray]:
            held[...] = theta
            loss = bound()
            return loss, np.concatenate([np.ravel(bound.grads[name]) for name in names])

        return fun, theta0, unpack

    # Reading -------------------------------------------------------------------------------------

    @property
    def source(self) -> str:
        """The program as an importable module that needs only NumPy."""
        return source_of(self)

    def __repr__(self) -> str:
        made = (
            f"{self.value} and {len(self.gradients)} gradients"
            if self.value
            else ", ".join(self.outputs)
        )
        return (
            f"Program({self.network.name!r}: {made} from {', '.join(self.inputs)}; "
            f"{len(self.plan.statements)} statements, {self.dtype})"
        )

    def __str__(self) -> str:
        return self.source

    # What a call is made of ----------------------------------------------------------------------

    @property
    def _is_scalar(self) -> bool:
        return self.value is not None and not self.network[self.value].letters

    def _checked(self, values: Mapping[str, object], check_finite: bool):
        what = f"values for {self.value or ', '.join(self.outputs)}"
        arrays, sizes = checked_values(
            self.network,
            values,
            self.inputs,
            dtype=self.dtype,
            check_finite=check_finite,
            what=what,
        )
        return arrays, tuple(self._size(symbol, sizes) for symbol in self.selection.sizes)

    def _size(self, symbol: Symbol, sizes: Mapping[Symbol, int]) -> int:
        return size_value(symbol, sizes)

    def _workspace(self, sizes: tuple[int, ...]) -> tuple:
        try:
            with np.errstate(all="ignore"):
                return self._functions.workspace(*sizes)
        except IndexError as error:
            shown = ", ".join(
                f"{s} = {n}" for s, n in zip(self.selection.sizes, sizes, strict=True)
            )
            raise ValuesError(
                f"the program of network {self.network.name}", str(error), f"the sizes are {shown}"
            ) from None

    def _operands(
        self, arrays: Mapping[str, np.ndarray], sizes: tuple[int, ...], workspace: tuple
    ) -> tuple:
        arguments = tuple(arrays[name] for name in self.code.arguments)
        return (*arguments, *self._functions.views(*sizes, *arguments), *workspace)

    def _run(self, operands: tuple) -> tuple:
        if self._functions.careful is not None:
            try:
                return self._functions.run(*operands)
            except (OverflowError, ZeroDivisionError, ValueError):
                # What Python refuses has a value in floating point: inf or nan.
                with np.errstate(all="ignore"):
                    return self._functions.careful(*operands)
        with np.errstate(all="ignore"):
            return self._functions.run(*operands)

    def _fresh(self, result: object) -> np.ndarray:
        return np.array(result, self.dtype, order="C")

    def _value(self, result: np.ndarray):
        return float(result) if self._is_scalar else result

    def _gradients(self, results: Mapping[str, np.ndarray], arrays: Mapping[str, np.ndarray]):
        return {
            name: np.zeros_like(arrays[name], order="C") if adjoint is None else results[adjoint]
            for name, adjoint in self.gradients.items()
        }


def _merged_arguments(plan) -> tuple[str, ...]:
    """Return the arguments of which some axes are merged: these must have no gaps."""
    found: dict[str, None] = {}
    for statement in plan.statements:
        for operand in statement.operands:
            if isinstance(operand, View) and operand.groups:
                if operand.value.origin == ARGUMENT and any(len(g) > 1 for g in operand.groups):
                    found[operand.value.name] = None
    return tuple(found)
