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
    "recurrent": """
index t:T n:N i:3 k:4 j:4
input X[t,n,i] y[n]
parameter W[i,k] U[j,k] v[k]
state h[t,n,k]
z[t,n,k] = sum(X[t,n,i]*W[i,k], i) + sum(h[t-1,n,j]*U[j,k], j)
h[t,n,k] = tanh(z[t,n,k])
p[n] = sum(h[T-1,n,k]*v[k], k)
loss L = sum((p[n] - y[n])**2, n)
""",
    "filter": """
index n:N p:4 r:3 h:6
input X[n,h] y[n,p]
parameter W[r]
Z[n,p] = sum(X[n,p+r]*W[r], r)
loss L = sum((Z[n,p] - y[n,p])**2, n, p)
""",
    "pooling": """
index n:N p:6 q:3 s:2
input X[n,p] y[n,q]
A[n,p] = relu(X[n,p])
M[n,q] = max(A[n,2*q+s], s)
loss L = sum((M[n,q] - y[n,q])**2, n, q)
""",
    "embedding": """
index n:N v:4 j:3 w:5
input y[n,j]
input ids[n,w] integer
parameter E[v,j]
e[n,j] = sum(E[ids[n,w],j], w)
loss L = sum((e[n,j] - y[n,j])**2, n, j)
""",
    "factors": """
index n:N k:3
input x[n,k] y[n]
parameter w[k]
z[n] = prod(x[n,k]*w[k], k)
loss L = sum((z[n] - y[n])**2, n)
""",
}
# Claims with the letters of a pooling window spelled out.
ALL_TIES = "M_bar[n,p//2]*iverson(A[n,p] == M[n,p//2])"
LAST_WORD = (
    "sum(e_bar[n,j]*delta(ids[n,w],v)*iverson(sum(delta(ids[m,u],v)"
    "*iverson((m > n) | ((m == n) & (u > w))), m, u) == 0), n, w)"
)
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
    "window turned round": (
        "filter", "X",
        "sum(Z_bar[n,p]*where((0 <= p - h + 2) & (p - h + 2 < 3), W[p - h + 2], 0), p)", {},
    ),
    "step the wrong way": (
        "recurrent", "h", "delta(T - 1, t)*p_bar[n]*v[k] + sum(z_bar[t-1,n,j]*U[k,j], j)", {},
    ),
    "gradient to all ties": ("pooling", "A", ALL_TIES, {}),
    "product with its own factor": ("factors", "w", "sum(z_bar[n]*z[n]*x[n,k], n)", {}),
    "overwritten": ("embedding", "E", LAST_WORD, {}),
    "condition turned": ("residual", "Z", "F_bar*(Z <= 0)", {}),
}  # fmt: skip

# These are mistakes of an update, not of a gradient: test_updates.py has their examples.
OF_UPDATES = {"no update", "update uphill"}


def derivation(name: str) -> sb.Derivation:
    return (
        derivation_of(name) if name in NETWORKS else sb.derive(sb.parse(OWN[name]), WRT.get(name))
    )


WRT = {"square": ["W", "X"], "filter": ["W", "X"], "pooling": ["X"]}


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


RECURRENT = {
    "missing sum": ("W", "sum(X[T-1,n,i]*z_bar[T-1,n,k], n)"),
    "missing path": ("h", "delta(T - 1, t)*p_bar[n]*v[k]"),
    "missing factor": ("h", "p_bar[n]*v[k] + sum(z_bar[t+1,n,j]*U[k,j], j)"),
    "swapped letters": ("h", "delta(T - 1, t)*p_bar[n]*v[k] + sum(z_bar[t+1,n,j]*U[j,k], j)"),
    "off by one": ("z", "h_bar[t,n,k]*(1 - h[t-1,n,k]**2)"),
}


@pytest.mark.parametrize("row", RECURRENT)
def test_mistakes_in_a_recurrence_are_called_by_their_names(row: str) -> None:
    tensor, claim = RECURRENT[row]
    report = sb.check(derivation("recurrent"), {tensor: claim})
    assert report[tensor].diagnosis.mistakes == (row,), str(report)


@pytest.mark.parametrize(
    ("network", "tensor", "claim"),
    [
        ("recurrent", "h", "delta(T - 1, t)*p_bar[n]*v[k] + sum(z_bar[t+1,n,j]*U[k,j], j)"),
        ("recurrent", "h", "delta(T - 1, t)*p_bar[n]*v[k] + iverson(t + 1 < T)"
                           "*sum(z_bar[t+1,n,j]*U[k,j], j)"),
        ("recurrent", "z", "h_bar[t,n,k]*(1 - h[t,n,k]**2)"),
        ("recurrent", "U", "sum(h[t-1,n,j]*z_bar[t,n,k], t, n)"),
        ("filter", "W", "sum(X[n,p+r]*Z_bar[n,p], n, p)"),
        ("filter", "X", "sum(Z_bar[n,p]*where((0 <= h - p) & (h - p < 3), W[h-p], 0), p)"),
        ("pooling", "A", "sum(M_bar[n,q]*sum(first(A[n,2*q + s], s)*delta(2*q + s, p), s), q)"),
        ("embedding", "E", "sum(e_bar[n,j]*delta(ids[n,w], v), n, w)"),
        ("factors", "w", "sum(z_bar[n]*prod(where(m != k, x[n,m]*w[m], 1), m)*x[n,k], n)"),
    ],
)  # fmt: skip
def test_right_claims_about_windows_steps_and_gathers_pass(network, tensor, claim) -> None:
    assert sb.check(derivation(network), {tensor: claim})
