"""Free letters, renaming without capture, the entries that are read."""

import pytest
from sympy import Integer

from symback.algebra import functions as f
from symback.algebra.letters import Index, indices
from symback.algebra.positions import Entry, as_position, floored, remainder
from symback.algebra.traversal import (
    depth,
    entries,
    fresh_letter,
    rebuilt,
    relabel,
    rename,
    subexpressions,
)
from symback.errors import DefinitionError

i, j, k, m = indices("i:I j:I k:I m:I")
X, v = Entry("X", i, j), Entry("v", i)

RENAMED = {
    "X[j,j]": (X, {i: j}),
    "X[j,i]": (X, {i: j, j: i}),
    "X[0,j]": (X, {i: Integer(0)}),
    "X[k + 1,j]": (X, {i: as_position(k + 1, "")}),
    # What is bound is not renamed, and captures nothing.
    "sum(X[i,j], i)": (f.sum_over(X, i), {i: k}),
    "sum(X[k,j], j)": (f.sum_over(X, j), {i: k}),
    "sum(X[j,j_1], j_1)": (f.sum_over(X, j), {i: j}),
    "sum(X[j + 1,j_1], j_1)": (f.sum_over(X, j), {i: as_position(j + 1, "")}),
    "sum(v[j], (j, 0, k))": (f.sum_over(Entry("v", j), (j, 0, i)), {i: k}),
    "sum(v[j_1], (j_1, 0, j))": (f.sum_over(Entry("v", j), (j, 0, i)), {i: j}),
    "softmax(X[j,j_1], j_1, at=m)": (f.softmax(X, j, at=m), {i: j}),
    "softmax(X[i,j], j, at=k)": (f.softmax(X, j, at=m), {m: k}),
    "softmax(X[i,j], j, at=k)*v[i]": (f.softmax(X, j) * v, {j: k}),
    "logsumexp(X[j,j_1], j_1)": (f.logsumexp(X, j), {i: j}),
    "v[k]*sum(v[i], i)": (v * f.sum_over(v, i), {i: k}),
    "delta(k, j)*iverson(k <= j)": (f.delta(i, j) * f.iverson(i <= j), {i: k}),
    "k*v[k]": (i * v, {i: k}),
    "max(X[j,j_1], j_1)": (f.max_over(X, j), {i: j}),
    "prod(v[j_1], (j_1, 0, j))": (f.product_over(Entry("v", j), (j, 0, i)), {i: j}),
    "first(X[j,j_1], j_1, at=m)": (f.first(X, j, at=m), {i: j}),
    "first(X[i,j], j, at=k)": (f.first(X, j), {j: k}),
    "padded(X[k - 1,j])": (f.padded(Entry("X", as_position(i - 1, ""), j)), {i: k}),
    "v[ids[k]]": (Entry("v", Entry("ids", i)), {i: k}),
    "v[(k + 1)//2]": (Entry("v", i // 2), {i: as_position(k + 1, "")}),
    "v[1]*(k % 3)": (Entry("v", i // 2) * (j % 3), {i: Integer(3), j: k}),
}


@pytest.mark.parametrize(("expected", "case"), RENAMED.items(), ids=RENAMED)
def test_renaming_captures_nothing(expected, case):
    expression, letters = case
    assert str(rename(expression, letters)) == expected


def test_tensors_are_renamed_everywhere():
    renamed = rename(f.softmax(X, j) * v, tensors={"X": "Y", "v": "w"})
    assert str(renamed) == "softmax(Y[i,j], j)*w[i]"
    gathered = f.padded(Entry("v", Entry("ids", i))) * f.first(v, i)
    renamed = rename(gathered, tensors={"ids": "words", "v": "w"})
    assert str(renamed) == "padded(w[words[i]])*first(w[i], i)"


def test_relabelling_moves_bound_letters_too():
    total = f.sum_over(X * v, i)
    assert str(relabel(total, {i: k, j: m}, {"v": "u"})) == "sum(X[k,m]*u[k], k)"
    masked = f.first(Entry("v", Entry("ids", i // 2)), i, at=j)
    assert str(relabel(masked, {i: k, j: m}, {"ids": "u"})) == "first(v[u[k//2]], k, at=m)"


def test_a_fresh_letter_has_the_size_and_a_name_that_is_free():
    assert fresh_letter(i, {"i", "i_1"}) == Index("i_2", "I")
    assert fresh_letter(Index("i_2", "I"), {"i_1"}) == Index("i_2", "I")


def test_entries_come_in_the_order_of_writing():
    expression = v * X + f.sum_over(Entry("b", Entry("ids", i)), i) - v
    assert [e.tensor for e in entries(expression)] == ["v", "X", "b", "ids", "v"]


def test_rebuilding_tries_outer_nodes_first():
    seen = []
    rebuilt(v * X, lambda e: seen.append(str(e)))
    assert seen[0] == "v[i]*X[i,j]"
    assert str(rebuilt(v * X, lambda e: Entry("y") if e == v else None)) == "y*X[i,j]"


def test_depth_and_subexpressions_need_no_recursion():
    deep = v
    for _ in range(5000):
        deep = f.tanh(deep)
    assert depth(deep) == 5003
    assert sum(1 for _ in subexpressions(deep)) == 5003


def test_a_gather_cannot_replace_a_letter_in_arithmetic():
    with pytest.raises(DefinitionError, match="gather"):
        rename(Entry("v", as_position(i + 1, "")), {i: Entry("ids", k)})


def test_a_letter_that_stands_as_a_number_is_replaced_by_a_spelled_out_number():
    p, q = indices("p:3 q:3")
    one = Entry("x", p) * p + f.sum_over(p * Entry("y", q), q)
    assert (
        str(rename(one, {p: as_position(2 - q, "p")}))
        == "x[2 - q]*(2 - q) + sum((2 - q)*y[q_1], q_1)"
    )
    assert rename(p * Entry("x", p), {p: as_position(2 - q, "p")}).args[0].func.__name__ == "Plus"


def test_a_quotient_and_its_remainder_are_the_number_again():
    g, e, c = indices("g:3 e:2 c:6")
    read = Entry("X", as_position(2 * g + e + 1, ""))
    split = {g: floored(c, Integer(2)), e: remainder(c, Integer(2))}
    assert str(rename(read, split)) == "X[c + 1]"
    with pytest.raises(DefinitionError, match="gather"):
        rename(read, {**split, e: remainder(c, Integer(3))})
