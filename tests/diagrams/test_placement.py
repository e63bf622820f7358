from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symback.diagrams.lattice import build_lattice
from symback.diagrams.layering import assign_columns
from symback.diagrams.ordering import order_columns
from symback.diagrams.placement import keep_apart, needed_distance, place_across
from tests.diagrams.test_ordering import acyclic

SIZE = (30.0, 30.0)


def lattice_of(count, edges, minor=()):
    columns = assign_columns(count, edges, [None] * count)
    marks = [node in minor for node in range(count)]
    lattice = build_lattice(columns, [SIZE] * count, edges, [None] * len(edges), marks)
    order_columns(lattice, marks)
    return lattice


@given(acyclic())
def test_neighbours_of_a_column_keep_their_distance_and_order(graph):
    lattice = lattice_of(*graph)
    centre = place_across(lattice)
    for sites in lattice.columns:
        for upper, lower in pairwise(sites):
            gap = centre[lower] - centre[upper]
            assert gap >= needed_distance(lattice, upper, lower) - 1e-6


def test_a_chain_is_straight():
    assert len(set(place_across(lattice_of(5, [(0, 1), (1, 2), (2, 3), (3, 4)])))) == 1


def test_the_middle_of_a_long_edge_is_straight():
    edges = [(0, 1), (1, 2), (2, 3), (3, 4), (0, 4), (0, 2), (2, 4)]
    lattice = lattice_of(5, edges)
    centre = place_across(lattice)
    inner = lattice.stops[edges.index((0, 4))][1:-1]
    assert len({round(centre[site], 6) for site in inner}) == 1


def test_a_parameter_makes_room_for_the_data():
    centre = place_across(lattice_of(4, [(1, 2), (0, 2), (2, 3)], minor=(1,)))
    assert centre[0] == centre[2] == centre[3] != centre[1]


@given(st.lists(st.floats(-100, 100), min_size=1, max_size=8))
def test_sites_that_are_apart_do_not_move_and_others_move_together(wishes):
    lattice = lattice_of(len(wishes), [])
    sites, centre = lattice.columns[0], list(wishes)
    keep_apart(sites, centre, lattice)
    order = [centre[site] for site in sites]
    assert all(b - a >= 54 - 1e-6 for a, b in pairwise(order))
    assert sum(centre) == pytest.approx(sum(wishes), abs=1e-6)
    again = list(centre)
    keep_apart(sites, again, lattice)
    assert again == pytest.approx(centre, abs=1e-6)
