"""The checks of a page: they are made, they are shown, and they fail when something is wrong."""

import pytest

from symback.derivation.derive import Gradient
from symback.explanation.teacher import explanation
from symback.render.document import Check, walk
from tests.explanation.networks import (
    DIGITS,
    MAZUR,
    MAZUR_AT,
    NEURON,
    NEURON_AT,
    XOR,
    XOR_AT,
    derived,
)


def checks(page):
    return [block for block in walk(page.document.blocks) if isinstance(block, Check)]


def test_every_gradient_has_its_check():
    page = explanation(derived(MAZUR), at=MAZUR_AT)
    assert len(checks(page)) == 8
    assert all(block.passed for block in checks(page))
    assert "central difference 0.000438568, relative error" in page.text()


def test_checks_are_made_without_values_too():
    found = checks(explanation(derived(XOR)))
    assert len(found) == 4
    assert all(block.passed for block in found)


def test_an_entry_has_its_own_check():
    page = explanation(derived(XOR), "W1", weight=(0, 1), at=XOR_AT)
    assert any("central difference" in str(block.content) for block in checks(page))


def test_no_checks_where_none_are_wanted():
    assert not checks(explanation(derived(NEURON), at=NEURON_AT, checks=False))


def test_a_wrong_gradient_is_seen(monkeypatch):
    right = Gradient.written.func

    def doubled(self):
        return 2 * right(self) if self.tensor.name == "w5" else right(self)

    monkeypatch.setattr(Gradient, "written", property(doubled))
    page = explanation(derived.__wrapped__(MAZUR), "w5", at=MAZUR_AT)
    assert not all(block.passed for block in checks(page))
    assert "WRONG" in page.text()


def test_values_that_nobody_reads_need_not_be_given():
    given = {name: value for name, value in XOR_AT.items() if name != "Y"}
    page = explanation(derived(XOR), "A2", at={**given, "Y": XOR_AT["Y"]})
    assert page.text()


@pytest.mark.parametrize("detail", [1, 2])
def test_the_verdict_is_on_the_page(detail):
    page = explanation(derived(NEURON), detail=detail).text()
    assert "✓" in page


def test_sizes_too_large_to_interpret_are_checked_with_the_program(monkeypatch):
    monkeypatch.setattr("symback.explanation.evidence.TOO_LARGE", 0)
    monkeypatch.setattr("symback.verification.referee.TOO_LARGE", 0)
    page = explanation(derived(XOR), at=XOR_AT)
    assert all(block.passed for block in checks(page))
    assert checks(page)
    assert DIGITS
