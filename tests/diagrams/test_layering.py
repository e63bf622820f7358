import pytest

from symback.diagrams.layering import assign_columns, forward_edges


def columns(count, edges, hints=None):
    return assign_columns(count, edges, hints or [None] * count)


@pytest.mark.parametrize(
    ("count", "edges", "expected"),
    [
        (1, [], [0]),
        (3, [(0, 1), (1, 2)], [0, 1, 2]),
        # A parameter (3) stands next to the equation that reads it, not in the first column.
        (4, [(0, 1), (1, 2), (3, 2)], [0, 1, 2, 1]),
        # So does the constant (4) behind it.
        (5, [(0, 1), (1, 2), (3, 2), (4, 3)], [0, 1, 2, 1, 0]),
        (4, [(0, 1), (0, 2), (1, 3), (2, 3)], [0, 1, 1, 2]),
    ],
)
def test_columns(count, edges, expected):
    assert columns(count, edges) == expected


def test_a_hint_holds_a_node_back_and_in_place():
    assert columns(3, [(0, 1)], [0, 1, 1]) == [0, 1, 1]
    assert columns(2, [(0, 1)], [None, 2]) == [0, 1]  # columns without nodes do not count
    assert columns(4, [(0, 1), (1, 2), (3, 2)], [None, None, None, 0])[3] == 0


def test_a_cycle_turns_one_edge():
    forward, turned = forward_edges(3, [(0, 1), (1, 2), (2, 0)])
    assert turned == [False, False, True]
    assert forward == [(0, 1), (1, 2), (0, 2)]


def test_without_cycles_no_edge_turns():
    edges = [(2, 0), (0, 1), (2, 1)]
    assert forward_edges(3, edges) == (edges, [False, False, False])


def test_an_edge_that_points_back_by_itself_is_turned_and_leads_no_walk():
    # 0 -> 2 -> 1 with 1 -> 0 and 1 -> 2 from an earlier step: whichever is met first.
    edges = [(1, 0), (1, 2), (0, 2), (2, 1)]
    forward, turned = forward_edges(3, edges, [True, True, False, False])
    assert turned == [True, True, False, False]
    assert forward == [(0, 1), (2, 1), (0, 2), (2, 1)]
