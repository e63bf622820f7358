"""Expressions and how each is printed: a row for each form and each question of brackets."""

from sympy import Integer, MatrixSymbol, floor, oo, pi

from symback.algebra.evaluated import evaluated
from symback.algebra.functions import (
    absolute,
    delta,
    exp,
    iverson,
    leaky_relu,
    log,
    logsumexp,
    maximum,
    mean_over,
    ne,
    relu,
    sigmoid,
    softmax,
    sqrt,
    sum_over,
    tanh,
    where,
)
from symback.algebra.letters import Index, indices, size_symbol
from symback.algebra.nodes import InRange, Partial, Total
from symback.algebra.operators import Decimal, Negative, Plus, Power
from symback.algebra.positions import Entry, as_position

n, i, h, k, j, t, p, r = indices("n:N i:64 h:32 k:10 j:32 t:T p:P r:3")
n_1 = Index("n_1", "N")
N, H = size_symbol("N"), size_symbol("H")
a, b, c, d, x = map(Entry, "abcdx")
w1, beta, net_o1, E, o1 = map(Entry, ("w1", "beta", "net_o1", "E", "out_o1"))
scalar = Entry("W1_0_1")
X, W1, b1, P, Y = (
    Entry("X", n, i), Entry("W1", i, h), Entry("b1", h), Entry("P", n, k), Entry("Y", n, k),
)  # fmt: skip
Z1_bar, A1 = Entry("Z1_bar", n, h), Entry("A1", n, h)
one, two, three = Integer(1), Integer(2), Integer(3)


def at(name: str, *positions: object) -> Entry:
    return Entry(name, *(as_position(q, name) for q in positions))


