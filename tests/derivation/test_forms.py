"""The forms in which gradients are known, reached by the rules of the table and nothing else."""

from __future__ import annotations

import pytest

from symback.algebra.nodes import IndexSum
from symback.algebra.traversal import subexpressions
from symback.derivation.derive import derive
from symback.network.text_reader import parse
from symback.verification.referee import verify

BATCH = "index n:N k:K\ninput T[n,k] Y[n,k] one_hot c[n]\nparameter Z[n,k]\n"
VECTOR = "index i:I\ninput v[i] t\nparameter u[i]\n"

# What it is, the network, the variable, its gradient.
FORMS = (
    ("half of the squared error with a decimal",
     BATCH + "loss L = 0.5*sum((T[n,k] - Z[n,k])**2, n, k)", "Z", "Z[n,k] - T[n,k]"),
    ("mean of squares", BATCH + "loss L = mean((Z[n,k] - T[n,k])**2, n, k)",
     "Z", "2*(Z[n,k] - T[n,k])/(N*K)"),
    ("softplus of logits minus target times logits",
     BATCH + "loss L = sum(softplus(Z[n,k]) - T[n,k]*Z[n,k], n, k)/N",
     "Z", "(sigmoid(Z[n,k]) - T[n,k])/N"),
    ("logistic with cross-entropy, mean over two letters",
     BATCH + "a[n,k] = sigmoid(Z[n,k])\n"
     "loss L = -mean(T[n,k]*log(a[n,k]) + (1 - T[n,k])*log(1 - a[n,k]), n, k)",
     "Z", "(a[n,k] - T[n,k])/(N*K)"),
    ("softmax with weighted cross-entropy",
     BATCH + "P[n,k] = softmax(Z[n,k], k)\nloss L = -sum(c[n]*Y[n,k]*log(P[n,k]), n, k)/N",
     "Z", "c[n]*(P[n,k] - Y[n,k])/N"),
    ("log-sum-exp minus the target's logit",
     BATCH + "loss L = mean(logsumexp(Z[n,k], k) - sum(Y[n,k]*Z[n,k], k), n)",
     "Z", "(softmax(Z[n,k], k) - Y[n,k])/N"),
    ("a bracket twice is the bracket", VECTOR + "loss L = sum((u[i]*iverson(v[i] > 0))**2, i)/2",
     "u", "u[i]*iverson(v[i] > 0)"),
    ("weight decay", VECTOR + "loss L = 0.01/2*sum(u[i]**2, i)", "u", "0.01*u[i]"),
    ("weight decay with two decimals", VECTOR + "loss L = 0.5*0.01*sum(u[i]**2, i)",
     "u", "0.01*u[i]"),
    ("log-sum-exp with temperature", VECTOR + "loss L = t*logsumexp(u[i]/t, i)",
     "u", "softmax(u[i]/t, i)"),
    ("the norm", VECTOR + "loss r = sqrt(sum(u[i]**2, i))", "u", "u[i]/r"),
    ("the root mean square", VECTOR + "loss r = sqrt(mean((u[i] - v[i])**2, i))",
     "u", "(u[i] - v[i])/(r*I)"),
    ("the cosine of two vectors", VECTOR + "a = sqrt(sum(v[i]**2, i))\n"
     "loss c = sum(u[i]*v[i], i)/(sqrt(sum(u[i]**2, i))*a)", "u",
     "(v[i]/sqrt(sum(u[i_1]**2, i_1))"
     " - sum(u[i_1]*v[i_1], i_1)*u[i]/sqrt(sum(u[i_1]**2, i_1))**3)/a"),
    ("Kullback-Leibler divergence to a standard normal",
     VECTOR + "loss L = 0.5*sum(exp(u[i]) - u[i] - 1, i)", "u", "0.5*(exp(u[i]) - 1)"),
    ("the same with a fraction",
     VECTOR + "loss L = sum(exp(u[i]) - u[i] - 1, i)/2", "u", "(exp(u[i]) - 1)/2"),
    ("a power with a decimal exponent", VECTOR + "loss L = sum(u[i]**2.5, i)",
     "u", "2.5*u[i]**1.5"),
    ("a tied weight keeps its two products",
     "index i:I h:H\ninput x[i]\nparameter W[h,i]\na[h] = sigmoid(sum(W[h,i]*x[i], i))\n"
     "e[i] = sum(W[h,i]*a[h], h) - x[i]\nloss L = sum(e[i]**2, i)/2", "W",
     "a_bar[h]*a[h]*(1 - a[h])*x[i] + e_bar[i]*a[h]"),
)  # fmt: skip


CASES = [pytest.param(*form[1:], id=form[0]) for form in FORMS]


@pytest.mark.parametrize(("text", "name", "expected"), CASES)
def test_the_gradient_has_its_known_form(text: str, name: str, expected: str) -> None:
    derivation = derive(parse("network forms\n" + text), name)
    assert str(derivation[name].written) == expected
    assert verify(derivation).passed


def test_no_letter_is_free_and_bound_in_one_line() -> None:
    text = "index i:I\nparameter u[i]\n"
    text += "loss L = sum(u[i]/sqrt(sum(u[i]**2, i)), i) + log(sum(u[i]**2, i))"
    derivation = derive(parse("network forms\n" + text))
    for step in derivation["u"].steps:
        for node in subexpressions(step.after):
            if isinstance(node, IndexSum):
                assert "i" not in {letter.name for letter in node.letters}
    assert verify(derivation).passed
