"""Every mistake of the catalogue, made by hand, is called by its name."""

from __future__ import annotations

import pytest

import symback as sb
from symback.checking.catalogue import CATALOGUE, ROWS
from tests.checking.planting import NETWORKS, derivation_of

OWN = {
    "square": """
index n:N i:3 j:3
input X[n,i] T[n,j]
parameter W[i,j]
Z[n,j] = sum(X[n,i]*W[i,j], i)
loss L = sum((Z[n,j] - T[n,j])**2, n, j)/2
""",
    "product": """
input x y
parameter w
loss E = w*x*(w*y + 3)
""",
    "quotient": """
input x
parameter w
loss E = x/(1 + w**2)
""",
}
TRAINED = {"update": sb.SGD(0.5)}

# The row: the network, the tensor, what somebody claims that its gradient is, further arguments.
EXAMPLES: dict[str, tuple] = {
    "constant factor": ("dense", "W1", "X.T @ ((P - Y) @ W2.T * (1 - A1**2))", {}),
    "transposed": ("square", "W", "Z_bar.T @ X", {}),
    "missing activation derivative": ("dense", "W1", "X.T @ ((P - Y) @ W2.T) / N", {}),
    "derivative at the output": (
        "dense", "W1", "X.T @ ((P - Y) @ W2.T * (1 - np.tanh(A1)**2)) / N", {},
    ),
    "output formula at the argument": (
        "dense", "W1", "X.T @ ((P - Y) @ W2.T * (1 - Z1**2)) / N", {},
    ),
    "derivative of another function": (
        "dense", "W1", "X.T @ ((P - Y) @ W2.T * (A1 * (1 - A1))) / N", {},
    ),
    "function for its derivative": ("dense", "W1", "X.T @ ((P - Y) @ W2.T * A1) / N", {}),
    "derivative twice": ("dense", "W1", "X.T @ ((P - Y) @ W2.T * (1 - A1**2)**2) / N", {}),
    "missing path": ("tied autoencoder", "W", "(R - X).T @ H", {}),
    "missing adjoint": (
        "scalars", "b1", "(o2 - t2)*o2*(1 - o2)*(w7*h1*(1 - h1) + w8*h2*(1 - h2))", {},
    ),
    "factor of an adjoint": (
        "scalars", "b1",
        "3*(o1 - t1)*o1*(1 - o1)*(w5*h1*(1 - h1) + w6*h2*(1 - h2)) "
        "+ (o2 - t2)*o2*(1 - o2)*(w7*h1*(1 - h1) + w8*h2*(1 - h2))", {},
    ),
    "missing regulariser": (
        "regularised", "v", "A.T @ (2*(p - y)) / N", {},
    ),
    "missing term": ("gates", "G", "M_bar * C", {}),
    "sign of a term": ("dense", "W2", "A1.T @ (P + Y) / N", {}),
    "factor of a term": ("regularised", "v", "A.T @ (2*(p - y)) / N + 2*lam*v", {}),
    "missing sum over samples": ("dense", "b2", "(P[0] - Y[0]) / N", {}),
    "missing sum": ("dense", "A1", "Z2_bar[n,0]*W2[h,0]", {}),
    "mean for sum": ("tied autoencoder", "W", "X.T @ S_bar / N + R_bar.T @ H", {}),
    "missing upstream adjoint": ("dense", "Z1", "1 - A1**2", {}),
    "missing factor": ("scalars", "w1", "net_h1_bar", {}),
    "missing division": ("batch normalisation", "U", "V_bar + mu_bar/N + 2*var_bar*(U - mu)/N", {}),
    "missing power": ("dense", "W1", "X.T @ ((P - Y) @ W2.T * (1 - A1)) / N", {}),
    "swapped letters": ("square", "X", "Z_bar @ W", {}),
    "wrong tensor": ("dense", "W2", "Z1.T @ (P - Y) / N", {}),
    "stale weights": (
        "dense", "W1", "X.T @ ((P - Y) @ (W2 - 0.5*W2_bar).T * (1 - A1**2)) / N", TRAINED,
    ),
    "softmax without cross terms": ("softmax and squares", "Z", "P_bar * P * (1 - P)", {}),
    "taken to add up to 1": ("targets that need not add up to 1", "Z", "P - T", {}),
    "one occurrence only": ("product", "w", "x*(w*y + 3)", {}),
    "power rule": ("one equation", "v", "(v*sigmoid(w*x + b) - y)**2*sigmoid(w*x + b)", {}),
    "quotient rule": ("quotient", "w", "-x/(1 + w**2)*2*w", {}),
    "adjoint of another tensor": ("dense", "P", "(P - Y) / N", {}),
    "factor twice": ("scalars", "w5", "(o1 - t1)*o1*(1 - o1)**2*h1", {}),
    "derivative too much": ("dense", "W2", "A1.T @ ((P - Y) * P * (1 - P)) / N", {}),
    "factor too much": ("dense", "b2", "((P - Y).sum(axis=0) * b2) / N", {}),
    "term too much": ("dense", "b2", "(P - Y).sum(axis=0) / N + 0.02*b2", {}),
    "off by one": (
        "convolution", "K", "sum(C_bar[p]*where(p + r + 1 < H, X[p + r + 1], 0), p)", {},
    ),
    "wrong position": ("convolution", "K", "np.ones(R) * (C_bar @ X[:H - R + 1])", {}),
    "condition turned": ("residual", "Z", "F_bar*(Z <= 0)", {}),
}  # fmt: skip

# These are mistakes of an update, not of a gradient: test_updates.py has their examples.
OF_UPDATES = {"no update", "update uphill"}


def derivation(name: str) -> sb.Derivation:
    return (
        derivation_of(name) if name in NETWORKS else sb.derive(sb.parse(OWN[name]), WRT.get(name))
    )


WRT = {"square": ["W", "X"]}


@pytest.mark.parametrize("row", [row.name for row in ROWS if row.name not in OF_UPDATES])
def test_a_mistake_is_called_by_its_name(row: str) -> None:
    network, tensor, claim, more = EXAMPLES[row]
    report = sb.check(derivation(network), {tensor: claim}, **more)
    assert not report
    assert report[tensor].diagnosis.mistakes == (row,), str(report)


def test_rows_have_names_laws_and_words_of_their_own() -> None:
    assert len(CATALOGUE) == len(ROWS) == len({row.law for row in ROWS})
    for row in ROWS:
        told = row.cause.format(what="WHAT", instead="INSTEAD", adjoint="ADJOINT", goal="GOAL")
        assert "{" not in told
        assert told.endswith((".", "INSTEAD", "WHAT."))
        assert row.kind_hint.endswith(".")
