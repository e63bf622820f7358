"""A report prints as a table with hints, and shows hostile text as text."""

from __future__ import annotations

import pytest

from symback.checking.report import FOLLOWS, RIGHT, WRONG, CheckReport, CheckRow, Diagnosis
from symback.errors import CheckError

CAUSE = Diagnosis(
    ("missing factor",), ("A1",), "missing factor", ("Look here.", "A factor.", "The factor x."),
    "Right is:\n  x_bar = x",
)  # fmt: skip
HOSTILE = "<script>alert(1)</script> | `rm` $x$ [a](javascript:b) \x1b[31m\nsecond"


def report(strength: int = 4, source: str = "2*x") -> CheckReport:
    rows = (
        CheckRow("W2", "∂L/∂W2", RIGHT, "y", exact=True, approximate=True),
        CheckRow("A1", "∂L/∂A1", WRONG, source, "line 2", False, False, 0.25, "", CAUSE),
        CheckRow("W1", "∂L/∂W1", FOLLOWS, "z", "line 3", note="from your A1"),
    )
    return CheckReport("net", rows, "3 random points, seed 0", 1, strength)


def test_it_prints_as_a_table_of_exact_approximate_and_difference() -> None:
    lines = str(report()).splitlines()
    assert lines[1].split() == ["claim", "exact", "approximate", "max", "difference", "diagnosis"]
    assert lines[3].split() == ["∂L/∂W2", "yes", "yes", "0.0e+00", "right"]
    assert lines[4].endswith("wrong: missing factor")
    assert lines[5].endswith("follows: from your A1")
    assert "2 of 3 claims are not right; the first in the backward pass: ∂L/∂A1" in str(report())


def test_its_truth_is_whether_all_claims_are_right() -> None:
    assert not report()
    assert CheckReport("net", report().rows[:1], "", -1)
    assert not CheckReport("net", (), "")
    with pytest.raises(CheckError, match="2 of 3"):
        report().require()


def test_rows_are_found_by_name() -> None:
    assert report()["A1"].difference == 0.25
    assert [row.name for row in report()] == ["W2", "A1", "W1"]
    with pytest.raises(CheckError, match="rows: W2, A1, W1"):
        report()["nonsense"]


@pytest.mark.parametrize(("strength", "told"), [(0, 0), (1, 1), (2, 2), (3, 3), (4, 4)])
def test_each_strength_tells_one_thing_more(strength: int, told: int) -> None:
    text = str(report(strength))
    secrets = ("Look here.", "A factor.", "The factor x.", "x_bar = x")
    assert [secret in text for secret in secrets] == [place < told for place in range(4)]
    assert ("missing factor" in text) == (strength >= 3)


def test_hostile_text_stays_text_in_every_form() -> None:
    hostile = report(source=HOSTILE)
    assert "<script" not in hostile._repr_html_()
    assert "<script" not in hostile.markdown()
    assert "\x1b" not in str(hostile)
    assert "\n\x1b" not in hostile.markdown()
    assert len(str(report(source="x" * 10_000))) < 3_000
