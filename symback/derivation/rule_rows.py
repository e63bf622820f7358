"""The table of rules: each move that a derivation may make, with its law, reason and example.

``reason`` is filled from a step's facts: {picks} lists the facts of that name, and a part in square
brackets is left out if it has none. ``example`` is a pair of texts of the language, before and
after, that a test reads and compares numerically; "d(a, x)" stands for the derivative of a by the
entry x.
"""

from __future__ import annotations

from symback.derivation.derivative_rows import DERIVATIVE_ROWS
from symback.derivation.rule import CHAIN, STABLE, STRUCTURE, TIDY, Rule
from symback.derivation.time_rows import TIME_ROWS

ROWS: tuple[Rule, ...] = (
    *DERIVATIVE_ROWS,
    *TIME_ROWS,
    # From the goal to a line of local derivatives.
    Rule(
        "chain rule",
        CHAIN,
        "∂L/∂v = Σ ū·∂u/∂v",
        "{tensor} is read by {reader} alone, so every change of the goal passes "
        "through it: upstream times local, summed over the entries it reaches",
        ("d(2*s**2, s)", "4*s"),
    ),
    Rule(
        "accumulate",
        CHAIN,
        "∂L/∂v = Σ_u Σ ū·∂u/∂v",
        "{tensor} is read by {readers}; the contributions of all its readers add",
        ("d(s*s, s)", "s + s"),
    ),
    Rule("seed", CHAIN, "∂L/∂L = 1", "the goal by itself", ("d(s, s)", "1")),
    Rule(
        "sum over paths",
        CHAIN,
        "∂L/∂v = Σ_paths Π ∂u/∂v",
        "every path from the variable to the goal contributes the product of its local derivatives",
        ("d(s*s + s, s)", "s + s + 1"),
    ),
    Rule(
        "shared edges",
        CHAIN,
        "a·c + b·c = (a + b)·c",
        "paths that end in the same edges are taken together, so no edge is written twice",
        ("s*t + 3*t", "(s + 3)*t"),
        "removes one occurrence of an edge",
    ),
    Rule(
        "named adjoints",
        CHAIN,
        "the bracket at u is ∂L/∂u",
        "what stands before a local derivative is the adjoint of that node, which is known already",
        ("s*t", "s*t"),
        "removes one bracket",
    ),
    Rule(
        "local derivative",
        CHAIN,
        "∂u/∂v from the equation of u",
        "from the equation {equation}",
        ("d(3*s, s)", "3"),
    ),
    Rule(
        "distribute",
        STRUCTURE,
        "a·(b + c) = a·b + a·c",
        "the upstream factor multiplies each term",
        ("y[i]*(x[i] + 1)", "y[i]*x[i] + y[i]"),
        "each turn opens one bracket",
    ),
    Rule(
        "delta contraction",
        STRUCTURE,
        "Σ_i a_i δ(i, j) = a_j",
        "the deltas pick {picks}[, as far as {brackets} allows]",
        ("sum(x[i]*delta(i, j), i)", "x[j]"),
        "removes one delta",
    ),
    Rule(
        "equality is a delta",
        STRUCTURE,
        "[i = j] = δ(i, j), [i < 1] = δ(i, 0), δ(⌊i/s⌋, k) = [0 ≤ i - s·k < s]",
        "{bracket} is 1 where {delta} is, and else 0",
        ("sum(iverson(i == j)*x[i], i)", "sum(delta(i, j)*x[i], i)"),
        "removes one comparison or floor",
    ),
    # Brackets and ranges.
    Rule(
        "bracket always holds",
        STRUCTURE,
        "[c] = 1 where c follows from the ranges of the letters",
        "{bracket} holds, or a part of it does, for all values that the letters have here",
        ("x[i]*iverson(0 <= i)*iverson(i <= i + 2)", "x[i]"),
        "removes one condition",
    ),
    Rule(
        "bracket never holds",
        STRUCTURE,
        "[c] = 0 where no letters allow c",
        "{bracket} does not hold for any values that the letters have here",
        ("x[i]*iverson(i + N < N)", "0"),
        "removes one term",
    ),
    Rule(
        "disjoint windows",
        STRUCTURE,
        "Σ_p a_p [0 ≤ k - s·p < s] = a_⌊k/s⌋",
        "the windows {bracket} do not overlap, so {letter} has one value: {picks}",
        ("sum(x[k]*iverson(0 <= i - 2*k < 2), k)", "x[i//2]"),
        "removes one sum",
    ),
    # Tidying up.
    Rule(
        "declared fact",
        TIDY,
        "Σ_k Y_k = 1",
        "{fact}: exactly one entry along {letter} is 1",
        ("sum(softmax(x[i], i), i)", "1"),
        "removes one sum",
    ),
    Rule(
        "probabilities sum to one",
        TIDY,
        "Σ_k softmax(a)_k = 1",
        "{fact} is a softmax along {letter}, and its shares add up to 1",
        ("sum(softmax(x[i], i), i)", "1"),
        "removes one sum",
    ),
    Rule(
        "deviations add up to zero",
        TIDY,
        "Σ_i (a_i - mean a) = 0",
        "{sum} is 0: what lies above the mean makes up for what lies below",
        ("sum(x[i] - mean(x[j], j), i)", "0"),
        "removes one term",
    ),
    Rule(
        "parts of a whole",
        TIDY,
        "Σ_k a_k/Σ a = 1",
        "{sum} is 1: the parts of a whole, divided by the whole",
        ("sum(x[i]/sum(x[j], j), i)", "1"),
        "removes one sum",
    ),
    Rule(
        "common denominator",
        TIDY,
        "a + b/N = (N·a + b)/N",
        "the terms are brought to one denominator, and common factors are taken out",
        ("s + t/N", "(N*s + t)/N"),
        "leaves one term",
    ),
    Rule(
        "repetition",
        TIDY,
        "Σ_i a = size·a",
        "nothing in the sum depends on {letter}: it counts {size} equal terms",
        ("sum(3*s, i)", "3*s*N"),
        "removes one sum",
    ),
    Rule(
        "reuse",
        TIDY,
        "a forward tensor's own name",
        "the forward pass already has it: {named}",
        ("tanh(x[i])", "tanh(x[i])"),
        "removes one function",
    ),
    Rule(
        "reflection",
        TIDY,
        "σ(-z) = 1 - σ(z)",
        "the logistic function is symmetric about (0, 1/2)",
        ("sigmoid(-s)", "1 - sigmoid(s)"),
        "removes one minus sign under σ",
    ),
    Rule(
        "cancel",
        TIDY,
        "a·(1/a) = 1, a^m·a^n = a^(m+n), [c]·[c] = [c]",
        "equal factors are joined",
        ("2*s/2", "s"),
        "removes one factor",
    ),
    Rule(
        "square of a root",
        TIDY,
        "(√a)² = a",
        "a root squared is what stands under it",
        ("sqrt(s)**2", "s"),
        "removes one root",
    ),
    Rule(
        "multiply numbers",
        TIDY,
        "2·0.5 = 1",
        "numbers are multiplied",
        ("2*0.5*s", "s"),
        "removes one number",
    ),
    Rule(
        "merge",
        TIDY,
        "c·a + d·a = (c + d)·a",
        "equal terms are joined",
        ("s + s", "2*s"),
        "removes one term",
    ),
    Rule(
        "join the branches",
        TIDY,
        "where(c, a, 0) + where(not c, b, 0) = where(c, a, b)",
        "one of the two branches is taken: {condition} decides",
        (
            "where(s > t, s**2, 0) + where(not (s > t), t, 0)",
            "where(s > t, s**2, t)",
        ),
        "removes one choice",
    ),
    Rule(
        "multiply out",
        TIDY,
        "(a + b)·c = a·c + b·c",
        "multiplied out, terms cancel",
        ("s*(1 - t) - t*(1 - s)", "s - t"),
        "leaves fewer terms and factors",
    ),
    Rule(
        "factor",
        TIDY,
        "a·c + b·c = (a + b)·c",
        "the common factors are taken out",
        ("s*t + 3*t", "t*(s + 3)"),
        "removes one occurrence of a factor",
    ),
    Rule(
        "turn the bracket",
        TIDY,
        "-(a - b) = b - a",
        "the minus sign goes into the bracket",
        ("-(s - t)", "t - s"),
        "removes one minus sign",
    ),
    Rule(
        "substitute",
        TIDY,
        "a name stands for its equation",
        "{named} is replaced by what it was found to be",
        ("3*s", "3*s"),
        "removes one generated tensor",
    ),
    # Stable forms, chosen before differentiation.
    Rule(
        "log of softmax",
        STABLE,
        "log softmax(z)_k = z_k - logsumexp(z)",
        "{equation} is read with the logarithm of the softmax written out"
        ": stable, and simpler to differentiate",
        ("log(softmax(x[i], i))", "x[i] - logsumexp(x[k], k)"),
        "removes one logarithm",
    ),
    Rule(
        "log of logistic",
        STABLE,
        "log σ(z) = -softplus(-z)",
        "{equation} is read with the logarithm of σ written as softplus"
        ": stable, and simpler to differentiate",
        ("log(sigmoid(s))", "-softplus(-s)"),
        "removes one logarithm",
    ),
    Rule(
        "log of one minus logistic",
        STABLE,
        "log(1 - σ(z)) = -softplus(z)",
        "{equation} is read with the logarithm of 1 - σ written as softplus"
        ": stable, and simpler to differentiate",
        ("log(1 - sigmoid(s))", "-softplus(s)"),
        "removes one logarithm",
    ),
    Rule(
        "log of a sum of exponentials",
        STABLE,
        "log Σ_k exp(z_k) = logsumexp(z)",
        "{equation} is read with log Σ exp as one function, which is stable",
        ("log(sum(exp(x[i]), i))", "logsumexp(x[i], i)"),
        "removes one logarithm",
    ),
    Rule(
        "log of one plus exponential",
        STABLE,
        "log(1 + exp(z)) = softplus(z)",
        "{equation} is read with log(1 + exp z) as softplus, which is stable",
        ("log(1 + exp(s))", "softplus(s)"),
        "removes one logarithm",
    ),
)
