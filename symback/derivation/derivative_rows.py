"""The rules of differentiation: one row for each form of the language."""

from __future__ import annotations

from symback.derivation.rule import DERIVATIVE, Rule

DERIVATIVE_ROWS: tuple[Rule, ...] = (
    Rule(
        "entry",
        DERIVATIVE,
        "∂x_i/∂x_j = δ(i, j)",
        "an entry by an entry is 1 if they are the same entry, else 0: a Kronecker delta",
        ("d(x[i], x[j])", "delta(i, j)"),
    ),
    Rule("itself", DERIVATIVE, "∂x/∂x = 1", "a variable by itself is 1", ("d(s, s)", "1")),
    Rule(
        "constant",
        DERIVATIVE,
        "∂c/∂x = 0",
        "{variable} does not occur in it",
        ("d(y[i], x[j])", "0"),
    ),
    Rule(
        "sum",
        DERIVATIVE,
        "∂(a + b) = ∂a + ∂b",
        "a sum is differentiated term by term[; {variable} does not occur in {vanishing}]",
        ("d(x[i] + 3*x[j], x[k])", "delta(i, k) + 3*delta(j, k)"),
    ),
    Rule(
        "constant factor",
        DERIVATIVE,
        "∂(c·a) = c·∂a",
        "factors without {variable} are constants here and stay",
        ("d(3*y[i]*x[i], x[j])", "3*y[i]*delta(i, j)"),
    ),
    Rule(
        "product",
        DERIVATIVE,
        "∂(a·b) = ∂a·b + a·∂b",
        "each factor that contains {variable} is differentiated in turn, and the results add",
        ("d(x[i]*x[j], x[k])", "delta(i, k)*x[j] + x[i]*delta(j, k)"),
    ),
    Rule(
        "quotient",
        DERIVATIVE,
        "∂(a/b) = ∂a/b - a·∂b/b²",
        "numerator and denominator both contain {variable}",
        ("d(x[i]/y[i], y[j])", "-x[i]*delta(i, j)/y[i]**2"),
    ),
    Rule(
        "power",
        DERIVATIVE,
        "∂(a^c) = c·a^(c-1)·∂a",
        "the exponent comes down and is lowered by one, times the derivative of the base",
        ("d(x[i]**3, x[j])", "3*x[i]**2*delta(i, j)"),
    ),
    Rule(
        "general power",
        DERIVATIVE,
        "∂(a^c) = a^c (log a · ∂c + c/a · ∂a)",
        "a^c = exp(c·log a), and the exponent contains {variable}",
        ("d(2**x[i], x[j])", "2**x[i]*log(2)*delta(i, j)"),
    ),
    Rule(
        "pointwise",
        DERIVATIVE,
        "∂f(a) = f'(a)·∂a",
        "{function}",
        ("d(tanh(x[i]), x[j])", "(1 - tanh(x[i])**2)*delta(i, j)"),
    ),
    Rule(
        "sum over index",
        DERIVATIVE,
        "∂ Σ_i a = Σ_i ∂a",
        "the derivative goes inside the sum",
        ("d(sum(w[i]*x[i], i), x[j])", "sum(w[i]*delta(i, j), i)"),
    ),
    Rule(
        "mean over index",
        DERIVATIVE,
        "∂ mean_i a = (1/size) Σ_i ∂a",
        "a mean is a sum divided by the number of its terms",
        ("d(mean(w[i]*x[i], i), x[j])", "sum(w[i]*delta(i, j), i)/N"),
    ),
    Rule(
        "log-sum-exp",
        DERIVATIVE,
        "∂ log Σ_k exp(a_k) = Σ_k softmax(a)_k ∂a_k",
        "the derivative of log Σ exp is the softmax of the same arguments",
        ("d(logsumexp(x[i], i), x[j])", "sum(softmax(x[i], i)*delta(i, j), i)"),
    ),
    Rule(
        "softmax",
        DERIVATIVE,
        "∂p_a = p_a (∂a_a - Σ_k p_k ∂a_k)",
        "raising one argument raises its own share and lowers all others, through the denominator",
        (
            "d(softmax(x[i], i), x[j])",
            "softmax(x[i], i)*(delta(i, j) - sum(softmax(x[k], k)*delta(k, j), k))",
        ),
    ),
    Rule(
        "maximum over index",
        DERIVATIVE,
        "∂ max_k a_k = Σ_k [k is the first largest] ∂a_k",
        "only the largest value counts; among equal ones the first in row order, by convention",
        ("d(max(x[i]*y[i], i), x[j])", "sum(first(x[i]*y[i], i)*y[i]*delta(i, j), i)"),
    ),
    Rule(
        "minimum over index",
        DERIVATIVE,
        "∂ min_k a_k = Σ_k [k is the first smallest] ∂a_k",
        "only the smallest value counts; among equal ones the first in row order, by convention",
        ("d(min(x[i]*y[i], i), x[j])", "sum(first(-(x[i]*y[i]), i)*y[i]*delta(i, j), i)"),
    ),
    Rule(
        "product over index",
        DERIVATIVE,
        "∂ Π_k a_k = Σ_k (Π over m ≠ k of a_m)·∂a_k",
        "each factor is differentiated in turn and multiplied with the others; nothing is divided, "
        "so a factor 0 does no harm",
        ("d(prod(x[i], i), x[j])", "sum(prod(where(k != i, x[k], 1), k)*delta(i, j), i)"),
    ),
    Rule(
        "padded entry",
        DERIVATIVE,
        "∂ padded(x_i)/∂x_j = δ(i, j)",
        "outside of the tensor it is 0, which no entry changes; inside it is the entry",
        ("d(padded(x[i - 1]), x[j])", "delta(i - 1, j)"),
    ),
    Rule(
        "gather",
        DERIVATIVE,
        "∂x_m/∂x_j = δ(m, j), m read from data",
        "the data say by {gathered} which entry is read: 1 where it is this one",
        ("d(x[m[i]], x[j])", "delta(m[i], j)"),
    ),
    Rule(
        "piecewise constant",
        DERIVATIVE,
        "∂[c] = 0",
        "it is constant but for jumps, and counts as constant",
        ("d(iverson(x[i] > 0)*y[i], x[j])", "0"),
    ),
    Rule(
        "branch",
        DERIVATIVE,
        "∂ where(c, a, b) = where(c, ∂a, ∂b)",
        "the branch that is taken is differentiated; the other contributes exactly 0",
        (
            "d(where(y[i] > 0, x[i]**2, x[i]), x[j])",
            "where(y[i] > 0, 2*x[i], 0)*delta(i, j) + where(y[i] > 0, 0, 1)*delta(i, j)",
        ),
    ),
)
