"""The contraction recogniser: the part that each letter plays, and the order of many factors."""

from itertools import pairwise, product

import numpy as np
import pytest

from symback.algebra.contraction import Contraction, contraction, pairwise_order, summed_now
from symback.algebra.letters import indices

n, i, j, k, h = indices("n:8 i:64 j:32 k:10 h:4")

TABLE = {
    "X[n,i] W[i,k]": ((n, i), (i, k), {i}, Contraction((), (n,), (k,), (i,))),
    "X[n,i] D[n,k], n summed": ((n, i), (n, k), {n}, Contraction((), (i,), (k,), (n,))),
    "matrix by vector": ((n, i), (i,), {i}, Contraction((), (n,), (), (i,))),
    "vector by vector": ((i,), (i,), {i}, Contraction((), (), (), (i,))),
    "outer product": ((n,), (k,), (), Contraction((), (n,), (k,), ())),
    "entry by entry": ((n, k), (n, k), (), Contraction((n, k), (), (), ())),
    "batch": ((n, i, j), (n, j, k), {j}, Contraction((n,), (i,), (k,), (j,))),
    "along rows": ((n, k), (n, k), {k}, Contraction((n,), (), (), (k,))),
    "two inner letters": ((n, i, j), (j, i, k), {i, j}, Contraction((), (n,), (k,), (i, j))),
    "summed alone": ((n, i), (k,), {i, k}, Contraction((), (n,), (), (), (i,), (k,))),
}


@pytest.mark.parametrize("row", TABLE)
def test_every_letter_has_its_part(row):
    first, second, summed, expected = TABLE[row]
    assert contraction(first, second, summed) == expected


def test_a_matrix_product_has_inner_letters_and_nothing_else():
    products = {row for row, (a, b, s, _) in TABLE.items() if contraction(a, b, s).is_product}
    assert products == {
        "X[n,i] W[i,k]", "X[n,i] D[n,k], n summed", "matrix by vector", "vector by vector",
        "two inner letters",
    }  # fmt: skip


def size(letter):
    return int(letter.size)


def cost(factors, order, summed):
    """Count multiplications of an order."""
    factors, total = list(factors), 0
    for pair in order:
        both = factors[pair[0]] | factors[pair[1]]
        total += int(np.prod([size(letter) for letter in both]))
        rest = [f for place, f in enumerate(factors) if place not in pair]
        factors = [*rest, both - summed_now(factors, pair, summed)]
    return total


def test_a_chain_is_multiplied_from_its_narrow_end():
    a, b, c = frozenset((n, i)), frozenset((i, j)), frozenset((j,))
    assert pairwise_order([a, b, c], frozenset((i, j)), size) == [(1, 2), (0, 1)]


def test_no_order_of_four_factors_takes_fewer_multiplications():
    factors = [frozenset(f) for f in ((n, i), (i, j), (j, k), (k, h))]
    summed = frozenset((i, j, k))
    found = cost(factors, pairwise_order(factors, summed, size), summed)

    def orders(count):
        pairs = [(a, b) for b in range(count) for a in range(b)]
        rest = orders(count - 1) if count > 2 else [[]]
        return [[pair, *order] for pair, order in product(pairs, rest)]

    assert found == min(cost(factors, order, summed) for order in orders(4))


def test_many_factors_are_ordered_too():
    letters = indices(" ".join(f"a{number}:{number + 2}" for number in range(9)))
    factors = [frozenset(pair) for pair in pairwise(letters)]
    order = pairwise_order(factors, frozenset(letters[1:-1]), size)
    assert len(order) == len(factors) - 1


def test_a_letter_is_summed_as_soon_as_no_other_factor_has_it():
    factors = [frozenset((n, i)), frozenset((i, j)), frozenset((j, n))]
    assert summed_now(factors, (0, 1), (i, j)) == {i}
    assert summed_now(factors, (0, 2), (i, j, n)) == {n}
