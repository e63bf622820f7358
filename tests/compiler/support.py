"""Random values for a network, and the comparison of its program with the literal interpreter."""

from __future__ import annotations

import numpy as np

from symback.compiler.interpreter import interpret
from symback.compiler.program import compile_network
from symback.network.network import Network
from symback.network.values import size_value


def random_values(network: Network, sizes: dict[str, int], seed: int = 0) -> dict[str, np.ndarray]:
    """Return values for the inputs and parameters; sizes by the name of their symbol."""
    rng = np.random.default_rng(seed)
    by_symbol = {symbol: sizes[name] for name, symbol in network.sizes.items() if name in sizes}
    values = {}
    for tensor in (*network.inputs, *network.parameters):
        shape = tuple(size_value(size, by_symbol) for size in tensor.shape)
        if tensor.one_hot:
            classes = rng.integers(0, shape[-1], shape[:-1])
            values[tensor.name] = (classes[..., None] == np.arange(shape[-1])).astype(float)
        elif tensor.integer:
            values[tensor.name] = rng.integers(-3, 4, shape)
        else:
            values[tensor.name] = rng.uniform(0.2, 1.7, shape) * rng.choice([-1, 1], shape)
    return values


def assert_agrees(
    network: Network, sizes: dict[str, int], dtype: str = "float64", seed: int = 0
) -> None:
    """Compile all equations as outputs and compare them with the interpreter."""
    outputs = [e.target for e in network.equations]
    program = compile_network(network, outputs, dtype=dtype)
    values = random_values(network, sizes, seed)
    values = {
        name: value.astype(dtype) if value.dtype.kind == "f" else value
        for name, value in values.items()
    }
    needed = {name: values[name] for name in program.inputs}
    kept = {name: value.copy() for name, value in needed.items()}
    found = program(needed)
    expected = interpret(network, values, number=float)
    tolerance = 1e-12 if dtype == "float64" else 2e-5
    for name in outputs:
        assert found[name].dtype == dtype
        assert found[name].shape == expected[name].shape, name
        scale = max(1.0, np.abs(expected[name]).max(initial=0))
        np.testing.assert_allclose(
            found[name] / scale, expected[name] / scale, atol=tolerance, rtol=0, err_msg=name
        )
    for name, value in needed.items():
        assert np.array_equal(value, kept[name]), f"{name} was changed"
