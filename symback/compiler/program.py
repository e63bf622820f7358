"""Programs: a network compiled to NumPy, called with values.

The stages, each with its Input and Output in its own docstring:

    selection   which equations the outputs need, logarithms in stable forms
    reading     equations -> pieces in normal form (sums, forms, binders, places, nests)
    lowering    pieces -> values and statements (elementwise, entries, matrices, scattering, …)
    scheduling  statements in an order that suits the cache
    storage     values -> buffers
    writing     statements -> lines of three functions
    printing    lines -> functions, through sympy.lambdify
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np

from symback.compiler.bound import ARRAY, NUMBER, REFUSED, Bound
from symback.compiler.lowering import lowered
from symback.compiler.names import Names
from symback.compiler.plan import merged_arguments
from symback.compiler.printing import Functions, functions
from symback.compiler.scheduling import scheduled
from symback.compiler.selection import Selection, selected
from symback.compiler.source import Module, source_of
from symback.compiler.storage import stored
from symback.compiler.targets import Results, check_targets, own_memory
from symback.compiler.writing import written
from symback.errors import ValuesError
from symback.files import write_whole
from symback.network.network import Network
from symback.network.values import checked_values, size_value

DTYPES = ("float64", "float32")
MOST_POOLS, MOST_POOLED = 8, 8
MOST_SEEN = 64
MOST_LISTED = 8


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
        if dtype not in DTYPES:
            raise ValuesError(
                f"a program with dtype={dtype!r}", "no such type", f"use {' or '.join(DTYPES)}"
            )
        self.network, self.dtype, self.value, self.gradients = network, dtype, value, gradients
        self.outputs = tuple(network[name].name for name in outputs)
        wanted = (*([value] if value else []), *filter(None, gradients.values()), *self.outputs)
        self._wanted = tuple(dict.fromkeys(wanted))
        self.selection: Selection = selected(network, self._wanted, gradients)
        self.inputs = self.selection.given
        sizes = tuple(s.name for s in self.selection.sizes)
        names = Names((*network.tensors, *network.letters, *network.sizes))
        self.plan = lowered(network, self.selection.equations, self._wanted, names)
        self.plan.statements = scheduled(self.plan)
        storage = stored(self.plan, names)
        self.code = written(self.plan, storage, names, dtype, sizes)
        self._memory = own_memory(self.plan, storage, self.code)
        if None in gradients.values():
            self.code.functions.setdefault("zeros_like", names.fresh("zeros_like"))
        self._functions: Functions = functions(self.code)
        tensors = [network[name] for name in self.inputs]
        self._dtypes = {t.name: np.dtype("int64" if t.integer else dtype) for t in tensors}
        self._one_hot = tuple(t.name for t in tensors if t.one_hot)
        self._seen: dict[tuple, tuple[int, ...]] = {}
        self._merged = merged_arguments(self.plan)
        self._pools: dict[tuple[int, ...], list[tuple]] = {}

    # Calling -------------------------------------------------------------------------------------

    def __call__(self, values: Mapping[str, object], *, check_finite: bool = False):
        """Return (value, gradients), or the outputs, as new arrays; ``values`` are not changed.

        Raises ONE ValuesError that lists every problem of the values.
        """
        arrays, sizes = self._checked(values, check_finite)
        for name in self._merged:
            arrays[name] = np.ascontiguousarray(arrays[name])
        pool = self._pool(sizes)
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

    def bind(
        self,
        values: Mapping[str, object],
        *,
        check_finite: bool = False,
        into: Mapping[str, np.ndarray] | None = None,
    ) -> Bound:
        """Return the program with these arrays, prepared once: ``g()`` only computes.

        An array of another type is copied, and the copy is what is bound. ``into`` maps results to
        arrays that every call fills, and that the program does not read."""
        arrays, sizes = self._checked(values, check_finite)
        given, refresh = dict(arrays), []
        for name in self._merged:
            if not arrays[name].flags.c_contiguous:
                given[name] = np.ascontiguousarray(arrays[name])
                refresh.append((given[name], arrays[name]))
        results, into = self._results(arrays), into or {}
        check_targets(into, results, arrays, self.dtype)
        workspace = self._with_targets(self._workspace(sizes), results, into)
        operands, made = self._operands(given, sizes, workspace), self._functions
        return Bound(made.run, made.careful, operands, arrays, refresh, results, into)

    def vector(
        self, values: Mapping[str, object]
    ) -> tuple[Callable, np.ndarray, Callable[[np.ndarray], dict[str, np.ndarray]]]:
        """Return (fun, theta0, unpack) for optimisers on one vector, such as SciPy's.

        ``fun(theta)`` is (loss, gradient) at the tensors that the gradients are by, laid end to end
        in ``theta``; the others keep the values given here. ``unpack(theta)`` names them again.
        """
        if not self._is_scalar:
            raise ValuesError(
                "f.vector(values)",
                f"a program of {self.value or ', '.join(self.outputs)}, which is no scalar loss",
                "derive a scalar: sb.lambdify(sb.derive(net))",
            )
        arrays, _ = self._checked(values, False)
        names = tuple(self.gradients)
        shapes = [arrays[name].shape for name in names]
        ends = np.cumsum([arrays[name].size for name in names])
        theta0 = np.concatenate([np.ravel(arrays[name]) for name in names]).astype(float)

        def unpack(theta: np.ndarray) -> dict[str, np.ndarray]:
            parts = np.split(np.asarray(theta, self.dtype), ends[:-1])
            return {n: p.reshape(s) for n, p, s in zip(names, parts, shapes, strict=True)}

        held = theta0.astype(self.dtype)
        bound = self.bind({**arrays, **unpack(held)})

        def fun(theta: np.ndarray) -> tuple[float, np.ndarray]:
            held[...] = theta
            loss = bound()
            flat = np.concatenate([np.ravel(bound.grads[name]) for name in names])
            return loss, flat.astype(float, copy=False)

        return fun, theta0, unpack

    # Reading -------------------------------------------------------------------------------------

    @property
    def source(self) -> str:
        """The program as an importable module that needs only NumPy."""
        made = f"{self.value} and its gradients" if self.value else ", ".join(self.outputs)
        named = self.gradients.items() if self.value else ((name, name) for name in self.outputs)
        return source_of(
            Module(
                summary=f"{made} of the network {self.network.name}, in {self.dtype}.",
                network=self.network,
                code=self.code,
                functions=self._functions,
                arguments=self.inputs,
                sizes=self._size_places(),
                returned=self._wanted,
                value=self.value,
                named=tuple(named),
            )
        )

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write ``source`` to a file, whole or not at all; raises FileError."""
        return write_whole(path, self.source)

    def __repr__(self) -> str:
        gradients = f"{self.value} and {len(self.gradients)} gradients"
        made = gradients if self.value else _listed(self.outputs)
        return (
            f"Program({self.network.name!r}: {made} from {_listed(self.inputs)}; "
            f"{len(self.plan.statements)} statements, {self.dtype})"
        )

    def __str__(self) -> str:
        return self.source

    # What a call is made of ----------------------------------------------------------------------

    @property
    def _is_scalar(self) -> bool:
        return self.value is not None and not self.network[self.value].letters

    def _checked(
        self, values: Mapping[str, object], check_finite: bool
    ) -> tuple[dict[str, np.ndarray], tuple[int, ...]]:
        """Return the arrays and the sizes; raises ValuesError."""
        sizes = self._recognised(values, check_finite)
        if sizes is not None:
            return dict(values), sizes
        what = f"values for {self.value or ', '.join(self.outputs)}"
        arrays, by_symbol = checked_values(
            self.network,
            values,
            self.inputs,
            dtype=self.dtype,
            check_finite=check_finite,
            what=what,
        )
        sizes = tuple(size_value(symbol, by_symbol) for symbol in self.selection.sizes)
        if len(self._seen) < MOST_SEEN:
            self._seen[tuple(arrays[name].shape for name in self.inputs)] = sizes
        return arrays, sizes

    def _recognised(
        self, values: Mapping[str, object], check_finite: bool
    ) -> tuple[int, ...] | None:
        """Return the sizes of values that need no conversion and have shapes seen before.

        Anything else, whatever is wrong with it, is left to the full check and its messages.
        """
        if not isinstance(values, Mapping) or len(values) != len(self.inputs):
            return None
        shapes = []
        for name, dtype in self._dtypes.items():
            array = values.get(name)
            if type(array) is not np.ndarray or array.dtype != dtype:
                return None
            shapes.append(array.shape)
        sizes = self._seen.get(tuple(shapes))
        if sizes is None or not all(is_one_hot(values[name]) for name in self._one_hot):
            return None
        if check_finite and not all(np.isfinite(a).all() for a in values.values()):
            return None
        return sizes

    def _size_places(self) -> dict[str, tuple[str, int]]:
        """Return, for each size, an input and the number of its axis of that length."""
        places: dict[str, tuple[str, int]] = {}
        for name in self.inputs:
            for axis, size in enumerate(self.network[name].shape):
                places.setdefault(str(size), (name, axis))
        return places

    def _pool(self, sizes: tuple[int, ...]) -> list[tuple]:
        """Return the workspaces for these sizes that no call is using."""
        pool = self._pools.get(sizes)
        if pool is None:
            if len(self._pools) >= MOST_POOLS:
                self._pools.pop(next(iter(self._pools)), None)
            pool = self._pools.setdefault(sizes, [])
        return pool

    def _workspace(self, sizes: tuple[int, ...]) -> tuple:
        try:
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

    def _with_targets(
        self, workspace: tuple, results: Results, into: Mapping[str, np.ndarray]
    ) -> tuple:
        """Return the workspace with arrays of ``into`` as the memory of their results."""
        made = list(workspace)
        for name in (n for n in results.places if n in into):
            memory = self._memory.get(self._wanted[results.places[name]])
            if memory is not None and made[memory].shape == into[name].shape:
                made[memory] = into[name]
        return tuple(made)

    def _run(self, operands: tuple) -> tuple:
        try:
            return self._functions.run(*operands)
        except REFUSED:
            if self._functions.careful is None:
                raise
            return self._functions.careful(*operands)

    def _results(self, arrays: Mapping[str, np.ndarray]) -> Results:
        made = self.gradients if self.value else {name: name for name in self.outputs}
        number = {name: place for place, name in enumerate(self._wanted)}
        places = {name: number[result] for name, result in made.items() if result is not None}
        ranks = {name: len(self.network[result or name].letters) for name, result in made.items()}
        numbers = tuple(name for name in places if ranks[name] == 0)
        fixed = {name: np.zeros((), self.dtype) for name in numbers}
        for name in made:
            if name not in places:
                fixed[name] = np.zeros_like(arrays[name], self.dtype)
        value = None if self.value is None else NUMBER if self._is_scalar else ARRAY
        return Results(tuple(made), places, fixed, numbers, value)

    def _fresh(self, result: object) -> np.ndarray:
        return np.array(result, self.dtype, order="C")

    def _value(self, result: np.ndarray):
        return float(result) if self._is_scalar else result

    def _gradients(self, results: Mapping[str, np.ndarray], arrays: Mapping[str, np.ndarray]):
        return {
            name: np.zeros_like(arrays[name], order="C") if adjoint is None else results[adjoint]
            for name, adjoint in self.gradients.items()
        }


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names[:MOST_LISTED]) + (", …" if len(names) > MOST_LISTED else "")


def is_one_hot(array: np.ndarray) -> bool:
    """Is one entry along the last axis 1, and all others 0?"""
    return bool(((array * array == array).all()) and (np.add.reduce(array, -1) == 1).all())
