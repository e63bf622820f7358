"""One rule for every affine read: transpose, full convolution, pooling windows, gates, scatters.

Each case: what is read, the network, the tensor of which, and the adjoints by others. Every line of
the derivation and every gradient is compared with numbers.
"""

from __future__ import annotations

import numpy as np
import pytest

from symback.algebra.nodes import Delta
from symback.algebra.traversal import subexpressions
from symback.compiler.interpreter import evaluate, interpret
from symback.derivation.derive import derive
from symback.derivation.second import hessian
from symback.network.text_reader import parse
from symback.verification.referee import verify

LINE = "input X[a]\nparameter K[r]\n"
IMAGE = "index n:2 c:2 a:4 b:4 r:2 s:2 v:2 w:2\ninput X[n,c,a,b]\n"
TABLE = "index n:N v:V j:J m:M\ninput ids[n] integer\ninput at[m] integer\nparameter E[v,j]\n"

READS = (
    ("a dense layer",
     "index n:N i:I h:H\ninput X[n,i]\nparameter W[i,h]\nZ[n,h] = sum(X[n,i]*W[i,h], i)", "Z",
     {"X": "sum(Z_bar[n,h]*W[i,h], h)", "W": "sum(Z_bar[n,h]*X[n,i], n)"}),
    ("a convolution: full convolution, and correlation with the input",
     "index a:A r:3 p:A-2\n" + LINE + "Z[p] = sum(X[p+r]*K[r], r)", "Z",
     {"X": "sum(Z_bar[a - r]*K[r]*iverson(0 <= a - r < A - 2), r)",
      "K": "sum(Z_bar[p]*X[p + r], p)"}),
    ("a padded convolution",
     "index a:A r:3 p:A\n" + LINE + "Z[p] = sum(padded(X[p+r-1])*K[r], r)", "Z",
     {"X": "sum(Z_bar[a - r + 1]*K[r]*iverson(0 <= a - r + 1 < A), r)",
      "K": "sum(Z_bar[p]*padded(X[p + r - 1]), p)"}),
    ("a true convolution, with the filter turned round",
     "index a:A r:3 p:A-2\n" + LINE + "Z[p] = sum(X[p+r]*K[2-r], r)", "Z",
     {"X": "sum(Z_bar[a - r]*K[2 - r]*iverson(0 <= a - r < A - 2), r)",
      "K": "sum(Z_bar[p]*X[p - r + 2], p)"}),
    ("stride 2 with overlapping windows",
     "index a:9 r:3 p:4\n" + LINE + "Z[p] = sum(X[2*p+r]*K[r], r)", "Z",
     {"X": "sum(Z_bar[p]*K[a - 2*p]*iverson(0 <= a - 2*p < 3), p)",
      "K": "sum(Z_bar[p]*X[2*p + r], p)"}),
    ("stride 3 with windows that touch",
     "index a:9 r:3 p:4\n" + LINE + "Z[p] = sum(padded(X[3*p+r-1])*K[r], r)", "Z",
     {"X": "Z_bar[(a + 1)//3]*K[(a + 1) % 3]",
      "K": "sum(Z_bar[p]*padded(X[3*p + r - 1]), p)"}),
    ("the same with channels: a convolution stays a sum",
     "index n:N a:9 r:3 p:3 c:C d:D\ninput X[n,c,a]\nparameter K[d,c,r]\n"
     "Z[n,d,p] = sum(X[n,c,3*p+r]*K[d,c,r], c, r)", "Z",
     {"X": "sum(Z_bar[n,d,p]*K[d,c,a - 3*p]*iverson(0 <= a - 3*p < 3), d, p)"}),
    ("channels in groups",
     "index n:N c:8 g:2 e:4\ninput X[n,c] w[e]\nZ[n,g,e] = X[n,e+4*g]*w[e]", "Z",
     {"X": "Z_bar[n,c//4,c % 4]*w[c % 4]"}),
    ("an average pool with gaps between its windows",
     "index a:8 v:2 p:3\ninput X[a]\nZ[p] = mean(X[3*p+v], v)", "Z",
     {"X": "Z_bar[a//3]*iverson(0 <= a % 3 < 2)/2"}),
    ("dilation",
     "index a:9 r:3 p:5\n" + LINE + "Z[p] = sum(X[p+2*r]*K[r], r)", "Z",
     {"X": "sum(Z_bar[a - 2*r]*K[r]*iverson(0 <= a - 2*r < 5), r)",
      "K": "sum(Z_bar[p]*X[p + 2*r], p)"}),
    ("stride and dilation: the delta stays",
     "index a:12 r:3 p:3\n" + LINE + "Z[p] = sum(padded(X[2*p+3*r-2])*K[r], r)", "Z",
     {"X": "sum(Z_bar[p]*K[r]*delta(2*p + 3*r - 2, a), p, r)",
      "K": "sum(Z_bar[p]*padded(X[2*p + 3*r - 2]), p)"}),
    ("a transposed convolution",
     "index a:7 r:3 p:3\ninput X[p]\nparameter K[r]\n"
     "Z[a] = sum(iverson((2*p <= a) & (a < 2*p+3))*X[p]*K[a-2*p], p)", "Z",
     {"X": "sum(Z_bar[a]*iverson((2*p <= a) & (a < 2*p + 3))*K[a - 2*p], a)",
      "K": "sum(Z_bar[2*p + r]*X[p], p)"}),
    ("a depthwise convolution",
     IMAGE + "parameter K[c,r,s]\nindex p:3 q:3\n"
     "Z[n,c,p,q] = sum(X[n,c,p+r,q+s]*K[c,r,s], r, s)", "Z",
     {"X": "sum(Z_bar[n,c,a - r,b - s]*K[c,r,s]*iverson(0 <= a - r < 3)*iverson(0 <= b - s < 3),"
      " r, s)", "K": "sum(Z_bar[n,c,p,q]*X[n,c,p + r,q + s], n, p, q)"}),
    ("an average pool whose windows touch",
     IMAGE + "index p:2 q:2\nZ[n,c,p,q] = mean(X[n,c,2*p+v,2*q+w], v, w)", "Z",
     {"X": "Z_bar[n,c,a//2,b//2]/4"}),
    ("an average pool of any length, which may leave a last entry out",
     "index a:A v:2 p:A//2\ninput X[a]\nZ[p] = mean(X[2*p+v], v)", "Z",
     {"X": "Z_bar[a//2]*iverson(0 <= a < 2*(A//2))/2"}),
    ("a max pool: the upstream adjoint goes to the first largest entry of its window",
     "index a:8 v:2 p:4\ninput X[a]\nZ[p] = max(X[2*p+v], v)", "Z",
     {"X": "sum(Z_bar[p]*first(X[2*p + v], v, at=a - 2*p)*iverson(0 <= a - 2*p < 2), p)"}),
    ("a global max: of two letters the first in row order",
     IMAGE + "M[n,c] = max(X[n,c,a,b], a, b)", "M",
     {"X": "M_bar[n,c]*first(max(X[n,c,a_1,b_1], b_1), a_1, at=a)*first(X[n,c,a,b_1], b_1, at=b)"}),
    ("a gate, a slice of a tensor",
     "index t:2 g:4 h:2\ninput Z[t,g,h]\nO[t,h] = exp(Z[t,2,h])*sin(Z[t,0,h])", "O",
     {"Z": "O_bar[t,h]*exp(Z[t,2,h])*sin(Z[t,0,h])*delta(2, g)"
      " + O_bar[t,h]*exp(Z[t,2,h])*cos(Z[t,0,h])*delta(0, g)"}),
    ("a diagonal", "index i:I j:I\ninput A[i,j]\nD[i] = A[i,i]**2", "D",
     {"A": "2*D_bar[i]*A[i,i]*delta(i, j)"}),
    ("the first step by a condition",
     "index t:T j:J\ninput X[t,j] s[j]\nY[t,j] = where(t < 1, s[j], X[t,j])", "Y",
     {"s": "Y_bar[0,j]", "X": "Y_bar[t,j]*iverson(t >= 1)"}),
    ("the last step by a condition",
     "index t:T j:J\ninput X[t,j] s[j]\nY[t,j] = X[t,j] + iverson(t >= T - 1)*s[j]", "Y",
     {"s": "Y_bar[T - 1,j]"}),
    ("reversed order", "index t:T\ninput X[t]\nY[t] = X[T-1-t]**2", "Y",
     {"X": "2*Y_bar[T - 1 - t]*X[t]"}),
    ("the last step", "index t:T j:J\ninput h[t,j]\nloss L = sum(h[T-1,j]**2, j)", "L",
     {"h": "2*h[T - 1,j]*delta(T - 1, t)"}),
    ("rows of a table: equal positions add", TABLE + "Y[n,j] = E[ids[n],j]**2", "Y",
     {"E": "2*sum(Y_bar[n,j]*E[ids[n],j]*delta(ids[n], v), n)"}),
    ("rows of a table at positions of positions", TABLE + "Y[m,j] = E[ids[at[m]],j]", "Y",
     {"E": "sum(Y_bar[m,j]*delta(ids[at[m]], v), m)"}),
    ("two rows of one table in one product", TABLE + "Y[n] = sum(E[ids[n],j]*E[at[0],j], j)", "Y",
     {"E": "E[at[0],j]*sum(Y_bar[n]*delta(ids[n], v), n)"
      " + delta(at[0], v)*sum(Y_bar[n]*E[ids[n],j], n)"}),
    ("the entry that a class names",
     "index n:N k:K\ninput y[n] integer\nparameter Z[n,k]\nP[n,k] = softmax(Z[n,k], k)\n"
     "loss L = -mean(log(P[n,y[n]]), n)", "L", {"Z": "(P[n,k] - delta(y[n], k))/N"}),
    ("a class by a bracket",
     "index n:N k:K\ninput y[n] integer\nparameter Z[n,k]\nP[n,k] = softmax(Z[n,k], k)\n"
     "loss L = -sum(iverson(y[n] == k)*log(P[n,k]), n, k)/N", "L",
     {"Z": "(P[n,k]*sum(iverson(y[n] == k_1), k_1) - iverson(y[n] == k))/N"}),
    ("equal letters by a bracket",
     "index i:I j:I\ninput A[i,j]\nt = sum(iverson(i == j)*A[i,j]**2, i, j)", "t",
     {"A": "2*A[i,i]*delta(i, j)"}),
    ("a product", "index n:N i:I\ninput x[n,i]\ny[n] = prod(x[n,i], i)", "y",
     {"x": "y_bar[n]*prod(where(i_1 != i, x[n,i_1], 1), i_1)"}),
    ("a smallest value", "index n:N i:I\ninput x[n,i]\ny[n] = min(x[n,i]**2, i)", "y",
     {"x": "2*y_bar[n]*first(-x[n,i_1]**2, i_1, at=i)*x[n,i]"}),
    ("a running maximum", "index i:4 j:4\ninput x[j]\ny[i] = max(x[j], (j, 0, i))", "y",
     {"x": "sum(y_bar[i]*iverson(j <= i)"
      "*first(where((0 <= j_1) & (j_1 <= i), x[j_1], -oo), j_1, at=j), i)"}),
    ("a product over what stands before",
     "index i:4 j:4\ninput x[j]\ny[i] = prod(x[j], (j, 0, i-1))", "y",
     {"x": "sum(y_bar[i]*iverson(j <= i - 1)"
      "*prod(where(j_1 != j, x[j_1], 1), (j_1, 0, i - 1)), i)"}),
    ("a causal softmax",
     "index q:T k:T\nparameter S[q,k]\nP[q,k] = softmax(where(k <= q, S[q,k], -oo), k)", "P",
     {"S": "P[q,k]*iverson(k <= q)*(P_bar[q,k] - sum(P_bar[q,k_1]*P[q,k_1], k_1))"}),
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "of", "expected"), [pytest.param(*read[1:], id=read[0]) for read in READS]
)
def test_the_adjoint_of_a_read(text: str, of: str, expected: dict[str, str]) -> None:
    derivation = derive(parse("network reads\n" + text), list(expected), of=of)
    assert {name: str(derivation[name].written) for name in expected} == expected
    report = verify(derivation)
    assert report.passed, report


