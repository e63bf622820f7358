"""Keys: equal for expressions that differ in the names of bound letters only."""

import pytest

from symback.algebra import functions as f
from symback.algebra.canonical import key, shape_key, value_key
from symback.algebra.letters import Index, indices
from symback.algebra.positions import Entry
from symback.algebra.traversal import rename

i, j, k, m = indices("i:I j:I k:I m:I")
X, v = Entry("X", i, j), Entry("v", i)


def test_sums_over_different_letters_have_one_key():
    one = f.sum_over(Entry("v", i) * Entry("w", i), i)
    other = f.sum_over(Entry("v", k) * Entry("w", k), k)
    assert one != other
    assert key(one) == key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (f.sum_over(X, i), f.sum_over(X, j)),
        (X, Entry("X", j, i)),
        (v * X, X * v),
        (f.sum_over(f.sum_over(X, i), j), f.sum_over(f.sum_over(X, j), i)),
        (f.sum_over(v, i), f.sum_over(Entry("v", Index("i", 3)), Index("i", 3))),
        (f.sum_over(v, i), f.mean_over(v, i)),
        (f.sum_over(v, (i, 0, 2)), f.sum_over(v, (i, 0, 3))),
        (v, Entry("w", i)),
    ],
    ids=str,
)
def test_different_expressions_have_different_keys(one, other):
    assert key(one) != key(other)


@pytest.mark.parametrize("kind", [f.max_over, f.min_over, f.product_over])
def test_a_reduction_has_the_key_of_its_letters_places(kind):
    assert key(kind(v, i)) == key(kind(Entry("v", k), k)) != key(f.sum_over(v, i))
    assert key(kind(v, (i, 0, j))) == key(kind(Entry("v", k), (k, 0, j)))


def test_a_first_place_binds_in_the_body_and_not_where_it_is_read():
    assert key(f.first(X, i, at=k)) == key(f.first(Entry("X", m, j), m, at=k))
    assert key(f.first(X, i, at=k)) != key(f.first(X, i, at=m))
    assert set(value_key(f.first(X, i))[1]) == {i, j}


def test_floors_remainders_and_gathers_count_in_a_key():
    assert key(f.sum_over(Entry("v", i // 2), i)) == key(f.sum_over(Entry("v", k // 2), k))
    assert key(Entry("v", i // 2)) != key(Entry("v", i // 3))
    assert key(Entry("v", i // 2)) != key(Entry("v", i % 2))
    assert key(Entry("v", Entry("ids", i))) != key(Entry("v", Entry("ids", j)))


def test_a_bound_letter_that_hides_a_free_one_is_told_apart():
    inner = f.sum_over(X, i)
    assert key(f.sum_over(inner, j)) == key(f.sum_over(rename(inner, {j: m}), m))
    assert key(v * f.sum_over(v, i)) == key(v * f.sum_over(Entry("v", k), k))


def test_a_value_key_lists_the_free_letters_in_order_of_appearance():
    one, axes = value_key(X * v)
    other, renamed = value_key(Entry("X", m, k) * Entry("v", m))
    assert one == other
    assert axes == (i, j)
    assert renamed == (m, k)
    assert value_key(Entry("X", k, k))[0] != one


def test_a_shape_key_forgets_names_and_keeps_sameness():
    def of(expression):
        letters, tensors = {}, {}
        return shape_key(expression, letters, tensors), list(tensors)

    one, names = of(f.sum_over(X * Entry("w", j), j))
    other, others = of(f.sum_over(Entry("A", m, k) * Entry("b", k), k))
    assert one == other
    assert (names, others) == (["X", "w"], ["A", "b"])
    assert of(v * v)[0] != of(v * Entry("w", i))[0]


def test_letters_bound_again_inside_keep_their_places():
    w = Entry("w", j)
    outer = f.sum_over(f.sum_over(f.sum_over(Entry("v", i) * w, j), i), i)
    inner = f.sum_over(f.sum_over(f.sum_over(Entry("v", j) * w, j), i), i)
    assert key(outer) != key(inner)


def test_positions_do_not_depend_on_the_names_of_bound_letters():
    a, z, q = indices("a:3 z:3 q:3")
    one, other = (f.sum_over(Entry("X", q + k) * Entry("v", k), k) for k in (a, z))
    assert key(one) == key(other)
