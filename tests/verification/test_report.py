"""Reports: the table, the verdict, and its other forms."""

import pytest

from symback.errors import CheckError
from symback.verification.report import Report, Row

RIGHT = Row("gradient", "W1", 6, 2e-12, "W1[2, 1]", True)
RULE = "-" * 90
WRONG = Row("steps", "W1_bar", 7, 0.5, "step W1_bar.2", False, "step W1_bar.2, chain rule: a < b")


def test_a_report_prints_as_a_table():
    assert str(Report("net", (RIGHT, WRONG), "random values", 1e-6)) == (
        "net: random values\n"
        "what      name    checked    worst  at             verdict\n"
        f"{RULE}\n"
        "gradient  W1            6  2.0e-12  W1[2, 1]       ok\n"
        "steps     W1_bar        7  5.0e-01  step W1_bar.2  WRONG: "
        "step W1_bar.2, chain rule: a < b\n"
        f"{RULE}\n"
        "FAILED: 1 of 2 rows (6 entries by differences, 7 steps checked)"
    )


def test_the_verdict_counts_what_was_checked():
    report = Report("net", (RIGHT,), "random values", 1e-6)
    assert report.verdict == "passed: 6 entries by differences; worst relative error 2.0e-12"
    assert report.worst == 2e-12
    assert report.passed
    assert report.require() is report


def test_one_wrong_row_fails_the_report():
    report = Report("net", (RIGHT, WRONG), "random values", 1e-6)
    assert not report.passed
    assert not report
    with pytest.raises(CheckError, match=r"steps W1_bar: step W1_bar\.2, chain rule"):
        report.require()


def test_an_empty_report_has_not_passed():
    assert not Report("net", (), "", 1e-6).passed


def test_a_notebook_shows_a_table_without_markup_from_names():
    report = Report("net", (WRONG,), "random values", 1e-6)
    assert "a &lt; b" in report._repr_html_()
    assert "| steps | W1_bar | 7 |" in report.markdown()