def test_a_gather_that_is_summed_over_reads_the_table_again() -> None:
    text = TABLE + "parameter G[v,j]\nY[n,j] = E[ids[n],j]**2\nloss L = sum(Y[n,j], n, j)"
    first = derive(parse("network gathers\n" + text), "E")
    second = derive(first.network.copy(), "E", of="E_bar")
    for node in subexpressions(second["E"].written):
        assert not isinstance(node, Delta) or "ids[n]" in str(node)
    assert verify(second).passed


@pytest.mark.parametrize("length", [1, 2, 3])
def test_a_bracket_goes_only_where_the_sizes_allow_it(length: int) -> None:
    """A window of length 1 to 3 at stride 2: with gaps, touching, overlapping."""
    size = 2 * 3 + length - 2
    text = f"network windows\nindex a:{size} v:{length} p:3\ninput X[a]\n"
    derivation = derive(parse(text + "Z[p] = sum(X[2*p+v]**2, v)"), "X", of="Z")
    steps = [step.rule for step in derivation["X"].steps]
    assert ("disjoint windows" in steps) == (length < 3)
    assert verify(derivation).passed


def test_a_second_derivative_through_a_pool_compares_windows() -> None:
    text = "network pool\nindex a:6 v:2 p:3\nparameter X[a]\nZ[p] = mean(X[2*p+v]**2, v)\n"
    block = hessian(parse(text + "loss L = sum(Z[p]**2, p)"))["X", "X"]
    assert str(block.written) == "2*X[a]*X[a_1]*delta(a//2, a_1//2) + Z_bar[a//2]*delta(a, a_1)"
    x = np.random.default_rng(0).normal(size=6)
    network = block.derivation.network

    def gradient(at: np.ndarray) -> np.ndarray:
        return interpret(network, {"X": at}, outputs=["X_bar"], number=float)["X_bar"]

    held = {"X": x} | interpret(network, {"X": x}, outputs=["Z_bar"], number=float)
    rows, columns = block.indices
    for j, unit in enumerate(np.eye(6) * 1e-5):
        slope = (gradient(x + unit) - gradient(x - unit)) / 2e-5
        found = [evaluate(block.written, held, {rows: i, columns: j}) for i in range(6)]
        np.testing.assert_allclose(np.array(found, float), slope, rtol=1e-8, atol=1e-8)
