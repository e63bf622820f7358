"""Mistakes planted in the text of a derivation, as a person's pen would make them.

The derived equations are taken as text, one line is altered as Python's syntax tree, and the text
is read back as a network, which the literal interpreter computes. Nothing of the catalogue, and
nothing that alters expressions in symback, is used.
"""

from __future__ import annotations

import ast
import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np

import symback as sb
from symback.checking.claim import Claim, Point
from symback.checking.points import Equations, float_kind, points_at, random_values
from symback.compiler.interpreter import interpret
from symback.derivation.derive import Derivation
from symback.errors import SymbackError

NETWORKS = {
    "dense": """
index n:N i:I h:H k:K
input X[n,i] Y[n,k] one_hot
parameter W1[i,h] b1[h] W2[h,k] b2[k]
Z1[n,h] = sum(X[n,i]*W1[i,h], i) + b1[h]
A1[n,h] = tanh(Z1[n,h])
Z2[n,k] = sum(A1[n,h]*W2[h,k], h) + b2[k]
P[n,k] = softmax(Z2[n,k], k)
loss L = -sum(Y[n,k]*log(P[n,k]), n, k)/N
""",
    "targets that need not add up to 1": """
index n:N i:I k:K
input X[n,i] T[n,k]
parameter W[i,k] b[k]
Z[n,k] = sum(X[n,i]*W[i,k], i) + b[k]
P[n,k] = softmax(Z[n,k], k)
loss L = -sum(T[n,k]*log(P[n,k]), n, k)
""",
    "softmax and squares": """
index n:N i:I k:K
input X[n,i] T[n,k]
parameter W[i,k] b[k]
Z[n,k] = sum(X[n,i]*W[i,k], i) + b[k]
P[n,k] = softmax(Z[n,k], k)
loss L = sum((P[n,k] - T[n,k])**2, n, k)/(2*N)
""",
    "deep": """
index n:N a:A b:B c:C d:D
input X[n,a] T[n,d]
parameter U[a,b] V[b,c] W[c,d]
Z1[n,b] = sum(X[n,a]*U[a,b], a)
H1[n,b] = sigmoid(Z1[n,b])
Z2[n,c] = sum(H1[n,b]*V[b,c], b)
H2[n,c] = tanh(Z2[n,c])
O[n,d] = sum(H2[n,c]*W[c,d], c)
loss L = mean((O[n,d] - T[n,d])**2, n, d)
""",
    "tied autoencoder": """
index n:N i:I h:J
input X[n,i]
parameter W[i,h]
S[n,h] = sum(X[n,i]*W[i,h], i)
H[n,h] = sigmoid(S[n,h])
R[n,i] = sum(H[n,h]*W[i,h], h)
loss L = sum((R[n,i] - X[n,i])**2, n, i)/2
""",
    "residual": """
index n:N h:H m:H k:K
input X[n,h] T[n,k]
parameter W[h,m] V[h,k] c[m]
Z[n,m] = sum(X[n,h]*W[h,m], h) + c[m]
F[n,m] = relu(Z[n,m])
R[n,h] = X[n,h] + F[n,h]
G[n,h] = tanh(R[n,h])
Q[n,h] = G[n,h] + R[n,h]
O[n,k] = sum(Q[n,h]*V[h,k], h)
loss L = sum((O[n,k] - T[n,k])**2, n, k)/N
""",
    "regularised": """
index n:N i:I h:H
constant lam = 0.1
input X[n,i] y[n]
parameter W[i,h] v[h] c
A[n,h] = softplus(sum(X[n,i]*W[i,h], i))
p[n] = sum(A[n,h]*v[h], h) + c
loss L = mean((p[n] - y[n])**2, n) + lam*sum(W[i,h]**2, i, h) + lam*sum(v[h]**2, h)/2
""",
    "logistic": """
index n:N i:I
input X[n,i] y[n]
parameter w[i] c
z[n] = sum(X[n,i]*w[i], i) + c
p[n] = sigmoid(z[n])
loss L = -sum(y[n]*log(p[n]) + (1 - y[n])*log(1 - p[n]), n)/N
""",
    "scalars": """
input i1 i2 t1 t2
parameter w1 w2 w3 w4 w5 w6 w7 w8 b1 b2
net_h1 = w1*i1 + w2*i2 + b1
net_h2 = w3*i1 + w4*i2 + b1
h1 = sigmoid(net_h1)
h2 = sigmoid(net_h2)
net_o1 = w5*h1 + w6*h2 + b2
net_o2 = w7*h1 + w8*h2 + b2
o1 = sigmoid(net_o1)
o2 = sigmoid(net_o2)
loss E = (t1 - o1)**2/2 + (t2 - o2)**2/2
""",
    "one equation": """
input x y
parameter w b v
loss E = (v*sigmoid(w*x + b) - y)**2/2
""",
    "gates": """
index n:N i:I h:H
input X[n,i] T[n,h]
parameter W[i,h] V[i,h]
G[n,h] = sigmoid(sum(X[n,i]*V[i,h], i))
C[n,h] = tanh(sum(X[n,i]*W[i,h], i))
M[n,h] = G[n,h]*C[n,h] + (1 - G[n,h])*T[n,h]
loss L = sum(M[n,h]**2, n, h)/N
""",
    "batch normalisation": """
index n:N h:H
input X[n,h] T[n,h]
parameter w[h] g[h] b[h]
U[n,h] = w[h]*tanh(X[n,h] + w[h])
mu[h] = mean(U[n,h], n)
var[h] = mean((U[n,h] - mu[h])**2, n)
V[n,h] = (U[n,h] - mu[h])/sqrt(var[h] + 0.1)
O[n,h] = g[h]*V[n,h] + b[h]
loss L = sum((O[n,h] - T[n,h])**2, n, h)/2
""",
    "convolution": """
index p:H-R+1 r:R h:H
input X[h] t[p]
parameter K[r] c
C[p] = sum(X[p + r]*K[r], r) + c
A[p] = tanh(C[p])
loss L = sum((A[p] - t[p])**2, p)
""",
}


