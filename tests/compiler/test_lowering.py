"""Every form of the language as a program, against the literal interpreter."""

import pytest
from sympy import Integer, Rational, oo, pi

from symback.algebra import functions as f
from symback.algebra.letters import indices
from symback.algebra.nodes import InRange
from symback.algebra.operators import Decimal
from symback.algebra.positions import as_position
from symback.network.network import Network
from tests.compiler.support import assert_agrees

n, m, o, i, j, k, h = indices("n:N m:N o:N i:I j:I k:K h:K")
SIZES = ({"N": 3, "I": 4, "K": 2}, {"N": 1, "I": 2, "K": 1}, {"N": 2, "I": 1, "K": 5})


def network() -> Network:
    net = Network("forms")
    for name, letters in TENSORS.items():
        net.input(name, *letters)
    net.constant("lam", 0.01)
    return net


TENSORS = {
    "X": (n, i), "V": (n, i), "Q": (n, m), "S": (i, j), "W": (i, k), "T": (n, i, k), "U": (k, n, i),
    "a": (n,), "b": (i,), "c": (k,), "d": (i,), "s": (), "t": (),
}  # fmt: skip

X, V, Q, S, W, T, U, a, b, c, d = (
    network()[name].__getitem__ for name in "X V Q S W T U a b c d".split()
)
s, t, lam = (network()[name].entry for name in ("s", "t", "lam"))
total = f.sum_over
INSIDE = f.iverson(InRange(as_position(i - 1, "i"), Integer(0), i.size))

