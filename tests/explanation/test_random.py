"""Random networks: every page can be written, and every line of numbers is worth the next."""

import math

from hypothesis import HealthCheck, given, settings

from symback.derivation.derive import derive
from symback.errors import CheckError
from symback.explanation.teacher import explanation
from symback.verification.sampling import random_sample
from tests.explanation.formula_values import equal_sides
from tests.strategies import networks, scalar_networks

MANY = settings(
    max_examples=12, deadline=None, derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)  # fmt: skip


def read(network):
    derivation = derive(network)
    for detail in (0, 1, 3):
        page = explanation(derivation, detail=detail, checks=False)
        assert page.text()
        assert page.latex()
        assert page.markdown()
    try:
        sample = random_sample(derivation.network, seed=1)
    except CheckError:
        return
    page = explanation(derivation, at=sample.values, checks=False)
    for _, sides in equal_sides(page.document):
        assert all(math.isclose(s, sides[0], rel_tol=1e-6, abs_tol=1e-7) for s in sides), sides
    name = derivation.wrt[0]
    place = (0,) * derivation.forward[name].rank or None
    assert explanation(derivation, name, weight=place, at=sample.values, checks=False).text()


@MANY
@given(networks())
def test_pages_of_random_networks_of_tensors(network):
    read(network)


@MANY
@given(scalar_networks())
def test_pages_of_random_networks_of_scalars(network):
    read(network)