@dataclass(frozen=True)
class Planted:
    """A wrong claim about ∂L/∂target: the network, and the mistakes as (kind, line, new text)."""

    network: str
    target: str
    mistakes: tuple[tuple[str, str, str], ...]
    claim: Claim

    def __str__(self) -> str:
        told = "; ".join(f"{kind}: {line} -> {new}" for kind, line, new in self.mistakes)
        return f"{self.network}, {self.target}: {told}"


@cache
def derivation_of(name: str) -> Derivation:
    return sb.derive(sb.parse(NETWORKS[name]))


@cache
def lines_of(name: str, textbook: bool) -> tuple[dict[str, str], str]:
    """The adjoint equations as text, {"W1": "W1_bar[i,h] = …"}, and the forward text."""
    derivation = derivation_of(name)
    if not textbook:
        names = derivation.adjoints
        return {n: str(derivation[n]) for n in names}, str(derivation.forward)
    found, stack = {}, list(derivation.wrt)
    while stack:
        tensor = stack.pop()
        gradient = derivation.textbook(tensor)
        found[tensor] = str(gradient)
        readers = [c.entry.tensor for c in gradient.problem.consumers]
        stack += [r for r in readers if r != derivation.of and r not in found]
    return found, str(derivation.forward)


def needed(lines: dict[str, str], target: str) -> list[str]:
    """The tensors whose adjoints lead to the target's, itself included."""
    found, stack = [], [target]
    while stack:
        tensor = stack.pop()
        if tensor in found:
            continue
        found.append(tensor)
        read = re.findall(r"\b(\w+)_bar\b", lines[tensor].partition("=")[2])
        stack += [name for name in read if name in lines]
    return found


# Altering a line ---------------------------------------------------------------------------------

Alteration = tuple[str, str]  # the kind of mistake, the new right-hand side


def alterations(right: str, network: sb.Network) -> Iterator[Alteration]:
    """Every way that the pen may slip in one right-hand side."""
    for text in ("2", "(1/2)", "(-1)", "3"):
        yield "factor", f"{text}*({right})"
    for size in network.sizes:
        yield "factor", f"({right})*{size}"
        yield "factor", f"({right})/{size}"
    yield from _activations(right)
    tree = ast.parse(right, mode="eval")
    for node in ast.walk(tree):
        for kind, new in _slips(node, network):
            yield kind, ast.unparse(_swapped(tree, node, new))


