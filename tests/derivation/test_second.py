"""Second derivatives against the published forms."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

import symback as sb
import symback.algebra.functions as f
from symback.algebra.letters import indices
from symback.derivation.second import hessian, hvp, jacobian
from symback.errors import DerivationError
from symback.network.network import Network
from tests.derivation.networks import digits


def test_the_jacobian_of_softmax() -> None:
    i = indices("i:D")
    net = Network()
    z = net.input("z", i)
    net.define("p", i, f.softmax(z[i], i))
    assert str(jacobian(net, "p", "z")["z"].written) == "p[i]*(delta(i, i_1) - p[i_1])"


def test_the_hessian_of_a_quadratic_form_is_symmetric() -> None:
    i, j = indices("i:D j:D")
    net = Network()
    a, x = net.input("A", i, j), net.parameter("x", i)
    net.loss("L", f.sum_over(x[i] * a[i, j] * x[j], i, j) / 2)
    assert str(hessian(net)["x", "x"].written) == "(A[i,j] + A[j,i])/2"


def test_the_hessian_of_least_squares() -> None:
    m, j = indices("m:M j:D")
    net = Network()
    a, y, x = net.input("A", m, j), net.input("y", m), net.parameter("x", j)
    e = net.define("e", m, f.sum_over(a[m, j] * x[j], j) - y[m])
    net.loss("L", f.sum_over(e[m] ** 2, m))
    assert str(hessian(net)["x", "x"].written) == "2*sum(A[m,j]*A[m,j_1], m)"


def test_the_hessian_of_matrix_factorisation_keeps_its_deltas() -> None:
    m, i, k = indices("m:M i:I k:K")
    net = Network()
    t, u, v = net.input("T", m, i), net.parameter("U", m, k), net.parameter("V", i, k)
    r = net.define("R", (m, i), t[m, i] - f.sum_over(u[m, k] * v[i, k], k))
    net.loss("L", f.sum_over(r[m, i] ** 2, m, i))
    h = hessian(net)
    assert str(h["U", "U"].written) == "2*delta(m, m_1)*sum(V[i,k]*V[i,k_1], i)"
    assert str(h["U", "V"].written) == "2*V[i,k]*U[m,k_1] - R_bar[m,i]*delta(k, k_1)"


def test_steps_of_a_hessian_are_one_chain() -> None:
    i = indices("i:D")
    net = Network()
    z = net.parameter("z", i)
    net.loss("L", f.logsumexp(z[i], i))
    steps = hessian(net)["z", "z"].steps
    assert all(a.after == b.before for a, b in itertools.pairwise(steps))


def test_a_hessian_vector_product_adds_a_direction_for_every_parameter() -> None:
    product = hvp(digits())
    assert {"W1_dot", "b1_dot", "W2_dot", "b2_dot"} <= {t.name for t in product.network.inputs}
    assert product.of == "L_dot"


def test_the_hessian_of_a_tensor_is_refused() -> None:
    with pytest.raises(DerivationError, match="not scalar"):
        hessian(digits(), of="Z2")


def test_a_hessian_is_compiled_block_by_block() -> None:
    i, j = indices("i:D j:D")
    net = Network()
    a, x = net.input("A", i, j), net.parameter("x", i)
    net.loss("L", f.sum_over(x[i] * a[i, j] * x[j], i, j) / 2)
    h = hessian(net)
    matrix = np.array([[1.0, 2.0], [3.0, 4.0]])
    found = sb.lambdify(h)({"A": matrix, "x": [1.0, -1.0]})
    assert np.allclose(found[h.block_name("x", "x")], (matrix + matrix.T) / 2)
