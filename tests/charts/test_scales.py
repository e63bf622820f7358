import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symback.charts.scales import scale_of, tick_text
from symback.errors import DefinitionError

NUMBERS = st.floats(-1e12, 1e12, allow_nan=False)


@given(st.lists(NUMBERS, min_size=1))
def test_every_number_has_its_place_between_the_ends(numbers):
    scale = scale_of(numbers, 0, 100)
    assert all(-1e-6 <= scale.place(n) <= 100 + 1e-6 for n in numbers)


@given(st.lists(NUMBERS, min_size=2), st.integers(2, 10))
def test_ticks_are_few_and_inside(numbers, most):
    scale = scale_of(numbers, 0, 100)
    ticks = scale.ticks(most)
    assert len(ticks) <= most + 2
    assert all(-1e-6 <= scale.place(tick) <= 100 + 1e-6 for tick in ticks)


@given(st.lists(st.floats(1e-30, 1e30), min_size=1))
def test_a_logarithmic_scale_shows_at_least_two_ticks_of_what_it_holds(numbers):
    scale = scale_of(numbers, 0, 100, "log")
    assert len(scale.ticks()) >= 2
    assert all(-1e-6 <= scale.place(n) <= 100 + 1e-6 for n in numbers)


@pytest.mark.parametrize("number", [0.0, -1.0, math.nan, math.inf])
def test_what_has_no_logarithm_has_no_place(number):
    assert scale_of([1, 10], 0, 100, "log").place(number) is None
    assert scale_of([number, 1, 10], 0, 100, "log") == scale_of([1, 10], 0, 100, "log")


@pytest.mark.parametrize(
    ("number", "kind", "text"),
    [
        (0.1 * 3, "linear", "0.3"), (20000, "linear", "20,000"), (-50, "linear", "−50"),
        (1e-5, "linear", "1·10⁻⁵"), (1e-5, "log", "10⁻⁵"), (100, "log", "100"), (0, "linear", "0"),
    ],
)  # fmt: skip
def test_a_tick_reads_as_people_write_it(number, kind, text):
    assert tick_text(number, kind) == text


def test_an_unknown_kind_is_refused():
    with pytest.raises(DefinitionError, match="linear or log"):
        scale_of([1], 0, 1, "sideways")
