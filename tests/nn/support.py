"""One check for every layer: forward against loops, gradients against differences and torch."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np

import symback as sb
from symback.algebra.traversal import entries
from symback.network.values import size_value

try:
    import torch
except ImportError:  # an optional test dependency
    torch = None

Arrays = Mapping[str, np.ndarray]
SIZES = {"N": 2, "T": 3, "M": 2}


@dataclass(frozen=True)
class Case:
    """A layer as a test: how it is built, what it computes in loops, and what torch makes of it.

    ``loops`` gets all arrays by name and returns the output; ``torch`` gets torch tensors. Values
    are normal unless ``values`` draws some otherwise.
    """

    name: str
    build: Callable[[sb.Network], sb.Tensor]
    loops: Callable[[Arrays], np.ndarray]
    torch: Callable[[Mapping[str, object]], object] | None = None
    values: Mapping[str, Callable[[np.random.Generator, tuple[int, ...]], np.ndarray]] = field(
        default_factory=dict
    )
    sizes: Mapping[str, int] = field(default_factory=dict)


def built(case: Case) -> tuple[sb.Network, sb.Tensor]:
    net = sb.Network("layer")
    return net, case.build(net)


def drawn(case: Case, net: sb.Network, seed: int = 0) -> dict[str, np.ndarray]:
    """Return an array for every tensor that is given."""
    rng = np.random.default_rng(seed)
    given = {**SIZES, **case.sizes}
    sizes = {net.sizes[name]: number for name, number in given.items() if name in net.sizes}
    arrays = {}
    for tensor in net.tensors.values():
        if net.equation(tensor) is None and tensor.kind != "constant":
            shape = tuple(size_value(size, sizes) for size in tensor.shape)
            draw = case.values.get(tensor.name, _normal)
            arrays[tensor.name] = np.asarray(draw(rng, shape))
    return arrays


def _normal(rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    return rng.normal(size=shape)


def forward_difference(case: Case) -> float:
    """Return how far the program is from the loops, relative to the largest entry."""
    net, out = built(case)
    arrays = drawn(case, net)
    program = sb.lambdify(net, outputs=[out.name])
    needed = {t for t in arrays if t in _read(net, out.name)}
    found = program({name: arrays[name] for name in needed})[out.name]
    return relative(found, case.loops(arrays))


def _read(net: sb.Network, name: str) -> set[str]:
    found, stack = set(), [name]
    while stack:
        target = stack.pop()
        if target in found:
            continue
        found.add(target)
        equation = net.equation(target)
        if equation is not None:
            sides = [side for side in (equation.written, equation.initial) if side is not None]
            stack += [e.tensor for side in sides for e in entries(side)]
    return found


def relative(found, expected) -> float:
    found, expected = np.asarray(found, dtype=float), np.asarray(expected, dtype=float)
    assert found.shape == expected.shape
    assert np.isfinite(found).all()
    assert np.isfinite(expected).all()
    return float(np.max(np.abs(found - expected), initial=0)) / max(
        1.0, float(np.max(np.abs(expected), initial=0))
    )


def derived(case: Case):
    """Return the derivation of the output by everything real that it depends on."""
    net, out = built(case)
    read = _read(net, out.name)
    real = [t.name for t in (*net.inputs, *net.parameters) if not t.integer and t.name in read]
    return sb.derive(net, of=out.name, wrt=real)


def torch_differences(case: Case) -> dict[str, float]:
    """Return, for each tensor, how far our gradient is from torch.autograd's."""
    d = derived(case)
    arrays = drawn(case, d.network)
    needed = _read(d.network, d.of).union(*(_read(d.network, d.adjoint_name(n)) for n in d))
    _, gradients = sb.lambdify(d)({n: a for n, a in arrays.items() if n in needed})
    leaves = {n: torch.tensor(a, requires_grad=n in gradients) for n, a in arrays.items()}
    result = case.torch(leaves)
    upstream = torch.tensor(arrays[d.upstream]) if d.upstream else torch.ones_like(result)
    result.backward(upstream)
    return {
        name: relative(g, np.zeros(g.shape) if leaves[name].grad is None else leaves[name].grad)
        for name, g in gradients.items()
    }
