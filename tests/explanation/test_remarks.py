"""What is said under a derivation is true of the network at hand, and only then said."""

from symback.derivation.derive import derive
from symback.explanation.teacher import explanation
from symback.network.text_reader import parse
from symback.notation.options import Notation
from symback.training.optimisers import SGD
from tests.explanation.networks import DIGITS, RESIDUAL, derived

ATTENTION = """
network attention
index q:T t:T c:4 d:3
input X[t,c]
parameter Wq[c,d] Wk[c,d] Wv[c,d]
Q[q,d] = sum(X[q,c]*Wq[c,d], c)
K[t,d] = sum(X[t,c]*Wk[c,d], c)
V[t,d] = sum(X[t,c]*Wv[c,d], c)
S[q,t] = sum(Q[q,d]*K[t,d], d)/sqrt(3)
A[q,t] = softmax(S[q,t], t)
O[q,d] = sum(A[q,t]*V[t,d], t)
"""
RIDGE = """
network ridge
index n:N i:3
input X[n,i] y[n]
parameter w[i] b
constant lam = 0.1
p[n] = sum(X[n,i]*w[i], i) + b
loss L = sum((p[n]-y[n])**2, n)/(2*N) + lam*sum(w[i]**2, i)/2
"""
NORM = """
network norm
index n:N i:3
input X[n,i] Y[n,i]
m[n] = mean(X[n,i], i)
H[n,i] = X[n,i] - m[n]
loss L = sum((H[n,i] - Y[n,i])**2, n, i)/(2*N)
"""


def words(derivation, **options):
    return " ".join(explanation(derivation, checks=False, **options).text().split())


def test_tokens_that_read_each_other_are_no_samples():
    page = words(derive(parse(ATTENTION), of="O"))
    assert "sample" not in page
    assert "reads only its own row" not in page


def test_the_direct_part_of_a_derivative_has_a_symbol_of_its_own():
    page = words(derive(parse(RIDGE)), name="w")
    assert "∂L/∂w[i] = Σ_n ∂L/∂p[n]·∂p[n]/∂w[i] + (∂L/∂w[i])[p] chain rule" in page
    assert "the derivative of equation (2) by w[i] with p held fixed" in page
    assert "direct part" not in words(derive(parse(RIDGE)), name="b")


def test_a_direct_part_of_scalars_is_marked_in_the_factors_too():
    net = parse("input x y\nparameter w\np = w*x\nloss E = (p - y)**2/2 + w**2/2")
    page = words(derive(net))
    assert "(∂E/∂w)[p] │ (2) │ power │ w" in page
    assert "does not contain w, so its derivative adds nothing to (∂E/∂w)[p]." in page


def test_a_number_that_is_added_has_no_shape():
    page = words(derive(parse(RIDGE)))
    assert "p = X·w + b, of shape N×1. A number added to a matrix is added to each" in page


def test_a_setting_of_a_function_is_a_number_in_matrices():
    net = parse("index n:N i:3\ninput X[n,i]\nparameter w[i]\n"
                "a[n,i] = leaky_relu(w[i]*X[n,i], 0.1)\nloss L = sum(a[n,i], n, i)")  # fmt: skip
    assert "a = leaky_relu(X·diag(w), 0.1), of shape N×3" in words(derive(net))


def test_other_paths_run_through_other_equations_where_there_are_such():
    page = words(derive(parse(NORM), ["X"]))
    assert "has other paths, through other values of i, and through other equations." in page


def test_a_value_that_stands_twice_in_an_equation_adds_up():
    net = parse("input x y\nparameter w\na = w*x\np = a*x + a**2\nloss E = (p - y)**2/2")
    page = words(derive(net))
    assert "a stands in 2 places of equation (2): its local derivative is the sum" in page
    assert "sum and power" in page


def test_a_letter_is_not_bound_and_free_in_one_line():
    page = words(derived(DIGITS))
    assert "∂/∂Z2[n,k] logsumexp_k′(Z2[n′,k′])" in page


def test_effects_that_cancel_are_read_with_their_signs():
    net = parse("input x y\nparameter w\na = w*x\nb = -2*a\np = a + b\nloss E = (p - y)**2/2")
    page = words(derive(net), at={"x": 1.0, "y": 0.0, "w": 0.5}, update=SGD(0.1))
    assert "at the rate" not in page
    assert "All parameters" not in page  # there is one only


def test_the_worst_entry_is_counted_as_the_page_counts():
    derivation = derived(RIDGE, "w")
    pages = [
        explanation(derivation, notation=Notation(first_index=first)).text() for first in (0, 1)
    ]
    at = [page.split("(at w[")[1][0] for page in pages]
    assert int(at[1]) == int(at[0]) + 1


def test_a_mean_divides_by_all_its_sizes():
    page = words(derived(RESIDUAL))
    assert "The division by 5 · N in L stays" in page
