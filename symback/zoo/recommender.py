"""A recommender: what a person says to a question, from a few numbers of both."""

from __future__ import annotations

from symback.algebra.functions import log, mean_over, sigmoid, sum_over
from symback.algebra.letters import indices
from symback.network.network import Network


def recommender(members: int = 435, questions: int = 16, factors: int = 2) -> Network:
    """p[n] = σ(Σ_f U[member[n],f]·V[question[n],f] + a[member[n]] + b[question[n]]).

    Inputs: member[n] and question[n], integers; yea[n], 1 or 0. Rows of U and V are read by number,
    so their gradients are scatters: ∂L/∂U[u,f] adds up what all answers of member u say.

    Source: Koren, Bell & Volinsky, Matrix factorization techniques for recommender systems,
    Computer 42 (2009), equation 4; with a sigmoid, for answers that are yes or no.
    """
    net = Network("recommender")
    n, u, q, f = indices(f"n:N u:{members} q:{questions} f:{factors}")
    member, question = (net.input(name, n, integer=True) for name in ("member", "question"))
    yea = net.input("yea", n)
    U, V = net.parameter("U", u, f), net.parameter("V", q, f)
    a, b = net.parameter("a", u), net.parameter("b", q)
    who, what = member[n], question[n]
    z = net.define("z", n, sum_over(U[who, f] * V[what, f], f) + a[who] + b[what])
    p = net.define("p", n, sigmoid(z[n]))
    net.loss("L", -mean_over(yea[n] * log(p[n]) + (1 - yea[n]) * log(1 - p[n]), n))
    return net
