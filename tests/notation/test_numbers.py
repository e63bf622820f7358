from fractions import Fraction

import numpy as np
import pytest

from symback.notation.numbers import number, number_latex, number_text, scientific, spelled


@pytest.mark.parametrize(
    ("value", "text", "latex"),
    [
        (0.138498561629, "0.138498562", "0.138498562"),
        (-0.038098236517, "−0.038098237", "-0.038098237"),
        (1.105905967060, "1.105905967", "1.105905967"),
        (24.704081632653, "24.70408163", "24.70408163"),
        (0.000438567734, "0.000438568", "0.000438568"),
        (4.38567734e-5, "4.38567734·10⁻⁵", r"4.38567734 \cdot 10^{-5}"),
        (0.5, "0.5", "0.5"),
        (0.15, "0.15", "0.15"),
        (4.0, "4", "4"),
        (1797, "1797", "1797"),
        (12500, "12,500", "12{,}500"),
        (123456.789012, "123,456.7890", "123{,}456.7890"),
        (2e12, "2·10¹²", r"2 \cdot 10^{12}"),
        (1e-9, "10⁻⁹", "10^{-9}"),
        (0.0, "0", "0"),
        (-0.0, "0", "0"),
        (0.99999999999, "1.000000000", "1.000000000"),
        (float("inf"), "∞", r"\infty"),
        (-float("inf"), "−∞", r"-\infty"),
        (np.float32(0.5), "0.5", "0.5"),
        (np.int64(-3), "−3", "-3"),
        (Fraction(1, 3), "0.333333333", "0.333333333"),
    ],
)
def test_numbers_follow_one_policy(value, text, latex):
    assert number_text(number(value)) == text
    assert number_latex(number(value)) == latex


def test_nan_is_a_word():
    assert number(float("nan")).text == "NaN"


@pytest.mark.parametrize("digits", [3, 6, 12])
def test_a_printed_number_is_within_half_a_last_digit(digits):
    for value in (0.138498561629, 7.7129384756, 99.99999, 1234.56789012, 0.00012345678901):
        printed = float(number_text(number(value, digits)).replace(",", ""))
        places = max(0, digits + 1 - len(str(int(max(value, 1)))))
        assert abs(printed - value) <= 0.5 * 10.0**-places


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [(2.3e-10, 1, "2·10⁻¹⁰"), (2.34e-10, 2, "2.3·10⁻¹⁰"), (-5e7, 1, "−5·10⁷"), (0.0, 1, "0")],
)
def test_powers_of_ten(value, digits, text):
    assert number_text(scientific(value, digits)) == text


@pytest.mark.parametrize(
    ("spelling", "text"),
    [("0.50", "0.50"), ("1e-8", "10⁻⁸"), ("2.5e+3", "2.5·10³"), ("-0.5", "−0.5"), ("1.0", "1.0")],
)
def test_a_literal_keeps_its_spelling(spelling, text):
    assert number_text(spelled(spelling)) == text