def _slips(node: ast.AST, network: sb.Network) -> Iterator[tuple[str, ast.expr]]:
    if isinstance(node, ast.BinOp):
        left, right = node.left, node.right
        if isinstance(node.op, ast.Mult):
            yield "drop factor", left
            if not isinstance(left, ast.BinOp) or not isinstance(left.op, (ast.Mult, ast.Div)):
                yield "drop factor", right
        elif isinstance(node.op, ast.Div):
            yield "drop divisor", left
        elif isinstance(node.op, ast.Pow):
            yield "drop power", left
        else:
            turned = ast.Add() if isinstance(node.op, ast.Sub) else ast.Sub()
            yield "turn a sign", ast.BinOp(left, turned, right)
            yield "drop term", left
            minus = ast.UnaryOp(ast.USub(), right)
            yield "drop term", minus if isinstance(node.op, ast.Sub) else right
    if isinstance(node, ast.Call) and node.func.id == "sum" and len(node.args) == 2:
        body, letter = node.args
        if isinstance(letter, ast.Name):
            yield "drop sum", _with_zero(body, letter.id)
            yield "mean", ast.Call(ast.Name("mean"), node.args, [])
    if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name):
        yield from _reads(node, network)


def _reads(node: ast.Subscript, network: sb.Network) -> Iterator[tuple[str, ast.expr]]:
    name, bar, _ = node.value.id.partition("_bar")
    if name not in network:
        return
    places = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    sizes = [_size(place, network) for place in places]
    if len(places) == 2 and sizes[0] is not None and sizes[0] == sizes[1]:
        swapped = ast.Tuple([places[1], places[0]], ast.Load())
        yield "swap letters", ast.Subscript(node.value, swapped)
    for beside in _beside(name, network):
        yield "wrong tensor", ast.Subscript(ast.Name(beside + bar), node.slice)
    if network[name].kind == "parameter" and not bar:
        letters = ast.unparse(node.slice)
        stale = f"({name}[{letters}] - 0.25*{name}_bar[{letters}])"
        yield "stale", ast.parse(stale, mode="eval").body


def _size(place: ast.expr, network: sb.Network) -> object:
    stem = place.id.split("_")[0] if isinstance(place, ast.Name) else None
    return network.letters[stem].size if stem in network.letters else None


def _beside(name: str, network: sb.Network) -> list[str]:
    """Tensors of the same shape that one equation has on its other side."""
    found = []
    for equation in network.equations:
        read = [str(e) for e in network.tensors if re.search(rf"\b{e}\b", str(equation.written))]
        if name in (*read, equation.target):
            found += [*read, equation.target]
    shape = network[name].shape
    return [n for n in dict.fromkeys(found) if n != name and network[n].shape == shape]


SLOPES = (
    (re.compile(r"\(1 - (\w+\[[^\]]*\]|\w+)\*\*2\)"), "tanh"),
    (re.compile(r"\b(\w+\[[^\]]*\]|\w+)\*\(1 - \1\)"), "sigmoid"),
)
WRONG_SLOPES = {
    "tanh": ("1", "(1 - tanh({0})**2)", "{0}*(1 - {0})", "{0}", "(1 - {0}**2)**2"),
    "sigmoid": ("1", "sigmoid({0})*(1 - sigmoid({0}))", "(1 - {0}**2)", "{0}",
                "({0}*(1 - {0}))**2"),
}  # fmt: skip


def _activations(right: str) -> Iterator[Alteration]:
    for pattern, function in SLOPES:
        for match in pattern.finditer(right):
            for wrong in WRONG_SLOPES[function]:
                new = wrong.format(match.group(1))
                yield "activation", right[: match.start()] + new + right[match.end() :]


class _Swap(ast.NodeTransformer):
    def __init__(self, old: ast.AST, new: ast.expr) -> None:
        self.old, self.new = old, new

    def visit(self, node: ast.AST) -> ast.AST:
        return self.new if node is self.old else self.generic_visit(node)


