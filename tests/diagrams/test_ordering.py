from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from symback.diagrams.lattice import build_lattice
from symback.diagrams.layering import assign_columns
from symback.diagrams.ordering import count_crossings, order_columns


def lattice_of(count, edges):
    columns = assign_columns(count, edges, [None] * count)
    minor = [False] * count
    return build_lattice(columns, [(30.0, 30.0)] * count, edges, [None] * len(edges), minor), minor


@st.composite
def acyclic(draw):
    count = draw(st.integers(2, 10))
    pairs = list(combinations(range(count), 2))
    return count, draw(st.lists(st.sampled_from(pairs), max_size=20, unique=True))


@given(acyclic())
def test_crossings_are_counted_as_by_hand(graph):
    lattice, _ = lattice_of(*graph)
    position = lattice.positions()
    crossings = 0
    for sites in lattice.columns:
        lines = [(position[a], position[b]) for a in sites for b in lattice.after[a]]
        crossings += sum((a - c) * (b - d) < 0 for (a, b), (c, d) in combinations(lines, 2))
    assert count_crossings(lattice) == crossings


@given(acyclic())
def test_ordering_keeps_every_site_in_its_column(graph):
    lattice, minor = lattice_of(*graph)
    before = [sorted(sites) for sites in lattice.columns]
    order_columns(lattice, minor)
    assert [sorted(sites) for sites in lattice.columns] == before


def test_a_drawing_without_crossings_is_found():
    lattice, minor = lattice_of(6, [(0, 5), (1, 4), (2, 3)])
    order_columns(lattice, minor)
    assert count_crossings(lattice) == 0


def test_a_planar_graph_that_starts_tangled_is_untangled():
    edges = [(0, 7), (1, 6), (2, 5), (3, 4), (4, 8), (5, 9), (6, 10), (7, 11)]
    lattice, minor = lattice_of(12, edges)
    order_columns(lattice, minor)
    assert count_crossings(lattice) == 0
