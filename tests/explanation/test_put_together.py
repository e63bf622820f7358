"""A normalisation's gradient in one line: on the page, among the results, checked line by line."""

import pytest

import symback as sb
from symback.derivation.fusions import fusions

BATCH_NORM = """
network norm
index m:M h:H
input x[m,h]
parameter gamma[h] beta[h]
constant eps = 0.00001
mu[h] = mean(x[m,h], m)
v[h] = mean((x[m,h] - mu[h])**2, m)
z[m,h] = (x[m,h] - mu[h])/sqrt(v[h] + eps)
y[m,h] = gamma[h]*z[m,h] + beta[h]
"""


@pytest.fixture(scope="module")
def derivation():
    return sb.derive(sb.parse(BATCH_NORM), of="y", wrt=["x", "gamma"])


def test_only_the_whole_is_put_together_not_what_lies_on_its_way(derivation):
    assert list(fusions(derivation)) == ["x"]


def test_a_fork_in_which_no_sum_vanishes_is_left_as_it_is():
    net = sb.parse("input x\nparameter w\na = w*x\nb = tanh(a) + a**2\nloss L = b**2")
    assert fusions(sb.derive(net)) == {}


def test_the_page_has_the_one_line_its_reasons_and_its_check(derivation):
    page = " ".join(sb.explain(derivation).text().split())
    assert "Put together: μ̄ and v̄ are put into x̄[m,h]" in page
    assert "= 0: deviations from a mean add up to 0" in page
    results = page.split("Results ───────")[1]
    assert "M·ȳ[m,h] − Σ_{m′} ȳ[m′,h]" in results
    steps = (*derivation["x"].steps, *derivation.fused("x").steps)
    row = next(r for r in sb.verify(derivation).rows if r.name == "x_bar" and r.what == "steps")
    assert row.checked == sum(1 for step in steps for _ in step.walk())
    assert row.passed
