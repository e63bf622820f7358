"""Right gradients in other forms: the derived equations rewritten as text, value for value.

The rules are those of school algebra, on Python's syntax tree; nothing of symback is used.
"""

from __future__ import annotations

import ast
import random
from collections.abc import Iterator

from tests.checking.planting import NETWORKS, derivation_of, lines_of

# Right answers as people write them with NumPy, for the network "dense" and others.
NUMPY = {
    "dense": {
        "W1": (
            "X.T @ ((P - Y) @ W2.T * (1 - A1**2)) / N",
            "(1/N) * X.T @ (((P - Y) @ W2.T) * (1 - A1*A1))",
            "np.dot(X.T, np.dot(P - Y, W2.T) * (1 - np.tanh(Z1)**2)) / len(X)",
            "np.einsum('ni,nh->ih', X, (P - Y) @ W2.T * (1 - A1) * (1 + A1)) / X.shape[0]",
            "-X.T @ ((Y - P) @ W2.T * (1 - A1**2)) / N",
            "X.T @ Z1_bar",
            "X.T @ (A1_bar * (1 - A1**2))",
            "sum(X[n,i]*Z1_bar[n,h], n)",
            "sum((1 - A1[n,h]**2)*X[n,i]*sum(W2[h,k]*(P[n,k] - Y[n,k]), k), n)/N",
        ),
        "b1": (
            "((P - Y) @ W2.T * (1 - A1**2)).sum(axis=0) / N",
            "np.mean((P - Y) @ W2.T * (1 - A1**2), axis=0)",
            "Z1_bar.sum(0)",
            "np.ones(N) @ Z1_bar",
            "mean(sum((P[n,k] - Y[n,k])*W2[h,k], k)*(1 - A1[n,h]**2), n)",
        ),
        "W2": (
            "A1.T @ (P - Y) / N",
            "(A1.T @ P - A1.T @ Y) / N",
            "A1.T @ Z2_bar",
            "((P - Y).T @ A1).T / N",
            "np.einsum('nh,nk->hk', A1, P - Y) / N",
            "np.tanh(X @ W1 + b1).T @ (P - Y) / N",
            "mean(A1[n,h]*(P[n,k] - Y[n,k]), n)",
        ),
        "b2": (
            "(P - Y).mean(axis=0)",
            "np.sum(P - Y, axis=0) / N",
            "P.mean(axis=0) - Y.mean(axis=0)",
            "sum(P[n,k] - Y[n,k], n)/N",
        ),
        "Z2": ("(P - Y) / N", "P * (P_bar - np.sum(P_bar * P, axis=1, keepdims=True))"),
    },
    "logistic": {
        "w": (
            "X.T @ (p - y) / N",
            "(p - y) @ X / N",
            "np.mean((p - y)[:, None] * X, axis=0)",
            "-X.T @ (y * (1 - p) - (1 - y) * p) / N",
            "sum((p[n] - y[n])*X[n,i], n)/N",
        ),
        "c": ("np.mean(p - y)", "(p - y).sum() / N", "mean(p[n] - y[n], n)"),
    },
    "tied autoencoder": {
        "W": (
            "(R - X).T @ H + X.T @ (((R - X) @ W) * H * (1 - H))",
            "X.T @ S_bar + R_bar.T @ H",
            "R.T @ H - X.T @ H + X.T @ ((R - X) @ W * (H - H**2))",
        ),
    },
    "residual": {
        "Z": ("F_bar * np.heaviside(Z, 0)", "np.where(Z > 0, F_bar, 0)", "F_bar * (F > 0)"),
    },
    "scalars": {
        "w5": ("(o1 - t1)*o1*(1 - o1)*h1", "-(t1 - o1)*(o1 - o1**2)*h1", "net_o1_bar*h1"),
        "w1": (
            "((o1 - t1)*o1*(1 - o1)*w5 + (o2 - t2)*o2*(1 - o2)*w7)*h1*(1 - h1)*i1",
            "(net_o1_bar*w5 + net_o2_bar*w7)*h1*(1 - h1)*i1",
            "h1_bar*math.exp(-net_h1)/(1 + math.exp(-net_h1))**2*i1",
        ),
    },
}  # fmt: skip


