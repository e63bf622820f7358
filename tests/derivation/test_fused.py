"""Adjoints put together: the published one-line backward passes, reached by recorded steps."""

from __future__ import annotations

from itertools import product

import pytest

from symback.compiler.arithmetic import arithmetic
from symback.compiler.interpreter import interpreted, value
from symback.derivation.derive import Derivation, derive
from symback.errors import DerivationError
from symback.network.text_reader import parse
from symback.verification.referee import verify
from symback.verification.sampling import random_sample

ROWS = "index n:N h:H k:K\ninput X[n,h]\nparameter gamma[h] beta[h]\n"
SCALE = "Y[n,h] = gamma[h]*Z[n,h] + beta[h]"

# What it is, the equations, of what, by what, up to where, the gradient.
FORMS = (
    ("batch norm (Ioffe and Szegedy 2015)", ROWS + """
     mu[h] = mean(X[n,h], n)
     v[h] = mean((X[n,h] - mu[h])**2, n)
     Z[n,h] = (X[n,h] - mu[h])/sqrt(v[h] + 0.001)
     """ + SCALE, "Y", "X", None,
     "gamma[h]*(N*Y_bar[n,h] - sum(Y_bar[n_1,h], n_1) - Z[n,h]*sum(Y_bar[n_1,h]*Z[n_1,h], n_1))"
     "/(sqrt(v[h] + 0.001)*N)"),
    ("batch norm over eight samples", ROWS.replace("n:N", "n:8") + """
     mu[h] = mean(X[n,h], n)
     s[h] = sqrt(mean((X[n,h] - mu[h])**2, n) + 0.001)
     Z[n,h] = (X[n,h] - mu[h])/s[h]
     """ + SCALE, "Y", "X", None,
     "gamma[h]*(8*Y_bar[n,h] - sum(Y_bar[n_1,h], n_1) - Z[n,h]*sum(Y_bar[n_1,h]*Z[n_1,h], n_1))"
     "/(8*s[h])"),
    ("batch norm in single steps, with the unbiased variance (Karpathy's makemore)", ROWS + """
     mu[h] = sum(X[n,h], n)/N
     D[n,h] = X[n,h] - mu[h]
     E[n,h] = D[n,h]**2
     v[h] = sum(E[n,h], n)/(N - 1)
     r[h] = (v[h] + 0.001)**(-0.5)
     Z[n,h] = D[n,h]*r[h]
     """ + SCALE, "Y", "X", None,
     "gamma[h]*r[h]*(Y_bar[n,h] - sum(Y_bar[n_1,h], n_1)/N"
     " - Z[n,h]*sum(Y_bar[n_1,h]*Z[n_1,h], n_1)/(N - 1))"),
    ("layer norm", ROWS + """
     mu[n] = mean(X[n,h], h)
     s[n] = sqrt(mean((X[n,h] - mu[n])**2, h) + 0.001)
     Z[n,h] = (X[n,h] - mu[n])/s[n]
     """ + SCALE, "Y", "X", None,
     "(H*Z_bar[n,h] - sum(Z_bar[n,h_1], h_1) - Z[n,h]*sum(Z_bar[n,h_1]*Z[n,h_1], h_1))/(s[n]*H)"),
    ("RMS norm", ROWS + """
     r[n] = sqrt(mean(X[n,h]**2, h) + 0.001)
     Y[n,h] = gamma[h]*X[n,h]/r[n]
     """, "Y", "X", None,
     "(Y_bar[n,h]*gamma[h] - X[n,h]*sum(Y_bar[n,h_1]*gamma[h_1]*X[n,h_1], h_1)/(r[n]**2*H))/r[n]"),
    ("group norm over channels and places", """index n:N g:G c:C a:A
     input X[n,g,c,a]
     mu[n,g] = mean(X[n,g,c,a], c, a)
     s[n,g] = sqrt(mean((X[n,g,c,a] - mu[n,g])**2, c, a) + 0.001)
     Z[n,g,c,a] = (X[n,g,c,a] - mu[n,g])/s[n,g]
     """, "Z", "X", None,
     "(C*A*Z_bar[n,g,c,a] - sum(Z_bar[n,g,c_1,a_1], c_1, a_1)"
     " - Z[n,g,c,a]*sum(Z_bar[n,g,c_1,a_1]*Z[n,g,c_1,a_1], c_1, a_1))/(s[n,g]*C*A)"),
    ("softmax in single steps", ROWS + """
     E[n,h] = exp(X[n,h])
     D[n] = sum(E[n,h], h)
     P[n,h] = E[n,h]/D[n]
     """, "P", "X", None, "P[n,h]*(P_bar[n,h] - sum(P_bar[n,h_1]*P[n,h_1], h_1))"),
    ("softmax and cross-entropy in single steps, the largest taken off (makemore)", ROWS + """
     input y[n] integer
     M[n] = max(X[n,h], h)
     E[n,h] = exp(X[n,h] - M[n])
     D[n] = sum(E[n,h], h)
     inv[n] = 1/D[n]
     P[n,h] = E[n,h]*inv[n]
     Q[n,h] = log(P[n,h])
     loss L = -mean(Q[n,y[n]], n)""", "L", "X", "L", "(P[n,h] - delta(y[n], h))/N"),
    ("a vector over its norm", "index i:I\ninput x[i]\nr = sqrt(sum(x[i]**2, i))\ny[i] = x[i]/r",
     "y", "x", None, "(y_bar[i] - y[i]*sum(y_bar[i_1]*y[i_1], i_1))/r"),
)  # fmt: skip