class _Zero(ast.NodeTransformer):
    def __init__(self, letter: str) -> None:
        self.letter = letter

    def visit_Name(self, node: ast.Name) -> ast.AST:
        return ast.Constant(0) if node.id == self.letter else node


def _swapped(tree: ast.Expression, old: ast.AST, new: ast.expr) -> ast.expr:
    # Why a copy? The transformer alters what it walks over, and the next slip needs it whole.
    copied = ast.parse(ast.unparse(tree), mode="eval")
    places = dict(zip(ast.walk(tree), ast.walk(copied), strict=True))
    return _Swap(places[old], new).visit(copied).body


def _with_zero(body: ast.expr, letter: str) -> ast.expr:
    return _Zero(letter).visit(ast.parse(ast.unparse(body), mode="eval").body)


# Planting ----------------------------------------------------------------------------------------


def planted(seed: int, count: int = 1) -> Planted:
    """A claim with ``count`` mistakes, at random; each of them changes it."""
    chooser = random.Random(seed)
    found = None
    while found is None:
        found = _attempt(chooser, count)
    return found


def _attempt(chooser: random.Random, count: int) -> Planted | None:
    name = chooser.choice(list(NETWORKS))
    derivation = derivation_of(name)
    lines, forward = lines_of(name, textbook=chooser.random() < 0.2)
    target = chooser.choice(list(derivation.wrt))
    mistakes, stages = [], [lines]
    for _ in range(count):
        altered = dict(stages[-1])
        options: dict[str, list[tuple[str, str]]] = {}
        for tensor in needed(altered, target):
            left, _, right = altered[tensor].partition(" = ")
            for kind, text in alterations(right, derivation.forward):
                options.setdefault(kind, []).append((tensor, f"{left} = {text}"))
        # Why the kind first? Else a tenth of the kinds would make nine tenths of the mistakes.
        kind = chooser.choice(list(options))
        tensor, line = chooser.choice(options[kind])
        altered[tensor] = line
        mistakes.append((kind, tensor, line))
        stages.append(altered)
    try:
        networks = [_network(forward, altered) for altered in stages[1:]]
        values = [list(right_at(name, target))]
        values += [_at_points(network, name, target) for network in networks]
    except SymbackError:
        return None
    if not all(_differ(a, b) for number, b in enumerate(values) for a in values[:number]):
        return None
    claim = Claim(target, str(mistakes), _value(networks[-1], target), exact=False)
    return Planted(name, target, tuple(mistakes), claim)


def _network(forward: str, lines: dict[str, str]) -> sb.Network:
    return sb.parse("\n".join([forward, *(f"adjoint {line}" for line in lines.values())]))


@cache
def points_of(name: str) -> tuple[Point, ...]:
    derivation = derivation_of(name)
    equations = Equations(derivation, derivation.wrt)
    return tuple(points_at(equations, random_values(equations, 5, 2), float_kind))


@cache
def right_at(name: str, target: str) -> tuple[np.ndarray, ...]:
    return tuple(_at_points(derivation_of(name).network, name, target))


def _at_points(network: sb.Network, name: str, target: str) -> list[np.ndarray]:
    return [_value(network, target)(point) for point in points_of(name)]


def _differ(first: list[np.ndarray], second: list[np.ndarray]) -> bool:
    """Do two claims differ, and have they values?"""
    pairs = list(zip(first, second, strict=True))
    finite = all(np.all(np.isfinite(x)) for pair in pairs for x in pair)
    return finite and any(
        np.max(np.abs(a - b)) > 1e-6 * max(np.max(np.abs(a)), np.max(np.abs(b))) for a, b in pairs
    )


def _value(network: sb.Network, target: str) -> Callable[[Point], np.ndarray]:
    def value(point: Point) -> np.ndarray:
        given = {t.name: point.tensors[t.name] for t in (*network.inputs, *network.parameters)}
        adjoint = f"{target}_bar"
        return interpret(network, given, outputs=[adjoint], number=float)[adjoint]

    return value