# name: (letters of the result, right-hand side)
TABLE = {
    # reads
    "an alias": ((n, i), X((n, i))),
    "a transpose": ((i, n), X((n, i))),
    "broadcast over a new letter": ((n, i), b(i)),
    "a number": ((n, i), Integer(3)),
    "a number of rank 0": ((), Decimal("0.1")),
    "a constant": ((n,), lam * a(n)),
    "first entry": ((i,), X((0, i))),
    "last entry": ((n,), X((n, i.size - 1))),
    "one entry": ((), X((0, 0))),
    "diagonal": ((n,), Q((n, n))),
    "reversed": ((i,), b(i.size - 1 - i)),
    "both axes by one letter": ((i, n), X((n, i)) * b(i.size - 1 - i)),
    "transposed with itself": ((n, m), Q((n, m)) - Q((m, n))),
    "guarded read": ((i,), f.where(i + 1 < i.size, b(i + 1), 0)),
    "read under a bracket": ((n, i), X((n, i - 1)) * INSIDE),
    "quotient of a read under a bracket": ((i,), b(i - 1) * f.iverson(i >= 1) / d(i)),
    # arithmetic
    "sum": ((n, i), X((n, i)) + V((n, i)) + b(i)),
    "difference of broadcasts": ((n, i), a(n) - b(i)),
    "minus in front": ((n, i), -X((n, i)) - V((n, i))),
    "twice the same": ((n,), a(n) + a(n)),
    "number minus": ((n, i), 1 - X((n, i))),
    "minus number": ((n, i), X((n, i)) - 2),
    "weights": ((n, i), 2 * X((n, i)) - 3 * V((n, i)) + lam * b(i) - s),
    "product over three ranks": ((n, i), a(n) * X((n, i)) * b(i) * s * 2),
    "quotient": ((n, i), X((n, i)) / (b(i) * a(n))),
    "reciprocal": ((i,), 1 / b(i)),
    "number by array": ((i,), 3 / (2 * b(i) ** 2)),
    "powers": ((i,), b(i) ** 2 + b(i) ** 3 - b(i) ** 7 + b(i) ** -2 + b(i) ** 20),
    "root": ((i,), (b(i) ** 2) ** Decimal("0.5")),
    "powers of a root": ((i,), (b(i) ** 2) ** Rational(3, 2) + (b(i) ** 2) ** Rational(-1, 2)),
    "power of a power": ((i,), f.exp(b(i)) ** d(i)),
    "power with rational exponent": ((i,), (b(i) ** 2) ** Decimal("0.3")),
    "no power at all": ((i,), b(i) ** 0 + Integer(1)),
    "square of a difference": ((n, i), (X((n, i)) - b(i)) ** 2),
    "scalars": ((), (s - t) ** 2 / 2 + s * t - 1 / s),
    "pi and the like": ((i,), pi * b(i) * f.sqrt(2 / pi)),
    "letters and sizes": ((n, i), n + i * i.size - X((n, i)) / n.size),
    "only letters": ((n, i), n - 2 * i),
    "x + x of a product": ((n, i), X((n, i)) * b(i) + b(i) * X((n, i))),
    # functions
    "functions of one": (
        (n, i),
        f.exp(X((n, i))) + f.sin(X((n, i))) * f.cos(X((n, i))) + f.tanh(X((n, i)))
        + f.sigmoid(X((n, i))) + f.softplus(X((n, i))) + f.silu(X((n, i))) + f.gelu(X((n, i)))
        + f.gelu_tanh(X((n, i))) + f.erf(X((n, i))) + f.absolute(X((n, i))) + f.sign(X((n, i)))
        + f.relu(X((n, i))) + f.log(X((n, i)) ** 2) + f.sqrt(X((n, i)) ** 2),
    ),
    "functions of a scalar": (
        (),
        f.exp(s) + f.sin(s) * f.cos(s) + f.tanh(s) + f.sigmoid(s) + f.softplus(s) + f.silu(s)
        + f.gelu(s) + f.gelu_tanh(s) + f.erf(s) + f.absolute(s) + f.sign(s) + f.relu(s)
        + f.log(s**2) + f.sqrt(s**2) + f.maximum(s, t) - f.minimum(s, 0),
    ),
    "functions of two": (
        (n, i),
        f.maximum(X((n, i)), b(i)) + f.minimum(a(n), 0) + f.leaky_relu(X((n, i)), Decimal("0.1"))
        + f.elu(V((n, i)), s) + f.stop_gradient(b(i)),
    ),
    "a function of a number": ((i,), f.exp(Integer(1)) * b(i) + f.tanh(lam)),
    "a function of a size": ((i,), b(i) / f.sqrt(i.size)),
    # conditions
    "mask": ((n, i), X((n, i)) * f.iverson(V((n, i)) > 0)),
    "mask of two": ((n, i), f.iverson((V((n, i)) > 0) & (b(i) < 1) | (a(n) >= 0))),
    "not": ((n,), f.iverson(~(a(n) > 0))),
    "equal": ((n, i), f.iverson(f.eq(X((n, i)), X((n, i)))) + f.iverson(f.ne(a(n), a(n)))),
    "triangle": ((n, m), Q((n, m)) * f.iverson(m <= n)),
    "triangle of the infinite": ((n, m), f.iverson(f.ne(m, n)) * (1 / (n - m))),
    "delta": ((n, m), f.delta(n, m) * a(n)),
    "delta of an affine position": ((i, j), S((i, j)) * f.delta(i, j.size - 1 - j)),
    "where on letters": ((n, m), f.where(m <= n, Q((n, m)), -1)),
    "where on values": ((n, i), f.where(X((n, i)) > 0, b(i), f.exp(V((n, i))))),
    "where of scalars": ((), f.where(s > t, s * 2, t - 1)),
    "where keeps out what is not taken": ((n,), f.where(a(n) > 0, f.log(f.maximum(a(n), 1)), 0)),
    "condition on a size": ((n,), a(n) * f.iverson(f.ne(n.size, 2))),
    # sums
    "full sum": ((), total(X((n, i)), n, i)),
    "row sum": ((n,), total(X((n, i)), i)),
    "column sum": ((i,), total(X((n, i)), n)),
    "sum over a middle axis": ((n, k), total(T((n, i, k)), i)),
    "sum over the ends": ((i,), total(T((n, i, k)), n, k)),
    "sum of the first two": ((k,), total(T((n, i, k)), n, i)),
    "mean": ((n,), f.mean_over(X((n, i)), i)),
    "mean of a square": ((i,), f.mean_over((X((n, i)) - b(i)) ** 2, n)),
    "an absent letter": ((n,), total(a(n), i)),
    "only absent letters": ((), total(Integer(2), i, n)),
    "a bound letter that is free outside": ((i,), b(i) * total(b(i), i)),
    "a letter bound twice": ((), total(b(i) * total(d(i), i), i)),
    "sum of a number of the letter": ((), total(i * i, i)),
    "sums of letters": ((), total(f.iverson(n <= i) * (m + n), n, m, i)),
    "a sum of letters that keeps two": ((n, i), total(f.where(m <= n, i * m, n), m)),
    "sum of exponentials": ((n,), total(f.exp(X((n, i)) - a(n)), i)),
    "sum of a sum": ((n, k), total(X((n, i)) * W((i, k)) + c(k) + 1, i)),
    "distributed": ((), total(a(n) + b(i), n, i)),
    "distributed over a product": ((n,), total(a(n) * (b(i) + c(k)), i, k)),
    "squares": ((n,), total(X((n, i)) ** 2, i)),
    "cubes": ((n,), total(X((n, i)) ** 3, i)),
    "negative powers": ((n,), total(1 / X((n, i)), i)),
    "quotients in a sum": ((n,), total(X((n, i)) / (b(i) * a(n)), i)),
    "bounds": ((), total(b(i), (i, 0, 0))),
    "bounds by a letter": ((n,), total(Q((n, m)), (m, 0, n))),
    "bounds by sizes": ((n,), total(X((n, i)) * b(i), (i, 0, i.size - 1))),
    "empty bounds": ((n,), total(Q((n, m)), (m, n + 1, n))),
    "lower bound only": ((n,), total(a(m) * Q((n, m)), (m, n, n.size - 1))),
    "sum over masked": ((n,), total(Q((n, m)) * f.iverson(m <= n) * a(m), m)),
    "sum over a delta": ((n,), total(Q((n, m)) * f.delta(n, m), m)),
    # contractions
    "matrix product": ((n, k), total(X((n, i)) * W((i, k)), i)),
    "matrix product transposed": ((k, n), total(X((n, i)) * W((i, k)), i)),
    "with a transposed factor": ((n, m), total(X((n, i)) * X((m, i)), i)),
    "gram matrix": ((i, j), total(X((n, i)) * V((n, j)), n)),
    "matrix by vector": ((n,), total(X((n, i)) * b(i), i)),
    "vector by matrix": ((k,), total(b(i) * W((i, k)), i)),
    "vector by vector": ((), total(b(i) * d(i), i)),
    "full product": ((), total(X((n, i)) * V((n, i)), n, i)),
    "product along rows": ((n,), total(X((n, i)) * V((n, i)), i)),
    "product along columns": ((i,), total(X((n, i)) * V((n, i)), n)),
    "outer product": ((n, i), a(n) * b(i)),
    "scaled": ((n, k), total(X((n, i)) * W((i, k)), i) * 2 / n.size),
    "scaled by minus one": ((n, k), -total(X((n, i)) * W((i, k)), i)),
    "scaled vector": ((n,), -total(X((n, i)) * b(i), i) / 3),
    "three factors": ((n, j), total(X((n, i)) * W((i, k)) * W((j, k)), i, k)),
    "chain of four": ((), total(a(n) * X((n, i)) * W((i, k)) * c(k), n, i, k)),
    "diagonal in the middle": ((n, k), total(X((n, i)) * b(i) * W((i, k)), i)),
    "several vectors": ((n,), total(X((n, i)) * b(i) * d(i), i)),
    "nested sums": ((n,), total(X((n, i)) * total(W((i, k)) * c(k), k), i)),
    "batched by matrix": ((n, k), total(T((n, i, k)) * X((n, i)), i)),
    "batched product": ((n, i, j), total(T((n, i, k)) * T((n, j, k)), k)),
    "batch last": ((k, i, j), total(T((n, i, k)) * T((n, j, k)), n)),
    "batch in the middle": ((i, n, m), total(T((n, i, k)) * T((m, i, k)), k)),
    "merged inner letters": ((n, m), total(T((n, i, k)) * T((m, i, k)), i, k)),
    "merged in another order": ((n, m), total(T((n, i, k)) * U((k, m, i)), i, k)),
    "merged rows": ((n, i, h), total(T((n, i, k)) * W((j, h)) * W((j, k)), j, k)),
    "all of rank 3": ((), total(T((n, i, k)) * U((k, n, i)), i, k, n)),
    "rank 3 by vector": ((n, i), total(T((n, i, k)) * c(k), k)),
    "rank 3 by vector in the middle": ((n, k), total(T((n, i, k)) * b(i), i)),
    "a sum as factor": ((n, k), total((X((n, i)) + b(i)) * W((i, k)), i)),
    "a distributed factor": ((n, j), total((X((n, i)) + a(n) * b(i)) * S((i, j)), i)),
    "a factor summed alone": ((n,), total(X((n, i)) * c(k), i, k)),
    "product with itself": ((n, m), total(Q((n, o)) * Q((m, o)), o)),
    "diagonal of a product": ((n,), total(Q((n, m)) * Q((m, n)), m)),
    "trace": ((), total(Q((n, n)), n)),
    "strided by matrix": ((n, k), total(X((n, i.size - 1 - i)) * W((i, k)), i)),
    "convolution": ((), total(b(i) * d(j) * f.delta(i + j, i.size - 1), i, j)),
    # softmax and its family
    "softmax": ((n, i), f.softmax(X((n, i)), i)),
    "softmax over the first axis": ((n, i), f.softmax(X((n, i)), n)),
    "softmax at another letter": ((n, j), f.softmax(X((n, i)), i, at=j)),
    "softmax at a letter of the body": (
        (n, m), f.softmax(Q((n, m)), m) * f.softmax(Q((n, m)), m, at=n)),
    "softmax at a number": ((n,), f.softmax(X((n, i)), i, at=0)),
    "softmax without its letter": ((n,), f.softmax(a(n), i, at=0)),
    "softmax of minus infinity": ((n, m), f.softmax(f.where(m <= n, Q((n, m)), -oo), m)),
    "log-sum-exp": ((n,), f.logsumexp(X((n, i)) * 3, i)),
    "log-sum-exp over two": ((), f.logsumexp(X((n, i)), n, i)),
    "log of softmax": ((n, i), f.log(f.softmax(X((n, i)), i))),
    "softmax of a scaled product": (
        (n, m), f.softmax(total(X((n, i)) * V((m, i)), i) / f.sqrt(i.size), m)),
}  # fmt: skip


@pytest.mark.parametrize("sizes", SIZES, ids=str)
@pytest.mark.parametrize("row", TABLE)
def test_a_program_agrees_with_the_interpreter(row, sizes):
    net = network()
    net.define("result", *TABLE[row])
    assert_agrees(net, sizes)


@pytest.mark.parametrize("row", TABLE)
def test_a_program_agrees_in_single_precision(row):
    net = network()
    net.define("result", *TABLE[row])
    assert_agrees(net, SIZES[0], dtype="float32")