CASES = [pytest.param(*form[1:], id=form[0]) for form in FORMS]


def numbers_agree(derivation: Derivation, name: str, to: str | None) -> bool:
    """Compare every line with the gradient itself, at all entries of random values."""
    fused = derivation.fused(name, to)
    network = derivation.network
    sample = random_sample(network, seed=3)
    world = interpreted(network, sample.values, None, arithmetic(30))
    held = world.tensors[fused.gradient.adjoint]
    return all(
        abs(value(world, line, dict(zip(fused.indices, place, strict=True))) - held[place]) < 1e-20
        for step in fused.steps
        for line in (step.before, step.after)
        for place in product(*map(range, held.shape))
    )


@pytest.mark.parametrize(
    ("text", "of", "name", "to", "expected"),
    [pytest.param(*form[1:], id=form[0]) for form in FORMS],
)
def test_the_gradient_in_one_line(
    text: str, of: str, name: str, to: str | None, expected: str
) -> None:
    derivation = derive(parse("network forms\n" + text.replace("\n     ", "\n")), name, of=of)
    fused = derivation.fused(name, to)
    assert str(fused.written) == expected
    assert fused.steps[0].before == derivation[name].written
    for before, after in zip(fused.steps, fused.steps[1:], strict=False):
        assert before.after == after.before
    assert numbers_agree(derivation, name, to)


def test_where_nothing_forks_there_is_nothing_to_put_together() -> None:
    derivation = derive(parse("network line\ninput x\ny = exp(x)\nz = sin(y)"), "x", of="z")
    with pytest.raises(DerivationError, match="by one way"):
        derivation.fused("x")
    assert str(derivation.fused("x", to="z").written) == "cos(y)*y"


def test_up_to_the_one_reader_the_gradient_stays_as_it_is() -> None:
    derivation = derive(parse("network line\ninput x\ny = exp(x)\nz = sin(y)"), "x", of="z")
    fused = derivation.fused("x", to="y")
    assert (fused.steps, fused.written) == ((), derivation["x"].written)


def test_not_every_tensor_is_on_all_ways() -> None:
    text = "network two\ninput x\na = exp(x)\nb = sin(x)\nc = a*b"
    derivation = derive(parse(text), "x", of="c")
    with pytest.raises(DerivationError, match="not every way from x to c passes a"):
        derivation.fused("x", to="a")
    assert str(derivation.fused("x").written) == "a*(b + cos(x))"


def test_a_mean_in_the_same_equation_is_seen_at_once() -> None:
    text = ROWS + "v[n] = mean((X[n,h] - mean(X[n,h], h))**2, h)"
    derivation = derive(parse("network inline\n" + text), "X", of="v")
    assert str(derivation["X"].written) == "2*v_bar[n]*(X[n,h] - mean(X[n,h_1], h_1))/H"
    assert verify(derivation).passed


def test_what_is_no_mean_does_not_vanish() -> None:
    """The sum of x - m is 0 only where m is the mean over the very letters that are summed."""
    text = ROWS + "m[h] = sum(X[n,h], n)/H\nZ[n,h] = (X[n,h] - m[h])**2"
    derivation = derive(parse("network wrong\n" + text), "X", of="Z")
    assert "sum" in str(derivation.fused("X").written)
    assert numbers_agree(derivation, "X", None)