# what: (expression, LaTeX, Unicode)
FORMULAS = {
    # Symbols and entries
    "scalar": (w1, "w_1", "w1"),
    "word": (net_o1, r"\mathrm{net}_{o1}", "net_o1"),
    "greek": (beta, r"\beta", "β"),
    "label is a word": (Entry("mu_run"), r"\mu_{\mathrm{run}}", "μ_run"),
    "label is Greek": (Entry("W_beta"), r"W_{\beta}", "W_beta"),
    "letters need no commas": (X, "X_{ni}", "X[n,i]"),
    "number of the name": (W1, "W_{1,ih}", "W1[i,h]"),
    "numbers need commas": (at("W1", 3, 5), "W_{1;3,5}", "W1[3,5]"),
    "one number": (at("b", 3), "b_3", "b[3]"),
    "adjoint": (Z1_bar, r"\bar{Z}_{1,nh}", "Z̄1[n,h]"),
    "adjoint of a word": (Entry("net_bar"), r"\overline{\mathrm{net}}", "n̅e̅t̅"),
    "second order": (Entry("Z1_bar2", n, h), r"\tilde{Z}_{1,nh}", "Z̃1[n,h]"),
    "second of first": (Entry("W_bar_bar2"), r"\tilde{\bar{W}}", "W̄̃"),
    "fourth order": (Entry("W_bar4"), r"\overset{4}{\bar{W}}", "W̄⁴"),
    "direction": (Entry("W1_dot", i, h), r"\dot{W}_{1,ih}", "Ẇ1[i,h]"),
    "scalar of a tensor": (scalar, "w^{(1)}_{01}", "w⁽¹⁾₀₁"),
    "scalar far out": (Entry("W1_0_12"), "w^{(1)}_{0,12}", "w⁽¹⁾[0,12]"),
    "adjoint of such": (Entry("W1_0_1_bar"), r"\bar{w}^{(1)}_{01}", "w̄⁽¹⁾₀₁"),
    "generated letter": (at("X", n_1, i), "X_{n'i}", "X[n′,i]"),
    "affine": (at("x", 2 * p + r - 1), "x_{2 p + r - 1}", "x[2·p+r−1]"),
    "from the end": (at("x", t.size - 1 - t), "x_{T - 1 - t}", "x[T−1−t]"),
    "gather": (Entry("E", Entry("ids", n), j), r"E_{\mathrm{ids}_n,j}", "E[ids[n],j]"),
    # Arithmetic in the order of writing
    "order of terms": (b - a, "b - a", "b − a"),
    "order of factors": (b * a, r"b \, a", "b · a"),
    "tight in a sum": (w1 * a + b, r"w_1 \, a + b", "w1·a + b"),
    "minus a sum": (a - (b - c), "a - (b - c)", "a − (b − c)"),
    "sum first": ((a + b) + c, "a + b + c", "a + b + c"),
    "sum last": (a + (b + c), "a + (b + c)", "a + (b + c)"),
    "plus a negative": (Plus(a, Integer(-2)), "a + (-2)", "a + (−2)"),
    "double minus": (Negative(-a), "-(-a)", "−(−a)"),
    "minus a product": (-a * b, r"-a \, b", "−a · b"),
    "times a negative": (a * (-b), r"a \, (-b)", "a · (−b)"),
    "times a sum": (a * (one - a), r"a \, (1 - a)", "a · (1 − a)"),
    "product in product": (a * (b * c), r"a \, b \, c", "a · b · c"),
    "coefficient": (2 * a, "2 a", "2 · a"),
    "coefficient of a word": (2 * net_o1, r"2 \, \mathrm{net}_{o1}", "2 · net_o1"),
    "decimal": (0.5 * a, r"0.5 \, a", "0.5 · a"),
    "number last": (a * 2, r"a \cdot 2", "a · 2"),
    "small decimal": (Decimal("1e-8") + a, "10^{-8} + a", "10⁻⁸ + a"),
    "quotient": (a / b, r"\frac{a}{b}", "a / b"),
    "quotient of sums": ((a + b) / (c * d), r"\frac{a + b}{c \, d}", "(a + b) / (c·d)"),
    "quotient first": (a / b * c, r"\frac{a}{b} \, c", "(a/b) · c"),
    "quotient last": (c * (a / b), r"c \, \frac{a}{b}", "c · a/b"),
    "quotient of quotient": ((a / b) / c, r"\frac{\frac{a}{b}}{c}", "a/b / c"),
    "by a quotient": (a / (b / c), r"\frac{a}{\frac{b}{c}}", "a / (b/c)"),
    "square": (a**2, "a^2", "a²"),
    "power of a sum": ((a + b) ** 2, "(a + b)^2", "(a + b)²"),
    "power of a product": ((a * b) ** 2, r"(a \, b)^2", "(a·b)²"),
    "power of a power": ((a**2) ** 3, "(a^2)^3", "(a²)³"),
    "power of a quotient": ((a / b) ** 2, r"\biggl(\frac{a}{b}\biggr)^2", "(a/b)²"),
    "minus a power": (-(a**2), "-a^2", "−a²"),
    "power of a minus": ((-a) ** 2, "(-a)^2", "(−a)²"),
    "power of a number": (Power(Integer(-2), two), "(-2)^2", "(−2)²"),
    "power of a superscript": (scalar**2, "(w^{(1)}_{01})^2", "(w⁽¹⁾₀₁)²"),
    "power of an entry": (one - A1**2, "1 - A_{1,nh}^2", "1 − A1[n,h]²"),
    "negative exponent": (a ** Integer(-1), "a^{-1}", "a⁻¹"),
    "formula as exponent": (a ** (b + c), "a^{b + c}", "a^(b + c)"),
    "power of a call": (tanh(a) ** 2, r"\tanh(a)^2", "tanh(a)²"),
    "infinity": (oo * a, r"\infty \, a", "∞ · a"),
    "pi": (pi * a, r"\pi \, a", "π · a"),
    # SymPy's own arithmetic
    "Mul": (evaluated(a / b), r"\frac{a}{b}", "a / b"),
    "rational": (evaluated(a / 2), r"\frac{a}{2}", "a / 2"),
    "negative Mul": (evaluated(-a * b), r"-a \, b", "−a · b"),
    "Add": (evaluated(a - b), "a - b", "a − b"),
    "Pow": (evaluated(one / b**2), r"\frac{1}{b^2}", "1 / b²"),
    "size": (N - 1, "N - 1", "N − 1"),
    "floor": (floor(H / 2), r"\biggl\lfloor \frac{H}{2} \biggr\rfloor", "⌊H/2⌋"),
    # Binders
    "sum": (sum_over(X * W1, i) + b1, r"\sum_i X_{ni} \, W_{1,ih} + b_{1,h}",
            "Σ_i X[n,i]·W1[i,h] + b1[h]"),
    "sum of a sum": (sum_over(X + W1, i), r"\sum_i (X_{ni} + W_{1,ih})", "Σ_i (X[n,i] + W1[i,h])"),
    "sum of a negative": (sum_over(-X, i), r"\sum_i (-X_{ni})", "Σ_i (−X[n,i])"),
    "sum in front": (sum_over(X, i) * a, r"\bigl(\sum_i X_{ni}\bigr) \, a", "(Σ_i X[n,i]) · a"),
    "sum at the end": (a * sum_over(X, i), r"a \sum_i X_{ni}", "a · Σ_i X[n,i]"),
    "two letters": (sum_over(X, n, i), r"\sum_{n,i} X_{ni}", "Σ_{n,i} X[n,i]"),
    "nested": (sum_over(sum_over(X, n), i), r"\sum_i \sum_n X_{ni}", "Σ_i Σ_n X[n,i]"),
    "bounds": (sum_over(X, (i, 0, j - 1)), r"\sum_{i=0}^{j - 1} X_{ni}", "Σ_{i=0..j−1} X[n,i]"),
    "sum over N": (-sum_over(Y * log(P), n, k) / N,
                   r"-\frac{1}{N} \sum_{n,k} Y_{nk} \, \log(P_{nk})",
                   "−(1/N) · Σ_{n,k} Y[n,k]·log(P[n,k])"),
    "mean": (mean_over(X, n), r"\operatorname*{mean}_n X_{ni}", "mean_n X[n,i]"),
    "mean of a product": (mean_over(X * a, n), r"\operatorname*{mean}_n (X_{ni} \, a)",
                          "mean_n (X[n,i]·a)"),
    "softmax": (softmax(P, k), r"\operatorname{softmax}_{k}(P_{nk})", "softmax_k(P[n,k])"),
    "softmax read elsewhere": (softmax(P, k, at=three), r"\operatorname{softmax}_{k}(P_{nk})_{3}",
                               "softmax_k(P[n,k])[3]"),
    "logsumexp": (a - logsumexp(P, k), r"a - \operatorname{logsumexp}_{k}(P_{nk})",
                  "a − logsumexp_k(P[n,k])"),
    # Functions
    "sigmoid": (sigmoid(net_o1), r"\sigma(\mathrm{net}_{o1})", "σ(net_o1)"),
    "relu": (relu(a), r"\operatorname{relu}(a)", "relu(a)"),
    "two arguments": (leaky_relu(a, b), r"\operatorname{lrelu}(a, b)", "leaky_relu(a, b)"),
    "maximum": (maximum(a, 0), r"\max(a, 0)", "maximum(a, 0)"),
    "root": (sqrt(a + b), r"\sqrt{a + b}", "√(a + b)"),
    "absolute": (absolute(a - b), r"\lvert a - b \rvert", "|a − b|"),
    "tall argument": (exp(-a / b), r"\exp\biggl(-\frac{a}{b}\biggr)", "exp(−a/b)"),
    # Deltas, brackets, cases
    "delta": (delta(i, j), r"\delta_{ij}", "δ(i,j)"),
    "delta, affine": (delta(2 * p + r, t), r"\delta_{2 p + r,t}", "δ(2·p + r,t)"),
    "Iverson": (iverson(a > 0), "[a > 0]", "[a > 0]"),
    "range": (iverson(InRange(as_position(t - 1, ""), Integer(0), t.size)),
              r"[0 \le t - 1 < T]", "[0 ≤ t − 1 < T]"),
    "and": (iverson((a > 0) & (b <= c)), r"[a > 0 \text{ and } b \le c]", "[a > 0 and b ≤ c]"),
    "or in and": (iverson(((a > 0) | (b > 0)) & ne(i, j)),
                  r"[(a > 0 \text{ or } b > 0) \text{ and } i \ne j]",
                  "[(a > 0 or b > 0) and i ≠ j]"),
    "not": (iverson(~((a > 0) & (b > 0))),
            r"[\text{not } (a > 0 \text{ and } b > 0)]",
            "[not (a > 0 and b > 0)]"),
    "where": (where(a > 0, b, -c),
              r"\begin{cases} b & \text{if } a > 0 \\ -c & \text{otherwise} \end{cases}",
              "b if a > 0 else −c"),
    "where in a sum": (where(a > 0, b, c) + d,
                       r"\biggl(\begin{cases} b & \text{if } a > 0 \\ c & \text{otherwise}"
                       r" \end{cases}\biggr) + d",
                       "(b if a > 0 else c) + d"),
    # Derivatives
    "partial": (Partial(E, o1), r"\frac{\partial E}{\partial \mathrm{out}_{o1}}", "∂E/∂out_o1"),
    "total": (Total(E, W1), r"\frac{\partial E}{\partial W_{1,ih}}", "∂E/∂W1[i,h]"),
    "chain": (Partial(E, o1) * Partial(o1, a),
              r"\frac{\partial E}{\partial \mathrm{out}_{o1}} \, "
              r"\frac{\partial \mathrm{out}_{o1}}{\partial a}",
              "∂E/∂out_o1 · ∂out_o1/∂a"),
    "of a formula": (Partial(a * b, a), r"\frac{\partial}{\partial a} (a \, b)", "∂/∂a (a·b)"),
    "of one variable": (Partial(a**2, a), r"\frac{\mathrm{d}}{\mathrm{d} a} (a^2)", "d/da (a²)"),
    # Matrices, as SymPy writes them
    "matrix": (MatrixSymbol("X", 3, 4).T * MatrixSymbol("Z1_bar", 3, 2), r"X^{\top} \, \bar{Z}_1",
               "Xᵀ · Z̄1"),
}  # fmt: skip
