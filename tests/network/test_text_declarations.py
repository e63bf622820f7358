"""Lines of the text form that declare: random tensors, buffers, states, updates, predictions."""

from __future__ import annotations

import pytest
from sympy import Integer

from symback.algebra import functions as f
from symback.algebra.letters import indices
from symback.algebra.positions import Entry, as_position
from symback.errors import TextError
from symback.network.network import Network
from symback.network.text_reader import parse
from symback.network.text_writer import text_of

t, n, k, j = indices("t:T n:N k:4 j:4")

HEAD = """
index t:T n:N k:4 j:4
input X[t,n,k]
parameter U[j,k] h0[n,k]
constant rate = 0.25
"""
# Two states that read each other; the second begins with what an equation defines.
RECURRENT = (
    HEAD
    + """
state h[t,n,k] initial h0[n,k]; c[t,n,k] initial e[n,k]
c[t,n,k] = sigmoid(h[t,n,k]) + c[t-1,n,k]
h[t,n,k] = tanh(z[t,n,k])
z[t,n,k] = X[t,n,k] + sum(c[t-1,n,j]*U[j,k], j)
e[n,k] = 2*h0[n,k]
loss L = mean(h[T-1,n,k]**2 + c[0,n,k], n, k)
"""
)
DROPPED = (
    HEAD
    + """
random M[n,k] bernoulli(1 - rate); E[n] normal(0, rate)
random V[k] uniform
buffer mu_run[k] initial 0; count
mu[k] = mean(X[t,n,k], t, n)
Z[t,n,k] = (X[t,n,k] - mu[k])*M[n,k] + E[n]*V[k]
loss L = mean(Z[t,n,k]**2, t, n, k)
update mu_run[k] = 0.9*mu_run[k] + 0.1*mu[k]
update count = count + 1
prediction mu[k] = mu_run[k]
"""
)


@pytest.mark.parametrize("text", [RECURRENT, DROPPED])
def test_what_is_written_is_read_back(text):
    net = parse(text)
    assert parse(text_of(net)) == net
    assert text_of(parse(text_of(net))) == text_of(net)


def test_a_text_and_python_make_the_same_network():
    net = Network()
    X, U = net.input("X", t, n, k), net.parameter("U", j, k)
    h0 = net.parameter("h0", n, k)
    net.constant("rate", 0.25)
    e = net.define("e", (n, k), 2 * h0[n, k])
    h = net.state("h", t, n, k, initial=h0[n, k])
    c = net.state("c", t, n, k, initial=e[n, k])
    z = net.define("z", (t, n, k), X[t, n, k] + f.sum_over(c[t - 1, n, j] * U[j, k], j))
    h = net.define("h", (t, n, k), f.tanh(z[t, n, k]))
    c = net.define("c", (t, n, k), f.sigmoid(h[t, n, k]) + c[t - 1, n, k])
    net.loss("L", f.mean_over(h[t.size - 1, n, k] ** 2 + c[0, n, k], n, k))
    read = parse(RECURRENT)
    assert read == parse(text_of(net))
    assert {e.target: e for e in read.equations} == {e.target: e for e in net.equations}


def test_adjoint_equations_that_read_each_other_are_read_as_a_group():
    net = parse(RECURRENT)
    U, h = net["U"], net["h"]
    z_bar, h_bar = Entry("z_bar", as_position(t + 1, ""), n, j), Entry("h_bar", t, n, k)
    within = f.iverson(t + 1 < t.size)
    net.adjoints([
        ("h_bar", (t, n, k), f.sum_over(z_bar * U[k, j], j) * within + f.delta(t, t.size - 1)),
        ("z_bar", (t, n, k), h_bar * (1 - h[t, n, k] ** 2)),
        ("e_bar", (n, k), Entry("z_bar", Integer(0), n, k)),
    ])  # fmt: skip
    assert parse(text_of(net)) == net
    shuffled = text_of(net).split("\n")
    read = parse("\n".join([*shuffled[-3:], *shuffled[:-3]]))
    assert {e.target: e for e in read.equations} == {e.target: e for e in net.equations}


def test_a_distribution_gets_its_numbers_in_their_order():
    net = parse(DROPPED)
    assert [str(x.distribution) for x in net.randoms] == [
        "bernoulli(1 - rate)", "normal(0, rate)", "uniform(0, 1)",
    ]  # fmt: skip


def test_predictions_and_updates_are_no_equations():
    net = parse(DROPPED)
    assert [e.target for e in net.equations] == ["mu", "Z", "L"]
    assert set(net.updates) == {"mu_run", "count"}
    assert set(net.predictions) == {"mu"}


def test_prediction_and_first_are_names_too():
    net = parse("input x\nfirst = 2*x\nprediction = first + 1\nprediction prediction = first")
    assert parse(text_of(net)) == net
    assert set(net.predictions) == {"prediction"}


ERRORS = {
    "state h[t,n,k] initial": "column 23: initial: a value was asked for",
    "state h[t,n,k] init 0": "column 16: state: initial was asked for",
    "state": "a name was asked for",
    "state [t,n]": "a name was asked for",
    "state h[t,n,k] initial X[t,n,k]": "it reads the time letter t",
    "state h[t,n,k] initial tanh(X)": "write an entry of it",
    "state h": "the first letter of a state is its time",
    "state h[t,n,k]\nh[t,n]=0": "define it with the same letters",
    "state h[t,n,k]\nh[t,n,k]=0\nh[t,n,k]=1": "it already names the equation of h",
    "state h[t,n,k]\nstate h[t,n,k]": "it already names the state h",
    "state h[t,n,k]\nh[t,n,k] = h[t,n,k] + 1": "it needs itself: h reads h",
    "state h[t,n,k]\nz = sum(h[t,n,k], t, n, k)": "the state h\\[t,n,k\\] has no equation yet",
    "h[t,n,k] = h[t-1,n,k]": "to read its own past, h is declared: state h",
    "random M[n] bernoulli(2)": "p lies between 0 and 1",
    "random M[n] bernouli": "use bernoulli\\(p\\), normal",
    "random M[n] normal(0, 1, 2)": "3 of them",
    "random M[n] normal(0) X[n]": "a ; stands before the next tensor",
    "random M[n] normal(X[0,0,0])": "use a number",
    "random M[n]": "a distribution was asked for",
    "buffer b[n] initial x": "did you mean X",
    "update U[j,k] = 0": "declared as parameter",
    "update b[n] = 1": "declare it: buffer",
    "buffer b[n]\nupdate b = 1": "write b\\[n\\] = …",
    "buffer b\nupdate b = 1\nupdate b = 2": "it has one",
    "prediction X[t,n,k] = 0": "declared as input",
    "prediction mu": "no = in it",
}


@pytest.mark.parametrize(("line", "message"), ERRORS.items(), ids=ERRORS)
def test_a_wrong_declaration_is_told_with_its_place(line, message):
    with pytest.raises(TextError, match=r"net, line \d+, column \d+") as caught:
        parse(HEAD + line, "net")
    assert caught.match(message)
