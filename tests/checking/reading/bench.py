"""A small network, its derivation, and points with its tensors and adjoints, for all readers."""

from functools import cache

import mpmath
import numpy as np

import symback as sb
from symback.checking.claim import Point
from symback.checking.claims import claims_of
from symback.checking.points import DIGITS, Equations, exact_kind, float_kind, random_values

TEXT = """
network digits
index n:N i:6 h:4 k:3
input X[n,i]  Y[n,k] one_hot
parameter W1[i,h] b1[h] W2[h,k] b2[k]
Z1[n,h] = sum(X[n,i]*W1[i,h], i) + b1[h]
A1[n,h] = tanh(Z1[n,h])
Z2[n,k] = sum(A1[n,h]*W2[h,k], h) + b2[k]
P[n,k]  = softmax(Z2[n,k], k)
loss L  = -sum(Y[n,k]*log(P[n,k]), n, k)/N
"""
ADJOINTS = ("P", "Z2", "A1", "Z1", "X", "W1", "b1", "W2", "b2")


@cache
def derivation():
    return sb.derive(sb.parse(TEXT))


@cache
def equations():
    return Equations(derivation(), ADJOINTS)


@cache
def values():
    return random_values(equations(), 1, 1)[0]


@cache
def point(exact: bool = True) -> Point:
    with mpmath.workdps(DIGITS):
        return equations().computed(*values(), exact_kind() if exact else float_kind())


def claims(claimed, **options):
    return claims_of(derivation(), claimed, **options)


def value(claim, exact: bool = True) -> np.ndarray:
    with mpmath.workdps(DIGITS):
        return claim.value(point(exact))


def error(claim, exact: bool = True) -> float:
    """The largest difference between a claim and what it is about; inf for another shape."""
    at = point(exact)
    own = value(claim, exact)
    right = (at.adjoints if claim.about == "adjoint" else at.tensors)[claim.name]
    if own.shape != np.shape(right):
        return float("inf")
    return max((abs(float(x)) for x in np.ravel(own - right)), default=0.0)


def verdicts(claimed, **options):
    """(tensor, is it right) of every claim, in order."""
    found = claims(claimed, **options)
    return [(c.name, error(c, c.exact) < (1e-20 if c.exact else 1e-10)) for c in found]