def handwritten() -> Iterator[tuple[str, str, str]]:
    """(network, tensor, formula)."""
    for network, tensors in NUMPY.items():
        for tensor, formulas in tensors.items():
            yield from ((network, tensor, formula) for formula in formulas)


def rewritten(seed: int) -> tuple[str, str, str]:
    """(network, tensor, formula): a derived equation after a few steps of algebra."""
    chooser = random.Random(seed)
    while True:
        network = chooser.choice(list(NETWORKS))
        lines, _ = lines_of(network, textbook=False)
        tensor = chooser.choice(list(derivation_of(network).adjoints))
        text = before = ast.unparse(ast.parse(lines[tensor].partition(" = ")[2], mode="eval"))
        for _ in range(chooser.randint(2, 5)):
            text = _step(text, chooser) or text
        if text != before:
            return network, tensor, text


def _step(text: str, chooser: random.Random) -> str | None:
    """One step of algebra at a random place where one can be made."""
    tree = ast.parse(text, mode="eval")
    options = [(node, new) for node in ast.walk(tree) for new in _forms(node)]
    if not options:
        return None
    node, new = chooser.choice(options)
    return ast.unparse(_Put(node, new).visit(tree))


class _Put(ast.NodeTransformer):
    def __init__(self, old: ast.AST, new: ast.expr) -> None:
        self.old, self.new = old, new

    def visit(self, node: ast.AST) -> ast.AST:
        return self.new if node is self.old else self.generic_visit(node)


def _forms(node: ast.AST) -> Iterator[ast.expr]:
    """Other forms of a node with the same value."""
    if isinstance(node, ast.BinOp):
        yield from _of_operation(node.op, node.left, node.right)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        yield ast.BinOp(ast.Constant(-1), ast.Mult(), node.operand)
    if isinstance(node, ast.Call) and node.func.id == "sum":
        body, *letters = node.args
        if isinstance(body, ast.BinOp) and isinstance(body.op, (ast.Add, ast.Sub)):
            parts = [ast.Call(node.func, [p, *letters], []) for p in (body.left, body.right)]
            yield ast.BinOp(parts[0], body.op, parts[1])
        if len(letters) == 2:
            inner = ast.Call(node.func, [body, letters[1]], [])
            yield ast.Call(node.func, [inner, letters[0]], [])


def _of_operation(op: ast.operator, a: ast.expr, b: ast.expr) -> Iterator[ast.expr]:
    if isinstance(op, (ast.Add, ast.Mult)):
        yield ast.BinOp(b, op, a)
    if isinstance(op, ast.Sub):
        yield ast.UnaryOp(ast.USub(), ast.BinOp(b, ast.Sub(), a))
        yield ast.BinOp(ast.UnaryOp(ast.USub(), b), ast.Add(), a)
        squares = [_root(side) for side in (a, b)]
        if all(squares):
            pair = [ast.BinOp(squares[0], o, squares[1]) for o in (ast.Sub(), ast.Add())]
            yield ast.BinOp(pair[0], ast.Mult(), pair[1])
    if isinstance(op, ast.Div):
        yield ast.BinOp(ast.BinOp(ast.Constant(1), ast.Div(), b), ast.Mult(), a)
        if isinstance(a, ast.BinOp) and isinstance(a.op, (ast.Add, ast.Sub)):
            parts = [ast.BinOp(p, ast.Div(), b) for p in (a.left, a.right)]
            yield ast.BinOp(parts[0], a.op, parts[1])
    if isinstance(op, ast.Mult):
        for one, other in ((a, b), (b, a)):
            if isinstance(one, ast.BinOp) and isinstance(one.op, (ast.Add, ast.Sub)):
                parts = [ast.BinOp(p, ast.Mult(), other) for p in (one.left, one.right)]
                yield ast.BinOp(parts[0], one.op, parts[1])
    if isinstance(op, ast.Pow) and isinstance(b, ast.Constant) and b.value == 2:
        yield ast.BinOp(a, ast.Mult(), a)


def _root(node: ast.expr) -> ast.expr | None:
    """x for x**2, and 1 for 1."""
    if isinstance(node, ast.Constant) and node.value == 1:
        return node
    is_square = isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow)
    two = is_square and isinstance(node.right, ast.Constant) and node.right.value == 2
    return node.left if two else None
